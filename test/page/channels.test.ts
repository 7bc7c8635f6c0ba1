import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import type { Contrast } from "./support/contrast.ts";
import { shoot, startSite, themes, type TestSite, type Theme } from "./support/open-page.ts";

let site: TestSite;
before(async () => {
  site = await startSite();
});
after(async () => {
  await site.close();
});

async function openChannels(theme?: Theme): Promise<Page> {
  const page = await site.open({ scenario: "channels", ...(theme ? { theme } : {}) });
  await page.locator(".legend-item").first().waitFor();
  await page.locator(".token.selected").waitFor();
  await page.locator(".card-recorded").waitFor();
  return page;
}

test("badges in the head say what may be claimed, and each what it means", async () => {
  const page = await openChannels();
  const badges = page.locator(".head-facts .badge");
  assert.deepEqual(await badges.allInnerTexts(), [
    "sampled ids",
    "special tokens kept",
    "not re-tokenized",
  ]);
  assert.match((await badges.nth(0).getAttribute("title")) ?? "", /token ids that were sampled/);
  await page.context().close();
});

test("the card lists what the file recorded, who did and under which name", async () => {
  const page = await openChannels();
  const rows = await page.locator(".card-recorded dd").allInnerTexts();
  assert.deepEqual(rows, [
    "0.610 rollout engine · inference_logprobs",
    "1.235 nats trainer · entropy",
    "no trainer · is_masked",
  ]);
  await page.context().close();
});

test("alternatives that the file names are told as its own, and a control token out of turn is hot", async () => {
  const page = await openChannels();
  await page.locator(".card-sub", { hasText: "Named by the file (top_logprobs)" }).waitFor();
  const hot = page.locator(".bars li.hot");
  assert.deepEqual(await hot.locator(".bar-name").allInnerTexts(), ["<|im_end|>"]);
  assert.equal(await page.locator(".bars b").count(), 0);
  await page.context().close();
});

test("other recorded channels wait in a list; a chosen one is drawn, and put away again", async () => {
  const page = await openChannels();
  const items = page.locator(".legend-item");
  assert.deepEqual(await items.allInnerTexts(), ["P(sampled token), recorded"]);
  const list = page.locator(".chart-more");
  await list.click();
  await list.locator("vscode-option", { hasText: "entropy, recorded" }).click();
  await page.locator(".legend-item", { hasText: "entropy, recorded" }).waitFor();
  const plot = page.locator(".chart-plot");
  await plot.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(
    `/entropy, recorded \\d\\.\\d+ nats/.test(document.querySelector(".chart-plot").getAttribute("aria-valuetext") ?? "")`,
  );
  await shoot(page, "channels");
  await page.locator(".legend-item", { hasText: "entropy, recorded" }).click();
  await page
    .locator(".legend-item", { hasText: "entropy, recorded" })
    .waitFor({ state: "detached" });
  await page.context().close();
});

for (const theme of Object.keys(themes) as Theme[]) {
  test(`recorded channels can be read in ${theme}, and no policy is violated`, async () => {
    const page = await openChannels(theme);
    await shoot(page, `channels-${theme}`);
    const found: readonly Contrast[] = await page.evaluate("window.fake.contrast()");
    assert.deepEqual(
      found.filter(({ ratio }) => ratio < 4.5),
      [],
    );
    assert.deepEqual(await page.evaluate("window.fake.violations"), []);
    await page.context().close();
  });
}
