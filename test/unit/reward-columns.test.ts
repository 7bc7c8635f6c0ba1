import assert from "node:assert/strict";
import { test } from "node:test";
import { rewardOfColumns } from "../../src/core/formats/rl/reward-columns.ts";

const rows: readonly [what: string, row: unknown, reward: number | null][] = [
  ["one number column", { step: 3, prompt: "p", advantage: 0.5, accuracy: 1 }, 1],
  ["the columns named rewards, together", { a_reward: 1, b_reward: 0.5, length: 90 }, 1.5],
  ["what applied, of those", { a_reward: 1, b_reward: null, length: 90 }, 1],
  ["nothing of two that nothing names", { accuracy: 1, format: 0.5 }, null],
  [
    "nothing where one of two did not apply, as in the other rows",
    { accuracy: 1, format: null },
    null,
  ],
  ["nothing without columns", { step: 3, prompt: "p" }, null],
  ["nothing where no function applied", { a_reward: null }, null],
];
for (const [what, row, reward] of rows) {
  test(`the reward of a row is ${what}`, () => {
    assert.equal(rewardOfColumns(row), reward);
  });
}
