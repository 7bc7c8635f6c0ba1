import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { shoot, startSite, themes, until, type TestSite, type Theme } from "./support/open-page.ts";

let site: TestSite;
before(async () => {
  site = await startSite();
});
after(async () => {
  await site.close();
});

test("a search of the whole file lists its results, and Enter walks them", async () => {
  const page = await searching("price");
  await page.getByText("3 matches in the whole file").waitFor();
  const rows = page.getByRole("option", { name: /^record/ });
  assert.equal(await rows.count(), 3);
  assert.match(
    (await rows.nth(1).getAttribute("aria-label")) ?? "",
    /^record 8, content, The price was looked up with↵price and then/,
  );
  await page.keyboard.press("Enter");
  await page.getByText("1 of 3").waitFor();
  await page.locator('.row[aria-rowindex="3"].current').waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("2 of 3").waitFor();
  await page.locator('.row[aria-rowindex="4"].current').waitFor();
  assert.deepEqual(await page.evaluate("window.fake.violations"), []);
  await page.keyboard.press("Escape");
  await page.locator(".found").waitFor({ state: "hidden" });
  await page.locator(".transcript:focus").waitFor();
  await page.context().close();
});

test("arrows walk the list of results, Enter opens one, a click too", async () => {
  const page = await searching("many");
  await page.getByText("The first 1,000 matches, in 100 % of the file").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await until(page, "window.fake.calls.some((call) => call.method === 'searchPlace')");
  assert.equal(
    await page.evaluate(
      "window.fake.calls.find((call) => call.method === 'searchPlace').params.result",
    ),
    1,
  );
  await page.keyboard.press("End");
  await page.getByText("1,000 of 1,000").waitFor();
  assert.ok((await page.locator(".found-row").count()) < 60, "only what is in view is there");
  await page
    .getByRole("option", { name: /^record 6,9\d\d/ })
    .first()
    .click();
  await shoot(page, "search-many");
  await page.getByRole("button", { name: "Find more" }).click();
  await page.getByText("1,500 matches in the whole file").waitFor();
  await page.context().close();
});

test("a search that runs shows how far it is, and can be cancelled", async () => {
  const page = await searching("slow");
  await page.getByText(/43 % · 812\.0 MB\/s · 1 s left · 3 matches/).waitFor();
  assert.equal(
    await page
      .getByRole("progressbar", { name: "Searching the file" })
      .getAttribute("aria-valuenow"),
    "43",
  );
  await shoot(page, "search-slow");
  await page.getByRole("button", { name: "Cancel the search" }).click();
  await page.getByText("3 matches in 43 % of the file: stopped").waitFor();
  await page.context().close();
});

test("case and expression are switches, and a wrong expression says what is wrong", async () => {
  const page = await searching("");
  await page.getByRole("button", { name: "Match case" }).click();
  await page.getByRole("button", { name: "Regular expression", pressed: false }).click();
  await page.getByRole("button", { name: "Regular expression", pressed: true }).waitFor();
  await page.locator(".find-field").click();
  await page.keyboard.type("(");
  await page.keyboard.press("Enter");
  await page.getByText("The regular expression can't be read: Unterminated group").waitFor();
  assert.deepEqual(
    await page.evaluate("window.fake.calls.find((call) => call.method === 'startSearch').params"),
    { kind: "pattern", text: "(", ignoreCase: false },
  );
  await page.context().close();
});

test("hostile text in a result is text, and nothing was found says so", async () => {
  const page = await searching("hostile");
  await page.getByText("3 matches in the whole file").waitFor();
  assert.equal(await page.locator(".found img, .found script").count(), 0);
  assert.match((await page.locator(".found-match").first().textContent()) ?? "", /U\+202E/);
  await page.locator(".find-field").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("nothing");
  await page.keyboard.press("Enter");
  await page.getByText("No match in the whole file").waitFor();
  assert.deepEqual(await page.evaluate("window.fake.violations"), []);
  await page.context().close();
});

for (const theme of Object.keys(themes) as readonly Theme[]) {
  test(`results can be read in ${theme}`, async () => {
    const page = await searching("odd", theme);
    await page.getByText("3 matches in the whole file").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.locator(".found-row.current").waitFor();
    await shoot(page, `search-${theme}`);
    const contrasts = (await page.evaluate("window.fake.contrast()")) as readonly {
      readonly text: string;
      readonly css: string;
      readonly ratio: number;
    }[];
    assert.deepEqual(
      contrasts.filter(({ css, ratio }) => /found|find/.test(css) && ratio < 4.5),
      [],
    );
    await page.context().close();
  });
}

/** The page with a search of the whole file begun. */
async function searching(text: string, theme: Theme = "dark"): Promise<Page> {
  const page = await site.open({ theme });
  await page.locator(".token.selected").waitFor();
  await page.keyboard.press("/");
  await page.getByLabel("Where to find").click();
  await page.getByRole("option", { name: "Whole file" }).click();
  await page.keyboard.type(text);
  if (text !== "") await page.keyboard.press("Enter");
  return page;
}
