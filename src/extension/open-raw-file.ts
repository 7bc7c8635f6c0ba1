import * as vscode from "vscode";
import { notShown } from "../core/records/packed.ts";
import { UserError } from "./log.ts";
import type { SharedDocument } from "./shared-document.ts";

/** VS Code hands no text document above this to an extension. */
const maxTextDocumentBytes = 50 * 1024 * 1024;

/** Show the record, or one of its findings, in the raw file. */
export async function openRawFile(
  document: SharedDocument,
  what: { readonly trajectory: number; readonly finding: number | null },
): Promise<void> {
  const [place, info] = await Promise.all([
    document.query("source", what),
    document.query("info", {}),
  ]);
  if (info.packed) throw new UserError("packed", `${info.name} ${notShown(info.packed.kind)}`);
  const start = new vscode.Position(place?.startLine ?? 0, place?.startColumn ?? 0);
  const end =
    place && what.finding !== null ? new vscode.Position(place.endLine, place.endColumn) : start;
  // By its address, not as a TextDocument: the editor itself opens what extensions may not have.
  const options: vscode.TextDocumentShowOptions = {
    selection: new vscode.Range(start, info.sizeBytes > maxTextDocumentBytes ? start : end),
    preview: false,
  };
  await vscode.commands.executeCommand("vscode.openWith", document.uri, "default", options);
}
