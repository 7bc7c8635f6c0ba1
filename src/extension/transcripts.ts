import * as vscode from "vscode";
import type { TranscriptMarks } from "../core/marks/marks.ts";
import { Disposables } from "./disposables.ts";
import type { Documents, HeldDocument } from "./documents.ts";
import type { Log } from "./log.ts";
import { throttle } from "../node/throttle.ts";
import { parseTranscriptUri, transcriptScheme } from "./transcript-uri.ts";

/** While scoring, changes come many times a second; the eye needs no more. */
const refreshEveryMs = 300;

/** A transcript document that is open, with what is to be drawn in it. */
export interface Transcript {
  readonly uri: vscode.Uri;
  readonly held: HeldDocument;
  readonly trajectory: number;
  readonly marks: TranscriptMarks;
}

/** The `derail:` documents: their text, and their marks for everything that draws in them. */
export interface Transcripts extends vscode.Disposable {
  /** Marks of a document, or null while they aren't there. */
  get(uri: vscode.Uri): Transcript | null;
  all(): readonly Transcript[];
  readonly onDidChange: vscode.Event<Transcript>;
}

export function activateTranscripts(documents: Documents, log: Log): Transcripts {
  const store = new Disposables();
  const open = new Map<string, Transcript & { readonly store: Disposables }>();
  const opening = new Map<string, Promise<Transcript>>();
  const textChanged = store.add(new vscode.EventEmitter<vscode.Uri>());
  const changed = store.add(new vscode.EventEmitter<Transcript>());

  store.add(
    vscode.workspace.registerTextDocumentContentProvider(transcriptScheme, {
      onDidChange: textChanged.event,
      async provideTextDocumentContent(uri) {
        return (await transcriptOf(uri)).marks.text;
      },
    }),
  );
  store.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      close(uri.toString());
    }),
  );

  function transcriptOf(uri: vscode.Uri): Promise<Transcript> {
    const key = uri.toString();
    const known = open.get(key);
    if (known) return Promise.resolve(known);
    let attempt = opening.get(key);
    if (!attempt) {
      attempt = start(uri).finally(() => opening.delete(key));
      opening.set(key, attempt);
    }
    return attempt;
  }

  async function start(uri: vscode.Uri): Promise<Transcript> {
    const of = parseTranscriptUri(uri);
    if (!of) throw new Error(`${uri.toString(true)} names no trajectory`);
    const own = new Disposables();
    const held = own.add(documents.hold(of.file));
    try {
      const marks = await held.document.query("marks", { trajectory: of.trajectory });
      const transcript = { uri, held, trajectory: of.trajectory, marks, store: own };
      open.set(uri.toString(), transcript);
      const refresh = own.add(
        throttle(
          refreshEveryMs,
          log.guard("Refresh a transcript", () => refreshMarks(uri)),
        ),
      );
      own.add(held.document.onDidChange(refresh));
      const analyse = log.guard("Analysis", async () => {
        held.document.ensureAnalysis(of.trajectory, await held.document.query("info", {}));
      });
      analyse();
      changed.fire(transcript);
      return transcript;
    } catch (error) {
      own.dispose();
      throw error;
    }
  }

  async function refreshMarks(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    const before = open.get(key);
    if (!before) return;
    const { document } = before.held;
    const marks = await document.query("marks", { trajectory: before.trajectory });
    if (open.get(key) !== before || marks.revision < before.marks.revision) return;
    const after = { ...before, marks };
    open.set(key, after);
    if (marks.text !== before.marks.text) textChanged.fire(uri);
    changed.fire(after);
  }

  function close(key: string): void {
    const transcript = open.get(key);
    open.delete(key);
    transcript?.store.dispose();
  }

  return {
    get: (uri) => open.get(uri.toString()) ?? null,
    all: () => [...open.values()],
    onDidChange: changed.event,
    dispose() {
      for (const key of open.keys()) close(key);
      store.dispose();
    },
  };
}
