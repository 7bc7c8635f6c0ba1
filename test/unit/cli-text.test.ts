import assert from "node:assert/strict";
import { test } from "node:test";
import pc from "picocolors";
import { formatRun } from "../../src/cli/run-text.ts";
import { names } from "../../src/cli/words.ts";
import { wrap } from "../../src/cli/wrap.ts";
import { tellOnce } from "../../src/core/findings/told-once.ts";
import { reportRun } from "../../src/core/run/run-report.ts";
import { finishStep, startStep } from "../../src/core/run/step-figures.ts";

test("lines break between words, and those after the first hang", () => {
  assert.deepEqual(wrap("  error  F01  one two three", 18, 4), [
    "  error  F01  one",
    "    two three",
  ]);
  assert.deepEqual(wrap("a word-that-is-longer-than-any-line b", 8), [
    "a",
    "word-that-is-longer-than-any-line",
    "b",
  ]);
  assert.deepEqual(wrap("in a pipe nothing breaks", Infinity), ["in a pipe nothing breaks"]);
});

test("colours take no columns", () => {
  assert.deepEqual(wrap("\u001b[31mred\u001b[39m and blue", 12), [
    "\u001b[31mred\u001b[39m and blue",
  ]);
});

test("of many names the first few are told", () => {
  assert.equal(names(["a", "b"]), "a, b");
  assert.equal(names(["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e, and 2 more");
});

test("a rule about the file is told once with its count, every other finding stays", () => {
  const all = [
    finding("F29", "Cut."),
    finding("F02", "Open."),
    finding("F29", "Cut."),
    finding("F02", "Open."),
  ];
  assert.deepEqual(tellOnce(all), [
    finding("F29", "Cut. So in 2 trajectories."),
    finding("F02", "Open."),
    finding("F02", "Open."),
  ]);
  assert.deepEqual(tellOnce([finding("F29", "Cut.")]), [finding("F29", "Cut.")]);
});

test("a run's table has no column that no step fills, and no onset where there are too few steps", () => {
  const text = formatRun(reportRun([finishStep(startStep(7))], null), pc.createColors(false));
  assert.match(text, /broken turns: too few steps to tell/);
  assert.doesNotMatch(text, /reward:|stays as it was/);
  assert.equal(formatRun(reportRun([], null), pc.createColors(false)), "");
  assert.match(text, /^step  rollouts  healthy  polluted  collapsed\n {3}7 {9}0 /);
});

function finding(
  rule: string,
  message: string,
): { readonly rule: string; readonly message: string } {
  return { rule, message };
}
