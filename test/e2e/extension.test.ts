import assert from "node:assert/strict";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { after, afterEach, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { startServer, workbenchUrl, type CodeServer } from "../../scripts/vscode-server.mjs";
import { defaultSettings } from "../../src/extension/default-settings.ts";
import { rolloutFile } from "../support/broken-rollouts.ts";
import {
  clickToken,
  cursor,
  inlineRemark,
  lookOf,
  plantRemoteImage,
  scored,
  selectRow,
} from "../support/page-actions.ts";
import { root } from "../support/paths.ts";
import { findSampleSpike, sampleFile } from "../support/sample.ts";
import { launchBrowser, Workbench } from "../support/workbench.ts";

const vsix = path.join(root, `derail-${process.platform}-${process.arch}.vsix`);
/** `DERAIL_PICTURES=1` writes the README's pictures into media/pictures. */
const takePictures = process.env["DERAIL_PICTURES"] === "1";
/** Where the sample opens: thinking ends in a call's end without a call; healthy, polluted and collapsed turns beside it. */
const pictured = { trajectory: 3, token: 289 };

describe("the packaged extension in VS Code", { timeout: 900_000 }, () => {
  let server: CodeServer;
  let browser: Browser;
  let workspace: string;
  let window: Workbench | null = null;

  before(async () => {
    server = await startServer({ vsix: [vsix] });
    workspace = path.join(server.home, "rollouts");
    mkdirSync(workspace);
    cpSync(sampleFile(), path.join(workspace, "sample.jsonl"));
    writeFileSync(
      path.join(workspace, "broken.jsonl"),
      rolloutFile(["healthy", "nested", "collapsed"]),
    );
    writeFileSync(
      path.join(workspace, "hostile.rollout.jsonl"),
      rolloutFile(["hostile", "nested"]),
    );
    // Larger than what is analysed unasked, in records that are quickly read.
    const thousand = rolloutFile(Array.from({ length: 1_000 }, () => "nested"));
    const copies = Math.ceil((65 * 1024 * 1024) / thousand.length);
    writeFileSync(path.join(workspace, "large.rollout.jsonl"), thousand.repeat(copies));
    const odd = Array.from({ length: 2_000 }, (_, at) => ({
      talk: [
        { role: "user", content: "Where is it?" },
        { role: "assistant", content: `Here, in place ${String(at)}.` },
      ],
      points: at % 2,
    }));
    writeFileSync(
      path.join(workspace, "odd.rollout.jsonl"),
      odd.map((record) => JSON.stringify(record)).join("\n"),
    );
    browser = await launchBrowser();
  });
  afterEach(async (t) => {
    if (!window) return;
    const violations = window.policyViolations();
    await window.screenshot(`after-${t.name.replaceAll(/\W+/g, "-").slice(0, 50)}`);
    await window.close();
    window = null;
    const isPlanted = t.name.startsWith("a violation");
    if (!isPlanted) assert.deepEqual(violations, [], "violations of a security policy");
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });

  const open = async (): Promise<Workbench> => {
    window = await Workbench.open(browser, workbenchUrl(server, { folder: workspace }));
    return window;
  };

  test("a file of no known format is mapped step by step, searched as a whole, and forgotten", async () => {
    const w = await open();
    await w.openFromExplorer("odd.rollout.jsonl");
    const page = w.webview();
    await page.getByRole("button", { name: "Map Fields…" }).click();
    const steps = w.page.locator(".quick-input-widget");
    await steps.getByText("Derail: map fields · messages (1/").waitFor();
    await w.screenshot("7-map-fields");
    await w.page.keyboard.press("Enter");
    await steps.getByText("Derail: map fields · reward (2/").waitFor();
    await w.page.keyboard.press("Enter");
    await steps.getByText("Use these fields").waitFor();
    await w.page.keyboard.press("Enter");
    await page.getByText("Mapped fields: the file is of no known format").waitFor();
    await page.getByText("2,000 trajectories").waitFor();

    await page.getByRole("button", { name: "Find…" }).click();
    await page.getByLabel("Where to find").click();
    await page.getByRole("option", { name: "Whole file" }).click();
    await w.page.keyboard.type("PLACE 1234");
    await w.page.keyboard.press("Enter");
    await page.getByText("1 match in the whole file").waitFor();
    await w.page.keyboard.press("Enter");
    await page.locator('.row[aria-rowindex="1235"].current').waitFor();
    await page.locator(".token.selected", { hasText: /pla/ }).waitFor();
    await w.screenshot("8-search");

    await page.getByRole("button", { name: "Forget which field is what" }).click();
    await page.getByText("No rollouts in odd.rollout.jsonl").waitFor();
  });

  test("from a spike on the chart to its token, its transcript, its remark, its hover and the next break", async () => {
    const spike = spikeToShow();
    const w = await open();

    // The sample, in the trajectory editor: heat and chart.
    await w.command("View: Toggle Primary Side Bar Visibility");
    await w.command("Derail: Open Sample Run");
    const page = w.webview();
    await scored(page);
    await selectRow(page, spike.trajectory);
    await page.locator(".line .token.mark-fired, .line .token.mark-break").first().waitFor();
    await w.screenshot("1-trajectory-editor");

    // A click on the spike lands on its token.
    await clickToken(page, spike.token);
    await page.locator(`.token.selected[data-token="${String(spike.token)}"]`).waitFor();
    await page
      .locator(".card-title", { hasText: `token ${spike.token.toLocaleString("en-US")}` })
      .waitFor();
    await page
      .locator(`.line .token[data-token="${String(spike.token)}"][class*="heat-"]`)
      .waitFor();
    await w.screenshot("2-spike-clicked");
    await picture(w, "trajectory-editor-dark");

    // The transcript at that token: the remark behind its line, and the hover.
    await w.command("Derail: Open Transcript");
    await w.activeTab(".transcript").waitFor();
    const editor = w.page.locator(".editor-instance .monaco-editor").first();
    const remark = await inlineRemark(w);
    assert.match(remark, /[◆◇✕▲]/u);
    await w.screenshot("3-transcript");
    await editor.locator(".codelens-decoration a:visible").first().waitFor();
    await w.command("Show or Focus Hover");
    const hover = w.page.locator(".monaco-hover:visible").first();
    await hover
      .getByText(/token \d+/)
      .first()
      .waitFor();
    assert.match((await hover.textContent()) ?? "", /scored/);
    await w.screenshot("4-hover");
    await picture(w, "transcript-dark");
    await w.page.keyboard.press("Escape");

    // The next break, by command.
    const was = await cursor(w).textContent();
    await w.command("Derail: Next Break");
    await w.page.waitForFunction(
      `![...document.querySelectorAll(".statusbar-item")].some((item) => item.textContent === ${JSON.stringify(was)})`,
    );
    await w.screenshot("5-next-break");
  });

  test("an entry in Problems jumps to the right column of the raw file", async () => {
    const w = await open();
    await w.openFromExplorer("broken.jsonl");
    await w.command("Derail: Analyze Current File");
    await w.notification(/broken\.jsonl: \d+ break/).waitFor();
    await w.command("Problems: Focus on Problems View");
    // The last rollout's entry comes last: from here on no row moves.
    await w.page.locator(".markers-panel .monaco-list-row", { hasText: "F03" }).first().waitFor();
    const entry = w.page
      .locator(".markers-panel .monaco-list-row")
      .filter({ hasText: "F02" })
      .first();
    await entry.waitFor();
    const place = /\[Ln (\d+), Col (\d+)\]/.exec((await entry.textContent()) ?? "");
    assert.ok(place);
    const line = rolloutFile(["healthy", "nested", "collapsed"]).split("\n")[1] ?? "";
    const output = line.indexOf('"output"');
    const first = line.indexOf("<tool_call>", output);
    const nested = line.indexOf("<tool_call>", first + 1);
    assert.deepEqual(place.slice(1), ["2", String(nested + 1)]);
    await entry.dblclick();
    // The token is selected; the cursor is at its end.
    const { length } = "<tool_call>";
    await w
      .statusBar(`Ln 2, Col ${String(nested + 1 + length)} (${String(length)} selected)`)
      .waitFor();
    await w.page.locator(".codelens-decoration a").filter({ hasText: "record 2" }).waitFor();
    await w.screenshot("6-problems");
  });

  test("four themes: state, heat and marks are there in each", async () => {
    const w = await open();
    await w.openFromExplorer("sample.jsonl");
    await w.command("Derail: Open Trajectory Editor");
    const page = w.webview();
    await scored(page);
    const spike = spikeToShow();
    await selectRow(page, spike.trajectory);
    await clickToken(page, spike.token);
    await page.locator(".token.selected").waitFor();
    const seen = new Set<string>();
    for (const [theme, css] of [
      ["Light Modern", "vscode-light"],
      ["Dark High Contrast", "vscode-high-contrast"],
      ["Light High Contrast", "vscode-high-contrast-light"],
      ["Dark Modern", "vscode-dark"],
    ] as const) {
      // One window: themes are switched one after another.
      // oxlint-disable-next-line no-await-in-loop
      await w.theme(theme);
      // oxlint-disable-next-line no-await-in-loop
      await page.locator(`body.${css}`).waitFor();
      // oxlint-disable-next-line no-await-in-loop
      seen.add(await page.locator('.line .token[class*="heat-"]').first().evaluate(lookOf));
      // oxlint-disable-next-line no-await-in-loop
      await w.screenshot(`7-${css}`);
      // oxlint-disable-next-line no-await-in-loop
      if (css === "vscode-light") await picture(w, "trajectory-editor-light");
    }
    assert.equal(seen.size, 4, "each theme has its own heat on its own ground");
  });

  test("markup, a script's end and bidirectional controls of a rollout are shown as text", async () => {
    const w = await open();
    // `.rollout.jsonl` opens in the trajectory editor by itself.
    await w.openFromExplorer("hostile.rollout.jsonl");
    const page = w.webview();
    // It begins at the worst one; the hostile one is the first.
    await selectRow(page, 0);
    await page.locator(".line").getByText("onerror").first().waitFor();
    const body = page.locator("body");
    assert.equal(await body.locator("img").count(), 0);
    assert.equal(await body.locator("b", { hasText: "bold" }).count(), 0);
    const text = (await page.locator(".transcript").textContent()) ?? "";
    assert.match(text, /<\/script>/);
    assert.doesNotMatch(text, /\u202E|\u2066/, "bidirectional controls are signs");
    await w.screenshot("8-hostile");
    await w.command("Derail: Open Transcript");
    await w.activeTab(".transcript").waitFor();
    await w.page.locator(".view-line").filter({ hasText: "onerror" }).first().waitFor();
    await w.screenshot("9-hostile-transcript");
    assert.notEqual(await w.page.title(), "owned");
    assert.deepEqual(
      w.console.filter((line) => /owned/i.test(line)),
      [],
    );
  });

  test("a directory that is no policy is refused with its reason and a way to the log", async () => {
    const w = await open();
    await w.openFromExplorer("hostile.rollout.jsonl");
    await scored(w.webview());
    await choosePolicy(w, "Browse for a directory");
    // The dialog of a remote VS Code is a field for a path.
    // It fills in the folder itself, a moment after it is there.
    await w.page.locator(".quick-input-list .monaco-list-row", { hasText: ".." }).first().waitFor();
    await w.input().fill(`${workspace}/`);
    await w.page.keyboard.press("Enter");
    const refusal = w.notification(/rollouts has no /);
    await refusal.waitFor();
    await w.screenshot("10-bad-policy");
    await refusal.getByText("Show Log").click();
    await w.page.locator(".panel .action-item.checked", { hasText: "Output" }).waitFor();
    await choosePolicy(w, "None");
    await w.webview().locator(".tool-policy", { hasText: "none" }).waitFor();
    await choosePolicy(w, "Bundled policy");
    await scored(w.webview());
  });

  test("a violation of the page's security policy is seen by the check after each test", async () => {
    const w = await open();
    await w.openFromExplorer("hostile.rollout.jsonl");
    const page = w.webview();
    await page.locator(".line").first().waitFor();
    assert.deepEqual(w.policyViolations(), []);
    const told = w.page.waitForEvent("console", (message) => /violates/.test(message.text()));
    await page.locator("body").evaluate(plantRemoteImage);
    await told;
    assert.match(w.policyViolations().join("\n"), /img-src/);
  });

  test("a lens of the raw file goes to its record though the trajectory editor is a hidden tab", async () => {
    const w = await open();
    await w.openFromExplorer("broken.jsonl");
    await w.command("Derail: Open Trajectory Editor");
    const page = w.webview();
    await scored(page);
    await selectRow(page, 0);
    await w.openFromExplorer("broken.jsonl");
    const lens = w.page.locator(".codelens-decoration a");
    // Above the record's line, and the next lens below it.
    await lens.filter({ hasText: "record 3" }).click();
    const selected = page.locator('[role="row"][aria-selected="true"]');
    await selected.and(page.locator('[aria-rowindex="3"]')).waitFor();
    // The same way again, between two records that the page has shown.
    await w.openFromExplorer("broken.jsonl");
    await lens.filter({ hasText: "record 2" }).click();
    await selected.and(page.locator('[aria-rowindex="2"]')).waitFor();
  });

  test("with every channel of annotation switched off a transcript is bare", async () => {
    const w = await open();
    await w.openFromExplorer("hostile.rollout.jsonl");
    await scored(w.webview());
    await w.command("Derail: Open Transcript");
    await w.activeTab(".transcript").waitFor();
    const drawn = w.page.locator('.editor-instance .view-line [class*="ced-"]');
    const lenses = w.page.locator(".codelens-decoration a:visible");
    await drawn.first().waitFor();
    await lenses.first().waitFor();
    const folder = path.join(workspace, ".vscode");
    mkdirSync(folder);
    const channels = Object.keys(defaultSettings).filter((name) => name.startsWith("annotations."));
    const off = Object.fromEntries(channels.map((name) => [`derail.${name}`, false]));
    try {
      writeFileSync(path.join(folder, "settings.json"), JSON.stringify(off));
      await lenses.first().waitFor({ state: "detached" });
      await drawn.first().waitFor({ state: "detached" });
      await w.screenshot("11-every-channel-off");
    } finally {
      rmSync(folder, { recursive: true });
    }
    await drawn.first().waitFor();
    await lenses.first().waitFor();
    await w.command("Derail: Toggle Inline Annotations");
    await lenses.first().waitFor({ state: "detached" });
    await drawn.first().waitFor({ state: "detached" });
  });

  test("a large file is scored when somebody asks for it, and shows its structure at once", async () => {
    const w = await open();
    await w.openFromExplorer("large.rollout.jsonl");
    const page = w.webview();
    await page.locator(".line").first().waitFor();
    const score = page.getByRole("button", { name: "Score all" });
    await score.waitFor({ timeout: 60_000 });
    await w.screenshot("12-large");
  });

  test("the palette shows the commands only where they work", async () => {
    const w = await open();
    const shown = async (): Promise<readonly string[]> => {
      await w.palette("Derail: ");
      await w.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
      const rows = await w.page
        .locator(
          ".quick-input-list .monaco-list-row .quick-input-list-label, .quick-input-list .monaco-list-row .label-name",
        )
        .allTextContents();
      await w.page.keyboard.press("Escape");
      return [...new Set(rows.map((row) => row.trim()))].filter((row) =>
        row.startsWith("Derail: "),
      );
    };
    const nowhere = await shown();
    assert.deepEqual(nowhere.toSorted(), [
      "Derail: Choose Tool-Call Grammar...",
      "Derail: Explain Rule...",
      "Derail: Open Sample Run",
      "Derail: Select Policy",
      "Derail: Select Tokenizer",
      "Derail: Show Log",
    ]);
    await w.openFromExplorer("hostile.rollout.jsonl");
    await w.webview().locator(".line").first().waitFor();
    const inEditor = await shown();
    for (const title of [
      "Next Spike",
      "Previous Spike",
      "Next Break",
      "Previous Break",
      "Open Transcript",
      "Analyze Current File",
    ]) {
      assert.ok(inEditor.includes(`Derail: ${title}`), `${title} among ${inEditor.join(", ")}`);
    }
  });
});

function spikeToShow(): { readonly trajectory: number; readonly token: number } {
  return takePictures ? pictured : findSampleSpike();
}

async function choosePolicy(w: Workbench, label: string): Promise<void> {
  await w.palette("Derail: Select Policy");
  await w.paletteRow("Derail: Select Policy").click();
  await w.paletteRow(label).click();
}

async function picture(w: Workbench, name: string): Promise<void> {
  if (!takePictures) return;
  await w.page.screenshot({ path: path.join(root, "media/pictures", `${name}.png`) });
}
