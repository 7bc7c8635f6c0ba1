import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shoot, startSite, until, type TestSite } from "./support/open-page.ts";

let site: TestSite;
before(async () => {
  site = await startSite();
});
after(async () => {
  await site.close();
});

test("a hundred thousand trajectories are a list of a few dozen rows", async () => {
  const page = await site.open({ scenario: "many" });
  await page.locator(".row-title").first().waitFor();
  assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "100000");
  assert.ok((await page.locator(".row").count()) < 40);
  await page.evaluate(
    "{ const list = document.querySelector('.list-rows'); list.scrollTop = list.scrollHeight / 2; }",
  );
  await page.locator('.row[aria-rowindex="50003"] .row-title').waitFor();
  assert.ok((await page.locator(".row").count()) < 40);
  await shoot(page, "many");
  await page.context().close();
});

test("a million trajectories scroll from the first to the last, by bar, wheel and keys", async () => {
  const page = await site.open({ scenario: "million" });
  await page.locator(".row-title").first().waitFor();
  assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "1000000");
  const rowAtTop = `(() => {
    const list = document.querySelector('.list-rows');
    const { top } = list.getBoundingClientRect();
    const rows = [...list.querySelectorAll('.row')].map((row) => [row.getBoundingClientRect().bottom, Number(row.getAttribute('aria-rowindex'))]);
    return Math.min(...rows.filter(([bottom]) => bottom > top + 1).map(([, index]) => index));
  })()`;
  const scroll = (to: string): Promise<unknown> =>
    page.evaluate(`{ const list = document.querySelector('.list-rows'); list.scrollTop = ${to}; }`);
  await scroll("list.scrollHeight / 2");
  await until(page, `Math.abs(${rowAtTop} - 500_000) < 10`);
  assert.ok((await page.locator(".row").count()) < 40);
  const stood = Number(await page.evaluate(rowAtTop));
  // By the wheel it goes row by row, as in a short list.
  await scroll("list.scrollTop + 120");
  await until(page, `${rowAtTop} - ${String(stood)} === 2`);
  await scroll("list.scrollHeight");
  await page.locator('.row[aria-rowindex="1000000"] .row-title').waitFor();
  await scroll("0");
  await until(page, `${rowAtTop} === 1`);
  await page.locator('.row[aria-rowindex="3"]').click();
  await page.keyboard.press("End");
  await page.locator('.row[aria-rowindex="1000000"].current:focus').waitFor();
  await page.keyboard.press("ArrowUp");
  await page.locator('.row[aria-rowindex="999999"].current:focus').waitFor();
  await page.keyboard.press("Home");
  await page.locator('.row[aria-rowindex="1"].current:focus').waitFor();
  await page.context().close();
});

test("a row shows its group, reward, states and worst finding, and says them aloud", async () => {
  const page = await site.open();
  const cell = page.locator('.row[aria-rowindex="3"] [role=gridcell]');
  const says =
    "g5 · s3, reward 0.0, 1 healthy call, 1 polluted, 1 collapsed, F02 nested call · F03 stop inside call";
  await page.locator(`.row[aria-rowindex="3"] [role=gridcell][aria-label="${says}"]`).waitFor();
  assert.equal(await cell.locator(".ribbon").innerText(), "✓\n◐\n✕");
  await page.context().close();
});

test("the file opens at its first collapsed trajectory", async () => {
  const page = await site.open();
  await page.locator('.row[aria-rowindex="3"].current').waitFor();
  await page.locator(".verdict", { hasText: "Broke at turn 2" }).waitFor();
  await page.context().close();
});

test("a chip keeps the trajectories that have a turn of its state", async () => {
  const page = await site.open({ scenario: "many" });
  await page.locator(".row-title").first().waitFor();
  await page.locator(".chip.state-polluted").click();
  await page.getByText("25.0k of 100k").waitFor();
  await page.locator('[role=grid][aria-rowcount="25000"]').waitFor();
  await page.locator('.chip.state-polluted[aria-pressed="true"]').waitFor();
  await shoot(page, "filtered");
  await page.getByRole("button", { name: "Clear filter" }).click();
  await page.getByText("100,000 trajectories").waitFor();
  await page.context().close();
});

test("typing in the filter keeps the trajectories whose finding has the words", async () => {
  const page = await site.open();
  await page.locator(".list-filter input").fill("unclosed");
  await page.getByText("8 of 64").waitFor();
  await page.context().close();
});

test("arrow keys walk the list, and one row is the tab stop", async () => {
  const page = await site.open();
  await page.locator('.row[aria-rowindex="3"].current').click();
  await page.keyboard.press("ArrowDown");
  await page.locator('.row[aria-rowindex="4"].current:focus').waitFor();
  await page.keyboard.press("End");
  await page.locator('.row[aria-rowindex="64"].current:focus').waitFor();
  assert.equal(await page.locator('.row[tabindex="0"]').count(), 1);
  await page.context().close();
});

test("the page comes back to where it was", async () => {
  const page = await site.open();
  await page.locator('.row[aria-rowindex="6"]').click();
  await page.locator('.row[aria-rowindex="6"].current').waitFor();
  await until(page, "JSON.parse(sessionStorage.getItem('state') ?? '{}').trajectory === 5");
  await page.reload();
  await page.locator('.row[aria-rowindex="6"].current').waitFor();
  await page.context().close();
});

test("the transcript comes back to where it was scrolled", async () => {
  const page = await site.open({ scenario: "long" });
  await page.locator(".token.selected").waitFor();
  await page.mouse.move(640, 400);
  await page.mouse.wheel(0, 9000);
  await until(page, "JSON.parse(sessionStorage.getItem('state') ?? '{}').line > 300");
  const line = Number(await page.evaluate("JSON.parse(sessionStorage.getItem('state')).line"));
  await page.reload();
  await page.locator(`.line[data-index="${String(line)}"]:not(.waiting)`).waitFor();
  await page.context().close();
});
