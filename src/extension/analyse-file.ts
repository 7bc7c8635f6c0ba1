import path from "node:path";
import * as vscode from "vscode";
import type { DocumentInfo } from "../core/views/document.ts";
import type { Annotations } from "./annotations.ts";
import type { Documents, HeldDocument } from "./documents.ts";
import type { Log } from "./log.ts";
import { plainNotification } from "./plain-text.ts";
import type { SharedDocument } from "./shared-document.ts";

/** Files that were analysed by command: their results stay until they are cleared. */
export interface AnalysedFiles extends vscode.Disposable {
  analyse(uris: readonly vscode.Uri[]): Promise<void>;
  clear(): void;
  readonly count: number;
}

export function createAnalysedFiles(
  documents: Documents,
  annotations: Annotations,
  log: Log,
): AnalysedFiles {
  const kept = new Map<string, HeldDocument>();
  const keep = (uri: vscode.Uri): SharedDocument => {
    const known = kept.get(uri.toString());
    if (known) return known.document;
    const held = documents.hold(uri);
    kept.set(uri.toString(), held);
    return held.document;
  };
  const clear = (): void => {
    for (const held of kept.values()) held.dispose();
    kept.clear();
  };

  return {
    async analyse(uris) {
      for (const uri of uris) {
        const document = keep(uri);
        annotations.restore(document.uri);
        // One after another: each fills the processor by itself.
        // oxlint-disable-next-line no-await-in-loop
        if (!(await analyseWithProgress(document, log))) break;
      }
    },
    clear,
    get count() {
      return kept.size;
    },
    dispose: clear,
  };
}

/** False when the user cancelled. */
async function analyseWithProgress(document: SharedDocument, log: Log): Promise<boolean> {
  const name = path.basename(document.path);
  const finished = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: plainNotification(`Derail: ${name}`),
      cancellable: true,
    },
    async (progress, cancellation) => {
      let done = 0;
      const report = log.guard("Progress", async () => {
        const info = await document.query("info", {});
        const now = fractionDone(info);
        progress.report({ message: progressText(info), increment: Math.max(0, now - done) * 100 });
        done = Math.max(done, now);
      });
      const subscription = document.onDidChange(report);
      cancellation.onCancellationRequested(() => {
        document.cancelAnalysis();
      });
      try {
        await document.analyse(0);
      } catch (error) {
        if (!cancellation.isCancellationRequested) throw error;
      } finally {
        subscription.dispose();
      }
      return !cancellation.isCancellationRequested;
    },
  );
  if (finished) await announce(document, name);
  return finished;
}

function fractionDone({ scoring, trajectoryCount, analysedCount }: DocumentInfo): number {
  if (scoring) return scoring.totalTokens === 0 ? 0 : scoring.doneTokens / scoring.totalTokens;
  return trajectoryCount === 0 ? 0 : analysedCount / trajectoryCount;
}

/** `rollout 37/512 · 1.2k tok/s · 40 s left` */
export function progressText({
  scoring,
  scoredCount,
  analysedCount,
  trajectoryCount,
}: Pick<DocumentInfo, "scoring" | "scoredCount" | "analysedCount" | "trajectoryCount">): string {
  const done = scoring ? scoredCount : analysedCount;
  const parts = [
    `rollout ${String(Math.min(done + 1, trajectoryCount))}/${String(trajectoryCount)}`,
  ];
  if (scoring && scoring.tokensPerSecond > 0) parts.push(`${short(scoring.tokensPerSecond)} tok/s`);
  if (scoring && Number.isFinite(scoring.secondsLeft)) {
    parts.push(`${String(Math.ceil(scoring.secondsLeft))} s left`);
  }
  return parts.join(" · ");
}

function short(count: number): string {
  return count < 1_000 ? count.toFixed(0) : `${(count / 1_000).toFixed(1)}k`;
}

async function announce(document: SharedDocument, name: string): Promise<void> {
  const info = await document.query("info", {});
  if (info.format === null) {
    const map = "Map Fields…";
    const why = info.problems[0]?.message ?? "no format that Derail reads";
    const choices = info.container === "text" || info.sizeBytes === 0 ? [] : [map];
    void vscode.window
      .showWarningMessage(plainNotification(`${name}: ${why}`), ...choices)
      .then((choice) => {
        if (choice === map) void vscode.commands.executeCommand("derail.mapFields", document.uri);
      });
    return;
  }
  const found = `${counted(info.breakCount, "break")}, ${counted(info.spikeCount, "spike")}`;
  const unscored = info.scoringProblem === null ? "" : ` (not scored: ${info.scoringProblem})`;
  const problems = "Show Problems";
  const editor = "Open Trajectory Editor";
  void vscode.window
    .showInformationMessage(plainNotification(`${name}: ${found}${unscored}`), problems, editor)
    .then((choice) => {
      if (choice === problems)
        void vscode.commands.executeCommand("workbench.actions.view.problems");
      if (choice === editor) {
        void vscode.commands.executeCommand("derail.openTrajectoryEditor", document.uri);
      }
    });
}

/** `1 break`, `2 breaks`. */
export function counted(count: number, word: string): string {
  return `${String(count)} ${word}${count === 1 ? "" : "s"}`;
}
