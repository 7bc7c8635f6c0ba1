import * as vscode from "vscode";
import type { RawFinding } from "../core/marks/marks.ts";
import type { Annotations } from "./annotations.ts";
import {
  createDecorationTypes,
  rulerKinds,
  underlineKinds,
  type UnderlineKind,
} from "./decoration-types.ts";
import { Disposables } from "./disposables.ts";
import type { Documents } from "./documents.ts";
import type { RawFindings } from "./raw-findings.ts";
import { annotates, onDidChangeSettings } from "./settings.ts";
import { throttle } from "../node/throttle.ts";

/** VS Code stops drawing a line here (`editor.stopRenderingLineAfter`), and decorations behind it with it. */
const maxDrawnColumn = 10_000;
const redrawEveryMs = 200;

/** Underlines and ruler marks in the raw file, where the line is short enough to be drawn. */
export function activateRawDecorations(
  documents: Documents,
  rawFindings: RawFindings,
  annotations: Annotations,
): vscode.Disposable {
  const store = new Disposables();
  const types = store.add(createDecorationTypes());
  const redraw = store.add(
    throttle(redrawEveryMs, () => {
      for (const editor of vscode.window.visibleTextEditors) {
        if (editor.document.uri.scheme === "file") draw(editor);
      }
    }),
  );
  store.add(rawFindings.onDidChange(redraw));
  store.add(annotations.onDidChange(redraw));
  store.add(onDidChangeSettings("derail.annotations", redraw));
  store.add(vscode.window.onDidChangeVisibleTextEditors(redraw));
  store.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (documents.find(document.uri)) redraw();
    }),
  );
  return store;

  function draw(editor: vscode.TextEditor): void {
    const findings = drawable(editor.document);
    for (const kind of underlineKinds) {
      const marked = annotates("underline")
        ? findings.filter((one) => underlineOf(one) === kind)
        : [];
      editor.setDecorations(types.underline[kind], marked.map(rangeOf));
    }
    for (const severity of rulerKinds) {
      const marked = annotates("overviewRuler")
        ? findings.filter((one) => one.severity === severity)
        : [];
      editor.setDecorations(types.ruler[severity], marked.map(rangeOf));
    }
  }

  function drawable(text: vscode.TextDocument): readonly RawFinding[] {
    const document = documents.find(text.uri);
    // Positions are those of the file on disk.
    if (!document || text.isDirty) return [];
    if (!annotates("rawFile") || !annotations.isShown(text.uri)) return [];
    return rawFindings
      .get(document)
      .filter(
        ({ packed, endLine, endColumn }) =>
          !packed && endLine < text.lineCount && endColumn <= maxDrawnColumn,
      );
  }
}

/** In the raw file a spike is underlined as one that fired: whether it did is in its message. */
function underlineOf({ kind }: RawFinding): UnderlineKind | null {
  if (kind === "audit") return null;
  return kind === "break" ? "break" : "fired";
}

function rangeOf({ startLine, startColumn, endLine, endColumn }: RawFinding): vscode.Range {
  return new vscode.Range(startLine, startColumn, endLine, endColumn);
}
