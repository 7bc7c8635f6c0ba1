import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { scrollSettled, shoot, startSite, until, type TestSite } from "./support/open-page.ts";

let site: TestSite;
before(async () => {
  site = await startSite();
});
after(async () => {
  await site.close();
});

const cases: readonly (readonly [scenario: string, says: string | RegExp])[] = [
  ["scoring", "32.0k of 100k tokens · 1,234 tok/s · 41 s left"],
  ["no-policy", "No probabilities: the file records none and no policy is selected to score it."],
  ["misfit", "The bundled policy would not sample these rollouts"],
  ["no-tokenizer", /No tokenizer: words stand in for tokens/],
  ["unreadable", "This record can't be read"],
  ["empty", "The file is empty."],
  ["foreign", "The first record has none of the known fields."],
  ["mapped", "Mapped fields: the file is of no known format, and is read as you said."],
  ["indexing", "1.9 MB of 4.2 MB · 1.0 MB/s · 2 s left"],
  ["reading", "40.0k so far · 1.9 MB of 4.2 MB · 1.0 MB/s · 2 s left"],
  ["stopped", "Reading stopped"],
];

for (const [scenario, says] of cases) {
  test(`the page says what is the matter: ${scenario}`, async () => {
    const page = await site.open({ scenario });
    if (scenario === "unreadable") await page.locator('.row[aria-rowindex="1"]').click();
    await page.getByText(says).first().waitFor();
    await shoot(page, `state-${scenario}`);
    assert.deepEqual(await page.evaluate("window.fake.violations"), []);
    await page.context().close();
  });
}

const buttons: readonly (readonly [scenario: string, name: string, method: string])[] = [
  ["scoring", "Cancel scoring", "cancelScoring"],
  ["no-policy", "Select policy…", "selectPolicy"],
  ["no-tokenizer", "Select tokenizer…", "selectTokenizer"],
  ["unreadable", "Show in file", "openSource"],
  ["foreign", "Map Fields…", "mapFields"],
  ["mapped", "Change which field is what", "mapFields"],
  ["mapped", "Forget which field is what", "forgetMapping"],
  ["reading", "Stop reading the file", "stopIndexing"],
  ["stopped", "Go on reading the file", "goOnIndexing"],
];

for (const [scenario, name, method] of buttons) {
  test(`${name} asks the host for ${method}`, async () => {
    const page = await site.open({ scenario });
    if (scenario === "unreadable") await page.locator('.row[aria-rowindex="1"]').click();
    await page.getByRole("button", { name }).first().click();
    await until(page, `window.fake.calls.some((call) => call.method === "${method}")`);
    await page.context().close();
  });
}

test("the head shows the grammar, how sure that is and why, and lets another be chosen", async () => {
  const page = await site.open({ scenario: "mockup" });
  const grammar = page.getByRole("button", { name: "Qwen3 (Hermes JSON), probably" });
  await grammar.waitFor();
  assert.equal(
    await grammar.getAttribute("title"),
    "Tool-call grammar (confidence: medium): the text has <tool_call>. Press to choose another.",
  );
  await grammar.focus();
  await page.keyboard.press("Enter");
  await until(page, 'window.fake.calls.some((call) => call.method === "chooseFamily")');
  await page.context().close();
});

test("a file that grows is shown as it grows, and the selection stays", async () => {
  const page = await site.open({ scenario: "indexing" });
  await page.getByText("Reading step_96.jsonl").waitFor();
  await page.evaluate("window.fake.change({ trajectoryCount: 16 })");
  await page.locator('.row[aria-rowindex="3"].current').waitFor();
  await page.evaluate("window.fake.change({ trajectoryCount: 64, indexing: false })");
  await page.getByText("64 trajectories").waitFor();
  await page.locator('.row[aria-rowindex="3"].current').waitFor();
  await page.context().close();
});

test("the extension can take the page to a token, and step through findings", async () => {
  const page = await site.open();
  await page.locator(".token.selected").waitFor();
  await page.evaluate("window.fake.page.call('reveal', { trajectory: 10, token: 66 })");
  await page.locator('.row[aria-rowindex="11"].current').waitFor();
  await page.locator('.token.selected[data-token="66"]').waitFor();
  await page.evaluate("window.fake.page.call('step', { kind: 'break', direction: 1 })");
  await page.locator('.token.selected[data-token="87"]').waitFor();
  await page.context().close();
});

test("every control has a name", async () => {
  const page = await site.open({ scenario: "scoring" });
  await page.locator(".token.selected").waitFor();
  await page.locator(".legend-item").first().waitFor();
  await page.keyboard.press("/");
  await page.locator(".find-field").waitFor();
  const tree = await page.locator("body").ariaSnapshot();
  const nameless = tree
    .split("\n")
    .filter((line) =>
      /^\s*- (button|slider|textbox|combobox|grid|separator|progressbar)( \[[^\]]*\])*:?$/.test(
        line,
      ),
    );
  assert.deepEqual(nameless, []);
  for (const role of ["button", "slider", "textbox", "combobox", "grid", "progressbar"]) {
    assert.ok(tree.includes(`- ${role} "`), `no ${role} found`);
  }
  await page.context().close();
});

test("the help shows the keys and closes on Escape", async () => {
  const page = await site.open();
  await page.locator(".token.selected").waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys and signs" }).waitFor();
  await shoot(page, "help");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.context().close();
});

test("a trajectory that fails says why, and the others still open", async () => {
  const page = await site.open({ scenario: "failing" });
  await page.locator('.row[aria-rowindex="2"]').click();
  await page.getByText("The file was changed while it was read.").waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await shoot(page, "state-failing");
  await page.locator('.row[aria-rowindex="3"]').click();
  await page.locator(".token.selected").waitFor();
  await page.context().close();
});

test("a hundred changes in a row leave selection and scroll where they were", async () => {
  const page = await site.open({ scenario: "long" });
  await page.locator('.token.selected[data-token="871"]').waitFor();
  await scrollSettled(page);
  // The wheel, as a user would: a scroll that the page is still making itself gives way to it.
  await page.locator(".transcript").hover();
  await page.mouse.wheel(0, 4000);
  await until(page, "document.querySelector('.token.selected') === null");
  const start = await scrollSettled(page);
  await page.evaluate("{ for (let i = 0; i < 100; i++) window.fake.change({ scoredCount: i }); }");
  await page.getByText("99 scored").waitFor();
  assert.ok(Math.abs((await scrollSettled(page)) - start) < 30);
  await page.getByText("token 871", { exact: true }).waitFor();
  await page.context().close();
});

test("a notice that comes while one reads leaves the chosen token in view", async () => {
  const page = await site.open({ scenario: "long" });
  await page.locator(".token.selected").waitFor();
  await scrollSettled(page);
  const room = `(document.querySelector(".transcript").getBoundingClientRect().bottom -
    document.querySelector(".token.selected").closest(".line").getBoundingClientRect().bottom)`;
  await page.locator(".transcript").hover();
  await page.mouse.wheel(0, -Math.max(0, Number(await page.evaluate(room)) - 6));
  await scrollSettled(page);
  assert.ok(Number(await page.evaluate(room)) < 30, "the token is at the lower edge");
  await page.evaluate('window.fake.change({ misfit: "Another policy wrote this." })');
  await page.getByText("Another policy wrote this.").waitFor();
  await scrollSettled(page);
  // Scrolled by whole pixels; what is above need not be of whole ones.
  await until(page, `${room} > -1`);
  await page.context().close();
});
