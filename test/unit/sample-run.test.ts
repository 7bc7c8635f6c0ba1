import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { analyzeFiles } from "../../src/cli/analyze.ts";
import { startRun } from "../../src/cli/run-steps.ts";
import type { FileReport } from "../../src/core/report/report.ts";
import { findOnset } from "../../src/core/run/onset.ts";
import type { RunReport } from "../../src/core/run/run-report.ts";
import { shareOf, type StepFigures } from "../../src/core/run/step-figures.ts";
import { Engine } from "../../src/node/engine/engine.ts";
import { noPolicy } from "../../src/node/engine/settings.ts";
import { root } from "../support/paths.ts";
import { sampleFile } from "../support/sample.ts";

// Structure only, of the 24 rollouts that ship of each step: the same on every machine.
const collapse = readRun("collapse");
const stabilized = readRun("stabilized");

const stretches: readonly (readonly [
  what: string,
  steps: readonly [first: number, last: number],
  holds: (figures: StepFigures) => boolean,
])[] = [
  ["97 % of turns are healthy", [1, 20], (figures) => healthy(figures) >= 0.97],
  [
    "not one turn is collapsed before the onset",
    [1, 20],
    (figures) => figures.turns.collapsed === 0,
  ],
  ["half of the turns are still healthy", [21, 32], (figures) => healthy(figures) >= 0.5],
  [
    "what is not healthy is polluted rather than collapsed",
    [21, 32],
    ({ turns }) => turns.collapsed <= turns.polluted,
  ],
  ["a fifth of the turns at most is healthy", [33, 40], (figures) => healthy(figures) <= 0.2],
  ["15 % of the turns are collapsed", [33, 40], (figures) => shareOf(figures, "collapsed") >= 0.15],
  ["not one rollout has a reward", [33, 40], ({ reward }) => reward === 0],
];
for (const [what, [first, last], holds] of stretches) {
  test(`the sample collapses, steps ${String(first)} to ${String(last)}: ${what}`, async () => {
    const { steps } = (await collapse).run;
    const there = steps.filter(({ step }) => step >= first && step <= last);
    assert.equal(there.length, last - first + 1);
    assert.deepEqual(
      there.filter((figures) => !holds(figures)).map(({ step }) => step),
      [],
    );
  });
}

test("the sample goes from healthy to polluted to collapsed: broken turns leave what is usual first, then the reward, then collapse begins", async () => {
  const { onsets } = (await collapse).run;
  const steps = Object.fromEntries(onsets.map(({ measure, step }) => [measure, step]));
  assert.deepEqual(
    [steps["broken turns"], steps["reward"], steps["collapsed turns"]],
    [24, 25, 33],
  );
});

// What the trainer measured over all 64 rollouts, with the policy that wrote them: docs/collapse.md tells these steps.
const measures: readonly (readonly [
  column: string,
  direction: "rises" | "falls",
  least: number,
  step: number,
])[] = [
  ["illegal_mass_mean", "rises", 0.001, 20],
  ["illegal_mass_p99", "rises", 0.001, 20],
  ["broken_turns", "rises", 0.05, 21],
  ["entropy_mean", "rises", 0.05, 21],
  ["premature_stop_mass_mean", "rises", 0.001, 25],
  ["reward", "falls", 0.1, 25],
];
for (const [column, direction, least, step] of measures) {
  test(`over all rollouts ${column} leaves what is usual at step ${String(step)} of the collapse, and nowhere in the stabilized run`, () => {
    const onsets = ["collapse", "stabilized"].map((name) => {
      const found = findOnset(readColumn(name, column), direction, least);
      return found === null ? null : found.index + 1;
    });
    assert.deepEqual(onsets, [step, null]);
  });
}

test("the stabilized run stays healthy: 95 % of turns at every step, and no measure leaves what is usual", async () => {
  const { steps, onsets } = (await stabilized).run;
  assert.equal(steps.length, 40);
  assert.deepEqual(
    steps.filter((figures) => healthy(figures) < 0.95 || (figures.reward ?? 0) < 0.5),
    [],
  );
  assert.deepEqual([...new Set(onsets.map(({ step }) => step))], [null]);
});

for (const [name, run] of [
  ["collapse", collapse],
  ["stabilized", stabilized],
] as const) {
  test(`${name}: every file that a folder's analysis opens is a veRL dump of 24 rollouts, read without a problem`, async () => {
    const { files } = await run;
    assert.equal(files.length, 40);
    for (const { format, problems, trajectories, path: file } of files)
      assert.deepEqual([format, problems, trajectories.length], ["verl", [], 24], file);
  });
}

test("the sample opens where healthy, polluted and collapsed turns stand side by side in the rows that are seen at once", async () => {
  const file = (await collapse).files.find((report) => report.path === sampleFile());
  const states = (file?.trajectories.slice(0, 8) ?? []).flatMap(({ turns }) =>
    turns.map(({ state }) => state),
  );
  for (const state of ["healthy-call", "healthy-response", "polluted", "collapsed"] as const)
    assert.ok(states.includes(state), state);
});

/** A column of a run's metrics, from step 1 on. */
function readColumn(name: string, column: string): readonly number[] {
  const file = path.join(root, "media/sample-run", name, "metrics.csv");
  const [head, ...rows] = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const at = head?.indexOf(column) ?? -1;
  assert.notEqual(at, -1, column);
  return rows.map((row) => Number(row[at]));
}

function healthy(figures: StepFigures): number {
  return shareOf(figures, "healthy-call", "healthy-response");
}

async function readRun(
  name: string,
): Promise<{ readonly run: RunReport; readonly files: readonly FileReport[] }> {
  const engine = new Engine({ scorerPath: "", changed: () => undefined, log: () => undefined });
  const steps = startRun();
  const files: FileReport[] = [];
  try {
    await engine.configure(noPolicy);
    for await (const analyzed of analyzeFiles(engine, [path.join(root, "media/sample-run", name)], {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onAnalysis: steps.add,
    }))
      if (analyzed.kind === "file") files.push(analyzed.report);
  } finally {
    await engine.dispose();
  }
  return { run: steps.report(null), files };
}
