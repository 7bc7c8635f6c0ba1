import * as vscode from "vscode";
import { activeFile, requireFile } from "./active-file.ts";
import type { AnalysedFiles } from "./analyse-file.ts";
import type { Annotations } from "./annotations.ts";
import { chooseFamily } from "./choose-family.ts";
import type { Documents } from "./documents.ts";
import { UserError, type Log } from "./log.ts";
import { forgetMapping, mapFields } from "./map-fields.ts";
import type { Mappings } from "./mappings.ts";
import { goToFinding } from "./navigation.ts";
import { index, indexOrNull } from "./page-queries.ts";
import { explainRule } from "./rule-pages.ts";
import { selectPolicy, selectTokenizer } from "./select-policy.ts";
import type { SharedDocument } from "./shared-document.ts";
import type { Place, Viewers } from "./trajectory-editor.ts";
import { openTranscript, parseTranscriptUri } from "./transcript-uri.ts";
import type { Transcripts } from "./transcripts.ts";

export interface CommandTargets {
  readonly context: vscode.ExtensionContext;
  readonly documents: Documents;
  readonly viewers: Viewers;
  readonly transcripts: Transcripts;
  readonly annotations: Annotations;
  readonly mappings: Mappings;
  readonly analysedFiles: AnalysedFiles;
  readonly log: Log;
}

/** The commands of the palette, as a table; and one more behind links and lenses. */
export function activateCommands(targets: CommandTargets): vscode.Disposable {
  const { context, viewers, annotations, analysedFiles, log } = targets;
  const commands: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    "derail.analyzeFile": (uri, uris) => analysedFiles.analyse(selectedFiles(uri, uris)),
    "derail.openTrajectoryEditor": (uri) =>
      viewers.open(requireFile(uri), uri instanceof vscode.Uri ? null : placeInText(targets)),
    "derail.openTranscript": () => openActiveTranscript(targets),
    "derail.nextSpike": () => goToFinding(targets, "spike", 1),
    "derail.previousSpike": () => goToFinding(targets, "spike", -1),
    "derail.nextBreak": () => goToFinding(targets, "break", 1),
    "derail.previousBreak": () => goToFinding(targets, "break", -1),
    "derail.selectPolicy": () => selectPolicy(context.globalState),
    "derail.selectTokenizer": () => selectTokenizer(),
    "derail.chooseFamily": () => chooseFamily(),
    "derail.mapFields": (uri) => mapFieldsOf(targets, uri),
    "derail.internal.forgetMapping": (uri) => forgetMappingOf(targets, uri),
    "derail.explainRule": () => explainRule(),
    "derail.toggleInlineAnnotations": () => annotations.toggle(),
    "derail.clearAnnotations": () => {
      clearAnnotations(targets);
    },
    "derail.openSampleRun": () => openSampleRun(targets),
    "derail.showLog": () => {
      log.channel.show();
    },
    "derail.internal.openPlace": (place) => openPlace(viewers, place),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(name, log.guardCommand(titleOf(name), run)),
    ),
  );
}

/** `derail.openTranscript` is `Open transcript` in a message. */
function titleOf(command: string): string {
  const words = command
    .replace(/^.*\./, "")
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function selectedFiles(uri: unknown, uris: unknown): readonly vscode.Uri[] {
  const several = Array.isArray(uris) ? uris.filter((one) => one instanceof vscode.Uri) : [];
  return several.length > 0 ? several : [requireFile(uri)];
}

/** Where the cursor of a transcript is, so that the trajectory editor opens there. */
function placeInText({ transcripts }: CommandTargets): Place | null {
  const editor = vscode.window.activeTextEditor;
  const of = editor && parseTranscriptUri(editor.document.uri);
  const marks = editor && transcripts.get(editor.document.uri)?.marks;
  if (!editor || !of || !marks) return null;
  const cursor = editor.document.offsetAt(editor.selection.active);
  const near = marks.findings.find(({ start, end }) => start <= cursor && cursor <= end);
  return { trajectory: of.trajectory, token: near?.token ?? null };
}

async function openActiveTranscript({ viewers, documents }: CommandTargets): Promise<void> {
  const viewer = viewers.active();
  if (viewer) {
    await openTranscript(viewer.document, { ...viewer.at, beside: false });
    return;
  }
  const held = documents.hold(requireFile());
  try {
    const trajectory = await trajectoryAtCursor(held.document);
    await openTranscript(held.document, { trajectory, token: null, beside: false });
  } finally {
    held.dispose();
  }
}

/** The record in which the cursor of the raw file is; without a cursor the first. */
async function trajectoryAtCursor(document: SharedDocument): Promise<number> {
  const line = vscode.window.activeTextEditor?.selection.active.line ?? 0;
  const [exact] = await document.query("records", { fromLine: line, toLine: line });
  if (exact?.line === line) return exact.trajectory;
  // A record of many lines began above; such files have few.
  const above = await document.query("records", { fromLine: 0, toLine: line });
  return above.at(-1)?.trajectory ?? 0;
}

/** The file opens in the trajectory editor as soon as its fields are known. */
async function mapFieldsOf(
  { documents, viewers, mappings }: CommandTargets,
  given: unknown,
): Promise<void> {
  const uri = requireFile(given);
  const held = documents.hold(uri);
  try {
    if (await mapFields(held.document, mappings)) await viewers.open(uri, null);
  } finally {
    held.dispose();
  }
}

async function forgetMappingOf(
  { documents, mappings }: CommandTargets,
  given: unknown,
): Promise<void> {
  const held = documents.hold(requireFile(given));
  try {
    await forgetMapping(held.document, mappings);
  } finally {
    held.dispose();
  }
}

function clearAnnotations({
  documents,
  transcripts,
  annotations,
  analysedFiles,
}: CommandTargets): void {
  for (const document of documents.all()) document.cancelAnalysis();
  annotations.clear([
    ...documents.all().map(({ uri }) => uri),
    ...transcripts.all().map(({ uri }) => uri),
  ]);
  analysedFiles.clear();
}

async function openSampleRun({ context, viewers }: CommandTargets): Promise<void> {
  const folder = vscode.Uri.joinPath(context.extensionUri, "media", "sample-run");
  // The step at which the run starts to collapse: healthy, polluted and collapsed turns stand side by side there.
  const start = await vscode.workspace.fs
    .readFile(vscode.Uri.joinPath(folder, "start-here.txt"))
    .then(
      (bytes) => new TextDecoder().decode(bytes).trim(),
      () => null,
    );
  if (start === null) throw new UserError("no-sample", "This build has no sample run");
  await viewers.open(vscode.Uri.joinPath(folder, ...start.split("/")), null);
}

async function openPlace(viewers: Viewers, place: unknown): Promise<void> {
  if (typeof place !== "object" || place === null || !("file" in place)) return;
  const file = vscode.Uri.parse(String(place.file), true);
  const trajectory = "trajectory" in place ? index(place.trajectory) : 0;
  const token = "token" in place ? indexOrNull(place.token) : null;
  await viewers.open(activeFile(file) ?? file, { trajectory, token });
}
