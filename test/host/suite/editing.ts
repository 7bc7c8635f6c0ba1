import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import * as vscode from "vscode";
import { defaultSettings } from "../../../src/extension/default-settings.ts";
import { analyse, closeAll, openTranscriptOf, until, workspaceFile } from "./support.ts";

const broken = (): vscode.Uri => workspaceFile("broken.jsonl");

describe("editing", () => {
  afterEach(closeAll);

  it("activates as a workspace extension, by nothing but its own contributions", () => {
    const extension = vscode.extensions.getExtension("derail.derail");
    assert.equal(extension?.extensionKind, vscode.ExtensionKind.Workspace);
    const manifest = extension.packageJSON as { readonly activationEvents: readonly string[] };
    assert.deepEqual(
      manifest.activationEvents.filter(
        (event) => !/^on(Command|CustomEditor|Language|Walkthrough):/.test(event),
      ),
      [],
    );
  });

  it("Analyze Current File lists breaks in Problems, at the token", async () => {
    await analyse(broken());
    const entries = await until("entries in Problems", () => {
      const found = vscode.languages.getDiagnostics(broken());
      return found.some((entry) => ruleOf(entry) === "F02") ? found : null;
    });
    const text = await vscode.workspace.openTextDocument(broken());
    const nested = entries.find((entry) => ruleOf(entry) === "F02");
    assert.ok(nested);
    assert.equal(nested.source, "derail");
    assert.equal(nested.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(nested.range.start.line, 1);
    assert.equal(text.getText(nested.range), "<tool_call>");
    const [, before = ""] = text.lineAt(1).text.split('"output"');
    const second = before.indexOf("<tool_call>", before.indexOf("<tool_call>") + 1);
    assert.equal(nested.range.start.character, text.lineAt(1).text.indexOf(before) + second);
  });

  it("an entry links to what its rule means, which opens as a page without a network", async () => {
    await analyse(broken());
    const target = await until("an entry with a link", () => {
      const entries = vscode.languages.getDiagnostics(broken());
      const code = entries.find((entry) => ruleOf(entry) === "F02")?.code;
      return typeof code === "object" ? code.target : null;
    });
    const page = await vscode.workspace.openTextDocument(target);
    assert.match(page.getText(), /^## F02 Nested call\n/);
    assert.equal(page.languageId, "markdown");
    await vscode.commands.executeCommand("vscode.open", target);
    await until(
      "the page",
      () => vscode.window.activeTextEditor?.document.uri.toString() === target.toString(),
    );
    await vscode.commands.executeCommand("markdown.showPreview", target);
    await until("its preview", () =>
      vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(({ label }) => /^Preview.*F02 Nested call/.test(label)),
      ),
    );
  });

  it("a healthy rollout has no error", async () => {
    await analyse(broken());
    await until("entries", () => vscode.languages.getDiagnostics(broken()).length > 0);
    const ofFirst = vscode.languages
      .getDiagnostics(broken())
      .filter(
        ({ range, severity }) =>
          range.start.line === 0 && severity === vscode.DiagnosticSeverity.Error,
      );
    assert.deepEqual(ofFirst, []);
  });

  it("each record of the raw file has a CodeLens once the file was analysed", async () => {
    await vscode.window.showTextDocument(broken());
    const before = await lenses(broken());
    assert.deepEqual(before, []);
    await analyse(broken());
    const after = await until("lenses", async () => {
      const found = await lenses(broken());
      return found.length === 3 ? found : null;
    });
    assert.deepEqual(
      after.map(({ range }) => range.start.line),
      [0, 1, 2],
    );
  });

  it("Clear Annotations takes the entries away", async () => {
    await analyse(broken());
    await until("entries", () => vscode.languages.getDiagnostics(broken()).length > 0);
    await vscode.commands.executeCommand("derail.clearAnnotations");
    await until("no entries", () => vscode.languages.getDiagnostics(broken()).length === 0);
  });

  it("a transcript shows the wire text, named after step and sample, in its own language", async () => {
    const { document } = await openTranscriptOf(broken(), 1);
    assert.match(document.uri.path, /\/broken\.jsonl\/step-96 .*\.transcript$/);
    assert.equal(document.languageId, "derail-transcript");
    assert.match(document.getText(), /<\|im_start\|>assistant\n<think>\nNow multiply\./);
  });

  it("a transcript has a lens on each sampled turn, an outline and folds", async () => {
    const { document } = await openTranscriptOf(broken(), 0);
    const found = await until("lenses", async () => {
      const all = await lenses(document.uri);
      return all.length === 2 ? all : null;
    });
    assert.match(found[0]?.command?.title ?? "", /healthy call/);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      "vscode.executeDocumentSymbolProvider",
      document.uri,
    );
    assert.ok(symbols.length >= 5, "system, user, assistant, tool, assistant");
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      "vscode.executeFoldingRangeProvider",
      document.uri,
    );
    assert.equal(folds.length, symbols.length);
  });

  it("the hover of a broken token says its rule, its place and where the numbers come from", async () => {
    const { document } = await openTranscriptOf(broken(), 1);
    const text = document.getText();
    const outer = text.lastIndexOf("<tool_call>", text.lastIndexOf("<tool_call>") - 1);
    const nested = text.indexOf("<tool_call>", outer + 1);
    const shown = await until("a scored hover", async () => {
      const found = await hovers(document.uri, document.positionAt(nested + 2));
      const words = found.flatMap(({ contents }) =>
        contents.map((part) => (typeof part === "string" ? part : part.value)),
      );
      const ours = words.join("\n").replaceAll("\\", "");
      return ours.includes("scored") ? ours : null;
    });
    assert.match(shown, /tool_call/);
    assert.match(shown, /legal here/);
    assert.match(shown, /token \d+/);
    assert.match(shown, /command:derail\.internal\.openPlace/);
  });

  it("a transcript of a file that is analysed already has its entries in Problems at once", async () => {
    await analyse(broken());
    await until("entries", () => vscode.languages.getDiagnostics(broken()).length > 0);
    const { document } = await openTranscriptOf(broken(), 2);
    const entries = await until("entries of the transcript", () => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.length > 0 ? found : null;
    });
    assert.ok(entries.some(({ range }) => document.getText(range).includes("<|im_end|>")));
  });

  it("Next Break goes to the token where the structure broke", async () => {
    const editor = await openTranscriptOf(broken(), 1);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await until("entries", () => vscode.languages.getDiagnostics(editor.document.uri).length > 0);
    await vscode.commands.executeCommand("derail.nextBreak");
    const at = editor.selection.active;
    const entries = vscode.languages.getDiagnostics(editor.document.uri);
    assert.ok(entries.some(({ range }) => range.start.isEqual(at)));
  });

  it("the trajectory editor opens in a tab of its own", async () => {
    await vscode.commands.executeCommand("derail.openTrajectoryEditor", broken());
    const tab = await until("the tab", () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputCustom ? input : null;
    });
    assert.equal(tab.viewType, "derail.trajectory");
  });

  it("a file that is no rollout opens, says so, and gets no entries", async () => {
    await analyse(workspaceFile("not-a-rollout.json"));
    assert.deepEqual(vscode.languages.getDiagnostics(workspaceFile("not-a-rollout.json")), []);
  });

  it("fields of a file of no known format are mapped, for it and for others of its shape", async () => {
    const raw = await vscode.window.showTextDocument(workspaceFile("odd.jsonl"));
    const said = vscode.commands.executeCommand("derail.mapFields", raw.document.uri);
    // The guess is what each step begins with: messages, reward, use.
    await until("the trajectory editor", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return (
        vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputCustom
      );
    });
    await said;
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const name of ["odd.jsonl", "odd-too.jsonl"]) {
      const { document } = await openTranscriptOf(workspaceFile(name), 0);
      await until("its text", () => document.getText().includes("So it is"));
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    }
    await vscode.commands.executeCommand(
      "derail.internal.forgetMapping",
      workspaceFile("odd.jsonl"),
    );
  });

  it("every channel of annotation can be switched off", async () => {
    const settings = vscode.workspace.getConfiguration("derail.annotations");
    const channels = Object.keys(defaultSettings)
      .filter((name) => name.startsWith("annotations."))
      .map((name) => name.replace("annotations.", ""));
    await analyse(broken());
    const { document } = await openTranscriptOf(broken(), 1);
    const uris = [document.uri, broken()];
    await until("entries", () =>
      uris.every((uri) => vscode.languages.getDiagnostics(uri).length > 0),
    );
    for (const uri of uris) assert.ok((await lenses(uri)).length > 0);
    assert.ok((await hovers(document.uri)).length > 0);
    try {
      for (const channel of channels) {
        // oxlint-disable-next-line no-await-in-loop
        await settings.update(channel, false, vscode.ConfigurationTarget.Global);
      }
      await until("no entries", () =>
        uris.every((uri) => vscode.languages.getDiagnostics(uri).length === 0),
      );
      for (const uri of uris) assert.deepEqual(await lenses(uri), []);
      assert.deepEqual(await hovers(document.uri), []);
    } finally {
      for (const channel of channels) {
        // oxlint-disable-next-line no-await-in-loop
        await settings.update(channel, undefined, vscode.ConfigurationTarget.Global);
      }
    }
  });

  it("Toggle Inline Annotations and Clear Annotations take a transcript's lenses away too", async () => {
    const { document } = await openTranscriptOf(broken(), 1);
    const shown = async (): Promise<boolean> => (await lenses(document.uri)).length > 0;
    await until("lenses", shown);
    await vscode.commands.executeCommand("derail.toggleInlineAnnotations");
    assert.equal(await shown(), false);
    await vscode.commands.executeCommand("derail.toggleInlineAnnotations");
    assert.equal(await shown(), true);
    await vscode.commands.executeCommand("derail.clearAnnotations");
    assert.equal(await shown(), false);
  });

  it("a file that could not be opened is opened once it is there", async () => {
    const late = workspaceFile("late.jsonl");
    await analyse(late);
    assert.deepEqual(vscode.languages.getDiagnostics(late), []);
    try {
      await vscode.workspace.fs.copy(broken(), late);
      await until("entries", () => vscode.languages.getDiagnostics(late).length > 0);
    } finally {
      await vscode.workspace.fs.delete(late);
    }
  });

  it("Analyze Current File goes on through a change of settings, to the last of its files", async () => {
    const settings = vscode.workspace.getConfiguration("derail.threshold");
    const files = [workspaceFile("many.jsonl"), broken()];
    const running = vscode.commands.executeCommand("derail.analyzeFile", files[0], files);
    try {
      await until(
        "the first entries",
        () => vscode.languages.getDiagnostics(workspaceFile("many.jsonl")).length > 0,
      );
      await settings.update("floor", 0.06, vscode.ConfigurationTarget.Global);
      await running;
      await until("entries", () => vscode.languages.getDiagnostics(broken()).length > 0);
    } finally {
      await settings.update("floor", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("a tool-call grammar that was chosen by hand is the one that turns are read in", async () => {
    assert.ok((await vscode.commands.getCommands(true)).includes("derail.chooseFamily"));
    const settings = vscode.workspace.getConfiguration("derail");
    const rules = (): string =>
      JSON.stringify(vscode.languages.getDiagnostics(broken()).map(({ code }) => code));
    await analyse(broken());
    await until("the nested call", () => rules().includes("F02"));
    try {
      // In Gemma's grammar `<tool_call>` is no marker, so no call is open in which another could begin.
      await settings.update("family", "gemma4", vscode.ConfigurationTarget.Global);
      await until("no nested call", () => !rules().includes("F02"));
    } finally {
      await settings.update("family", undefined, vscode.ConfigurationTarget.Global);
    }
    await until("the nested call again", () => rules().includes("F02"));
  });
});

async function lenses(uri: vscode.Uri): Promise<readonly vscode.CodeLens[]> {
  return vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    uri,
    50,
  );
}

async function hovers(
  uri: vscode.Uri,
  at = new vscode.Position(2, 2),
): Promise<readonly vscode.Hover[]> {
  return vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, at);
}

/** The rule of an entry; its code is a link where the rule is explained. */
function ruleOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === "object" ? code.value : code;
}
