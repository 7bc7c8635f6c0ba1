import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  addSamples,
  startSamples,
  summarise,
  type Usual,
} from "../../src/core/scoring/baseline.ts";
import type { Scores } from "../../src/core/tokens/channel.ts";
import { computeSignals, type SignalInput } from "../../src/core/scoring/compute-signals.ts";
import { findSpikes } from "../../src/core/scoring/find-spikes.ts";
import type { Spike } from "../../src/core/scoring/signals.ts";
import { qwen25Hermes } from "../../src/core/grammar/families.ts";
import { states, type Family, type State } from "../../src/core/grammar/family.ts";

const family: Family = {
  ...qwen25Hermes,
  id: "test",
  controls: [
    { text: "<|im_end|>", role: "turn-end" },
    { text: "<tool_call>", role: "call-begin" },
    { text: "</tool_call>", role: "call-end" },
  ],
};
const controlIds = Int32Array.of(100, 101, 102);
const settings = { floor: 0.05, sigmas: 4 };
/** Legal in the test: a turn end and a call in prose, nothing in a call, a call end when the object is done. */
const legal = Uint32Array.from(states, (state) =>
  state === "prose" || state === "line-start" ? 0b011 : state === "call-done" ? 0b100 : 0,
);

/** A token: its state, its id, and P of turn end, call begin and call end before it. */
type Row = readonly [state: State, id: number, end: number, begin: number, close: number];

test("illegal control mass is the sum over the controls that are illegal in the state", () => {
  const columns = computeSignals(input([["call-body", 7, 0.1, 0.2, 0.3]]));
  near(columns["illegal-mass"][0], 0.6);
  near(columns["premature-stop"][0], 0.1);
  assert.ok(Number.isNaN(columns["early-open"][0]));
});

test("P(<tool_call>) = 0.97 at a legal decision point is no spike", () => {
  assert.deepEqual(spikes([["line-start", 7, 0.01, 0.97, 0]]), []);
});

test("P(<tool_call>) in the middle of prose is an early opening", () => {
  const [spike] = spikes([["prose", 7, 0, 0.4, 0]]);
  assert.equal(spike?.signal, "early-open");
  assert.equal(spike.control, 1);
  assert.equal(spike.fired, false);
  near(spike.probability, 0.4);
});

test("a turn end inside a call is one spike, not a premature stop and illegal mass", () => {
  const found = spikes([["call-body", 100, 0.5, 0, 0]]);
  assert.deepEqual(
    found.map(({ signal, fired }) => [signal, fired]),
    [["premature-stop", true]],
  );
});

test("neighbouring positions join into one spike with its peak, over a dip of one token", () => {
  const rise: Row[] = [
    ["call-body", 1, 0, 0.2, 0],
    ["call-body", 2, 0, 0.01, 0],
    ["call-body", 3, 0, 0.8, 0],
    ["call-body", 4, 0, 0.01, 0],
    ["call-body", 5, 0, 0.01, 0],
    ["call-body", 6, 0, 0.3, 0],
  ];
  assert.deepEqual(
    spikes(rise).map(({ startToken, endToken, peakToken }) => [startToken, endToken, peakToken]),
    [
      [0, 3, 2],
      [5, 6, 5],
    ],
  );
});

test("a state that is always noisy needs more than the floor", () => {
  const noisy: Row[] = Array.from({ length: 101 }, (_, at) => [
    "call-body",
    at % 50,
    0,
    0.2 + (at % 11) * 0.01,
    0,
  ]);
  assert.deepEqual(spikes(noisy), []);
  assert.equal(spikes([...noisy, ["call-body", 1, 0, 0.9, 0]]).length, 1);
});

test("a file of collapsed rollouts does not make collapse usual", () => {
  const collapsed: Row[] = Array.from({ length: 100 }, () => ["call-start", 100, 0.97, 0, 0]);
  assert.equal(spikes(collapsed).length, 1);
});

test("a sampled control token that had little probability is a surprise", () => {
  const rare: Row = ["prose", 100, 0.01, 0, 0];
  assert.deepEqual(
    spikes([rare]).map(({ signal, fired }) => [signal, fired]),
    [["surprise", true]],
  );
});

test("recorded log-probabilities give surprise without any model", () => {
  const recorded = {
    ...input([["prose", 100, 0, 0, 0]]),
    scores: null,
    recorded: Float32Array.of(-4),
  };
  const columns = computeSignals(recorded);
  near(columns.surprise[0], 4);
  const [spike] = findSpikes(recorded, columns, usualOf(recorded));
  assert.equal(spike?.origin, "recorded");
  near(spike.probability, Math.exp(-4));
});

test("where both are known, surprise is about what was recorded and says so", () => {
  const both = { ...input([["prose", 100, 0.9, 0, 0]]), recorded: Float32Array.of(-7) };
  const [spike] = findSpikes(both, computeSignals(both), usualOf(both));
  assert.equal(spike?.origin, "recorded");
  near(spike.probability, Math.exp(-7));
});

test("a control without a single id counts for nothing", () => {
  const row = input([["call-body", 7, 0.1, 0.2, 0.3]]);
  const scores = row.scores && { ...row.scores, controlIds: Int32Array.of(100, -1, 102) };
  const columns = computeSignals({ ...row, controlIds: Int32Array.of(100, -1, 102), scores });
  near(columns["illegal-mass"][0], 0.4);
});

test("of many values a sample over all of them is kept, and all are counted", () => {
  const quiet = input(Array.from({ length: 30_000 }, (): Row => ["call-body", 7, 0, 0.001, 0]));
  const loud = input(Array.from({ length: 30_000 }, (): Row => ["call-body", 7, 0, 0.3, 0]));
  const samples = startSamples();
  for (const part of [quiet, loud]) addSamples(samples, computeSignals(part), part.stateBefore);
  const usual = summarise(samples, settings)["illegal-mass"];
  const state = states.indexOf("call-body");
  assert.equal(usual.count[state], 60_000);
  near(usual.percentile99[state], 0.3);
});

test("every spike lies in sampled tokens, holds its peak, and passes its threshold", () => {
  const state = fc.constantFrom<State>(
    "prose",
    "line-start",
    "call-body",
    "call-string",
    "call-done",
  );
  const row = fc
    .tuple(state, fc.nat(102), fc.double({ min: 0, max: 0.5, noNaN: true }), fc.nat(50))
    .map(([name, id, mass, percent]): Row => [name, id, mass, percent / 100, 0]);
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      for (const spike of spikes(rows)) {
        assert.ok(spike.startToken <= spike.peakToken && spike.peakToken < spike.endToken);
        assert.ok(spike.endToken <= rows.length && spike.peak > spike.threshold);
      }
    }),
  );
});

function spikes(rows: readonly Row[]): readonly Spike[] {
  const given = input(rows);
  return findSpikes(given, computeSignals(given), usualOf(given));
}

function usualOf(given: SignalInput): Usual {
  const samples = startSamples();
  addSamples(samples, computeSignals(given), given.stateBefore);
  return summarise(samples, settings);
}

function input(rows: readonly Row[]): SignalInput {
  const count = rows.length;
  return {
    family,
    controlIds,
    legal,
    recorded: null,
    stateBefore: Uint8Array.from(rows, ([state]) => states.indexOf(state)),
    tokens: {
      origin: "file",
      ids: Int32Array.from(rows, ([, id]) => id),
      start: Uint32Array.from(rows.keys()),
      end: Uint32Array.from(rows.keys(), (at) => at + 1),
      sampled: new Uint8Array(count).fill(1),
    },
    scores: scoresOf(rows),
  };
}

function scoresOf(rows: readonly Row[]): Scores {
  const logs = rows.flatMap(([, , ...probabilities]) => probabilities.map(Math.log));
  return {
    policy: "test",
    tokenCount: rows.length,
    controlIds,
    controlLogProbs: Float32Array.from(logs),
    targetLogProbs: Float32Array.from(rows, ([, id, ...probabilities]) => {
      const control = controlIds.indexOf(id);
      return Math.log(control < 0 ? 0.5 : (probabilities[control] ?? 0));
    }),
    entropy: new Float32Array(rows.length),
    topCount: 0,
    topIds: new Int32Array(),
    topLogProbs: new Float32Array(),
  };
}

function near(actual: number | undefined, expected: number): void {
  assert.ok(
    Math.abs((actual ?? NaN) - expected) < 1e-6,
    `${String(actual)} is not ${String(expected)}`,
  );
}
