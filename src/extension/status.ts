import * as vscode from "vscode";
import { activeFile } from "./active-file.ts";
import { counted, progressText } from "./analyse-file.ts";
import { Disposables } from "./disposables.ts";
import type { Documents } from "./documents.ts";
import type { Log } from "./log.ts";
import { throttle } from "../node/throttle.ts";

const refreshEveryMs = 500;

/** The one status item: what the file in view has, or how far scoring is. Absent elsewhere. */
export function activateStatus(documents: Documents, log: Log): vscode.Disposable {
  const store = new Disposables();
  const item = store.add(
    vscode.window.createStatusBarItem("derail.status", vscode.StatusBarAlignment.Right, 50),
  );
  item.name = "Derail";
  item.command = "derail.selectPolicy";
  const refresh = store.add(throttle(refreshEveryMs, log.guard("Status", show)));
  store.add(documents.onDidChange(refresh));
  store.add(documents.onDidChangeList(refresh));
  store.add(vscode.window.tabGroups.onDidChangeTabs(refresh));
  store.add(vscode.window.onDidChangeActiveTextEditor(refresh));
  return store;

  async function show(): Promise<void> {
    const uri = activeFile();
    const document = uri && documents.find(uri);
    if (!document) {
      item.hide();
      return;
    }
    const info = await document.query("info", {});
    const counts = `${counted(info.breakCount, "break")}, ${counted(info.spikeCount, "spike")}`;
    // A large file is looked at in part: its numbers are not those of the file.
    const found =
      info.analysedCount < info.trajectoryCount
        ? `${counts} in ${String(info.analysedCount)} of ${String(info.trajectoryCount)}`
        : counts;
    item.text = info.scoring ? `$(sync~spin) ${progressText(info)}` : `$(pulse) ${found}`;
    item.tooltip = [
      `${info.name}: ${found}`,
      `policy: ${info.policy ?? "none"}`,
      `tokenizer: ${info.tokenizer ?? "none"}`,
      ...(info.scoringProblem === null ? [] : [info.scoringProblem]),
    ].join("\n");
    item.accessibilityInformation = { label: `Derail: ${found}` };
    item.show();
  }
}
