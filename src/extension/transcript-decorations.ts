import * as vscode from "vscode";
import {
  planDecorations,
  type DecorationPlan,
  type MarkChannel,
  type TextRange,
} from "../core/marks/decorations.ts";
import type { TranscriptMarks } from "../core/marks/marks.ts";
import type { Annotations } from "./annotations.ts";
import { createDecorationTypes, rulerKinds, type DecorationTypes } from "./decoration-types.ts";
import { Disposables } from "./disposables.ts";
import { annotates, onDidChangeSettings } from "./settings.ts";
import { throttle } from "../node/throttle.ts";
import type { Transcripts } from "./transcripts.ts";
import { transcriptScheme } from "./transcript-uri.ts";

const redrawEveryMs = 80;
/** Lines drawn above and below what is visible, so that a small scroll shows no bare text. */
const marginLines = 60;

/** Draws heat, underlines, ruler marks and the remark on the cursor's line into the transcripts in view. */
export function activateTranscriptDecorations(
  transcripts: Transcripts,
  annotations: Annotations,
): vscode.Disposable {
  const store = new Disposables();
  const types = store.add(createDecorationTypes());
  const redraw = store.add(
    throttle(redrawEveryMs, () => {
      for (const editor of vscode.window.visibleTextEditors) {
        if (isTranscript(editor)) draw(editor, types, planFor(editor));
      }
    }),
  );
  const redrawOurs = ({ textEditor }: { readonly textEditor: vscode.TextEditor }): void => {
    if (isTranscript(textEditor)) redraw();
  };
  store.add(transcripts.onDidChange(redraw));
  store.add(annotations.onDidChange(redraw));
  store.add(onDidChangeSettings("derail.annotations", redraw));
  store.add(vscode.window.onDidChangeVisibleTextEditors(redraw));
  store.add(vscode.window.onDidChangeTextEditorVisibleRanges(redrawOurs));
  store.add(vscode.window.onDidChangeTextEditorSelection(redrawOurs));
  store.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme === transcriptScheme) redraw();
    }),
  );
  return store;

  function planFor(editor: vscode.TextEditor): DecorationPlan | null {
    const { document } = editor;
    const marks = transcripts.get(document.uri)?.marks ?? null;
    if (!marks || !annotations.isShown(document.uri) || !isTextOf(document, marks)) return null;
    const line = document.lineAt(editor.selection.active.line).range;
    return planDecorations(marks, {
      visible: visibleRange(editor),
      channels: channels(),
      cursorLine: { start: document.offsetAt(line.start), end: document.offsetAt(line.end) },
      cursor: document.offsetAt(editor.selection.active),
    });
  }
}

/** Between a new text's arrival and its showing, offsets would point into the old one. */
function isTextOf(document: vscode.TextDocument, marks: TranscriptMarks): boolean {
  return document.offsetAt(new vscode.Position(document.lineCount, 0)) === marks.text.length;
}

function channels(): ReadonlySet<MarkChannel> {
  const on: MarkChannel[] = [];
  if (annotates("controlTokens")) on.push("controls");
  if (annotates("heat")) on.push("heat");
  if (annotates("underline")) on.push("breaks", "spikes");
  if (annotates("overviewRuler")) on.push("overview");
  if (annotates("inlineText")) on.push("inline");
  return new Set(on);
}

/** One call a decoration type, with an empty list where there is nothing (any more). */
function draw(
  editor: vscode.TextEditor,
  types: DecorationTypes,
  plan: DecorationPlan | null,
): void {
  const { document } = editor;
  const set = (
    type: vscode.TextEditorDecorationType,
    ranges: readonly TextRange[] | undefined,
  ): void => {
    editor.setDecorations(
      type,
      (ranges ?? []).map((range) => toRange(document, range)),
    );
  };
  for (const [bucket, type] of types.heat.entries()) set(type, plan?.heat[bucket]);
  set(types.control, plan?.controls);
  set(types.underline.break, plan?.breaks);
  set(types.underline.fired, plan?.spikesFired);
  set(types.underline.latent, plan?.spikesLatent);
  for (const severity of rulerKinds) set(types.ruler[severity], plan?.overview[severity]);
  editor.setDecorations(types.inline, plan?.inline ? [remark(document, plan.inline)] : []);
}

function remark(
  document: vscode.TextDocument,
  { offset, text }: { readonly offset: number; readonly text: string },
): vscode.DecorationOptions {
  const end = document.positionAt(offset);
  return { range: new vscode.Range(end, end), renderOptions: { after: { contentText: text } } };
}

function toRange(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

function visibleRange(editor: vscode.TextEditor): TextRange {
  const { document } = editor;
  const lines = editor.visibleRanges.flatMap(({ start, end }) => [start.line, end.line]);
  const first = Math.max(0, Math.min(...lines, document.lineCount) - marginLines);
  const last = Math.min(document.lineCount - 1, Math.max(...lines, 0) + marginLines);
  return {
    start: document.offsetAt(new vscode.Position(first, 0)),
    end: document.offsetAt(document.lineAt(last).range.end),
  };
}

function isTranscript(editor: vscode.TextEditor): boolean {
  return editor.document.uri.scheme === transcriptScheme;
}
