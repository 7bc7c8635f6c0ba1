import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Scores } from "../../src/core/tokens/channel.ts";
import { findOnset } from "../../src/core/run/onset.ts";
import { reportRun } from "../../src/core/run/run-report.ts";
import {
  addToStep,
  finishStep,
  shareOf,
  startStep,
  type StepFigures,
} from "../../src/core/run/step-figures.ts";
import { analysisOf } from "../support/analysis-builder.ts";

const plain = `@user
hi
@assistant
It costs 3.<|im_end|>`;

function stepOf(step: number, reward: number): StepFigures {
  return { ...finishStep(startStep(step)), reward };
}

/** Scores of no token: only that there are any counts. */
function scoresWithout(): Scores {
  const none = new Float32Array(0);
  const noIds = new Int32Array(0);
  return {
    policy: "test",
    tokenCount: 0,
    controlIds: noIds,
    controlLogProbs: none,
    targetLogProbs: none,
    entropy: none,
    topCount: 0,
    topIds: noIds,
    topLogProbs: none,
  };
}

type Row = readonly [
  says: string,
  values: readonly number[],
  direction: "rises" | "falls",
  onset: number | null,
];

const calm = [0.9, 0.88, 0.91, 0.9, 0.89, 0.92, 0.9, 0.9];
const rows: readonly Row[] = [
  ["a run that stays has none", [...calm, ...calm], "falls", null],
  ["a run that falls for good has one", [...calm, 0.9, 0.6, 0.5, 0.4, 0.1], "falls", 9],
  ["one bad step is none", [...calm, 0.2, 0.9, 0.9, 0.9], "falls", null],
  ["what recovers after two steps is none", [...calm, 0.2, 0.2, 0.9, 0.9], "falls", null],
  ["a change in the other direction is none", [...calm, 2, 2, 2, 2], "falls", null],
  ["a rise is told as a rise", [...calm, 2, 2, 2, 2], "rises", 8],
  ["a step without a value breaks a row", [...calm, 0.1, 0.1, NaN, 0.1, 0.1, 0.1], "falls", 11],
  ["a change too small to mean anything is none", [...calm, 0.85, 0.85, 0.85], "falls", null],
  ["three steps tell nothing", [0.9, 0.1, 0.1], "falls", null],
  ["no values tell nothing", [], "falls", null],
];

for (const [says, values, direction, expected] of rows) {
  test(`onset: ${says}`, () => {
    assert.equal(findOnset(values, direction, 0.1)?.index ?? null, expected);
  });
}

test("an onset lies outside its bound, whatever the values", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }),
      (values) => {
        const onset = findOnset(values, "rises", 0.01);
        if (!onset) return;
        assert.ok(values.slice(onset.index, onset.index + 3).every((value) => value > onset.bound));
        assert.ok(onset.bound > onset.usual);
      },
    ),
  );
});

/** Two turns of one rollout: a call that is cut off where a stop was likely, and nothing else. */
const cutOff = `@user
hi
@assistant collapsed
«<tool_call>=0.9»⟦F03⟧«<|im_end|>=0.5»`;

test("a step's figures are those of its trajectories", () => {
  const sums = startStep(7);
  addToStep(sums, analysisOf(cutOff, { trajectory: { reward: 0 } }));
  addToStep(sums, analysisOf(plain, { trajectory: { reward: 1 } }));
  const figures = finishStep(sums);
  assert.equal(figures.step, 7);
  assert.equal(figures.trajectories, 2);
  assert.equal(figures.reward, 0.5);
  assert.equal(figures.turns.collapsed, 1);
  assert.equal(figures.turns["healthy-response"], 1);
  assert.equal(shareOf(figures, "collapsed"), 0.5);
  assert.deepEqual([figures.breaks, figures.broken], [1, 1]);
});

test("a mass is the mean over its tokens, and its percentile within two percent of the value at that rank", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e-8, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const analysis = analysisOf(plain);
        const column = Float32Array.from(values);
        const quiet = new Float32Array(values.length).fill(NaN);
        const sums = startStep(1);
        addToStep(sums, {
          ...analysis,
          scores: scoresWithout(),
          signals: {
            "illegal-mass": column,
            "premature-stop": quiet,
            "early-open": quiet,
            surprise: quiet,
          },
        });
        const { illegalMass, prematureStop } = finishStep(sums);
        assert.equal(prematureStop, null);
        assert.ok(illegalMass);
        const sorted = column.toSorted();
        const wanted = sorted[Math.ceil(values.length * 0.99) - 1] ?? NaN;
        assert.ok(Math.abs(illegalMass.percentile99 / wanted - 1) < 0.02);
        assert.equal(illegalMass.tokens, values.length);
        const mean = column.reduce((sum, value) => sum + value, 0) / values.length;
        assert.ok(Math.abs(illegalMass.mean / mean - 1) < 1e-9);
      },
    ),
  );
});

test("without scores a step has states and no masses", () => {
  const sums = startStep(1);
  addToStep(sums, analysisOf(plain));
  const { illegalMass, prematureStop, entropy, reward } = finishStep(sums);
  assert.deepEqual([illegalMass, prematureStop, entropy, reward], [null, null, null, null]);
});

test("a run's report is in the order of its steps, with an onset for each measure", () => {
  const values = [...calm, 0.2, 0.1, 0.1];
  const report = reportRun(values.map((reward, index) => stepOf(index, reward)).toReversed(), null);
  assert.deepEqual(
    report.steps.map(({ step }) => step),
    values.map((_value, index) => index),
  );
  const reward = report.onsets.find(({ measure }) => measure === "reward");
  assert.equal(reward?.step, 8);
  assert.equal(report.onsets.find(({ measure }) => measure === "collapsed turns")?.step, null);
});
