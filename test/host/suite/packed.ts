import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import * as vscode from "vscode";
import { analyse, closeAll, until, workspaceFile } from "./support.ts";

describe("packed files", () => {
  afterEach(closeAll);

  for (const [name, viewType] of [
    ["log.eval", "derail.rollout"],
    ["completions_00012.parquet", "derail.rollout"],
    ["broken.jsonl.gz", "derail.trajectory"],
  ] as const) {
    it(`${name} opens in the trajectory editor, and its transcript is text`, async () => {
      await vscode.commands.executeCommand("derail.openTrajectoryEditor", workspaceFile(name));
      const tab = await until("the tab", () => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return input instanceof vscode.TabInputCustom ? input : null;
      });
      assert.equal(tab.viewType, viewType);
      await vscode.commands.executeCommand("derail.openTranscript");
      const { document } = await until("the transcript", () => {
        const editor = vscode.window.activeTextEditor;
        return editor?.document.uri.scheme === "derail" ? editor : null;
      });
      await until("its text", () => document.getText().length > 40);
      assert.equal(document.languageId, "derail-transcript");
    });
  }

  it("what no other editor shows opens in it by a click", async () => {
    await vscode.commands.executeCommand("vscode.open", workspaceFile("log.eval"));
    const tab = await until("the tab", () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputCustom ? input : null;
    });
    assert.equal(tab.viewType, "derail.rollout");
  });

  it("Analyze Current File lists breaks at the file's beginning, with the rollout's name", async () => {
    const file = workspaceFile("broken.jsonl.gz");
    await analyse(file);
    const entries = await until("entries in Problems", () => {
      const found = vscode.languages.getDiagnostics(file);
      return found.length > 0 ? found : null;
    });
    for (const { range, message } of entries) {
      assert.ok(range.isEqual(new vscode.Range(0, 0, 0, 0)));
      assert.match(message, /^\S+( #\d+)?: /);
    }
  });
});
