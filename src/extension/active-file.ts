import * as vscode from "vscode";
import { UserError } from "./log.ts";
import { parseTranscriptUri } from "./transcript-uri.ts";

/** The rollout file that a command is about: its argument, else what the active tab shows. Null: none. */
export function activeFile(argument?: unknown): vscode.Uri | null {
  if (argument instanceof vscode.Uri) return fileOf(argument);
  const editor = vscode.window.activeTextEditor?.document.uri;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  // A file above 50 MB has a tab and no TextDocument, so the tab is asked first.
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) {
    return fileOf(input.uri);
  }
  return editor ? fileOf(editor) : null;
}

export function requireFile(argument?: unknown): vscode.Uri {
  const uri = activeFile(argument);
  if (!uri)
    throw new UserError(
      "no-trajectory",
      "Open a rollout file first (.jsonl, .json, .eval, .parquet)",
    );
  return uri;
}

function fileOf(uri: vscode.Uri): vscode.Uri {
  return parseTranscriptUri(uri)?.file ?? uri;
}
