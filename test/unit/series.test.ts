import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { buildSeries, type SeriesContext } from "../../src/core/series/build-series.ts";
import { sampleFurthest, sampleHighest } from "../../src/core/series/sample.ts";
import { layOutLines } from "../../src/core/views/line-layout.ts";
import type { Series } from "../../src/core/views/series.ts";
import { analysisOf, legalMask, type BuilderOptions } from "../support/analysis-builder.ts";
import { golden } from "../support/golden.ts";
import { nestedCall, rollouts } from "../support/noted-rollouts.ts";

test("a curve with no more tokens than points is exact", () => {
  const values = [0.1, 0.9, 0, 0.4];
  const { token, value } = sampleHighest({ start: 0, end: 4, width: 4 }, (at) => values[at] ?? NaN);
  assert.deepEqual([...token], [0, 1, 2, 3]);
  assert.deepEqual([...value], [...Float32Array.from(values)]);
});

test("a spike of one token survives any width, at its own token", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 800 }),
      fc.nat(),
      (count, width, seed) => {
        const peak = seed % count;
        const range = { start: 0, end: count, width };
        const { token, value } = sampleHighest(range, (at) => (at === peak ? 1 : 0));
        assert.ok(token.length <= width);
        assert.equal(value[token.indexOf(peak)], 1);
        assert.ok(token.every((at, index) => index === 0 || at > (token[index - 1] ?? 0)));
      },
    ),
  );
});

test("the furthest value of a bucket is kept, and a missing one makes no point", () => {
  const values = [NaN, -Infinity, 0.9, 0.2, 0.8, NaN];
  const range = { start: 0, end: 6, width: 3 };
  const { token } = sampleFurthest(range, 1, (at) => values[at] ?? NaN);
  assert.deepEqual([...token], [3, 4]);
});

test("a control that is likely where it is legal has no curve", () => {
  const { curves } = seriesOf("@assistant\n«<tool_call>=0.97»\n{}</tool_call>");
  assert.deepEqual(
    curves.map(({ name }) => name),
    ["illegal control mass"],
  );
});

test("a control that rises out of turn has a curve, 0 where it is legal and never NaN", () => {
  const { curves } = seriesOf(nestedCall);
  assert.deepEqual(
    curves.map(({ name }) => name),
    ["illegal control mass", "<|im_end|>", "<tool_call>"],
  );
  const [mass, , opener] = curves;
  assert.equal(mass?.token.length, 136);
  assert.ok(curves.every(({ value }) => value.every((each) => each >= 0 && each <= 1)));
  assert.equal(opener?.value[99]?.toFixed(2), "0.97");
  const legalPlace = 24;
  assert.equal(cardText(legalPlace), "<tool_call>");
  assert.equal(opener?.value[legalPlace], 0);
});

test("recorded probabilities are a curve where nothing is scored", () => {
  const { curves, empty } = seriesOf("@assistant\nDone«<|endoftext|>=0.447»", {
    numbers: "recorded",
  });
  assert.deepEqual(
    curves.map(({ name, kind }) => [name, kind]),
    [["P(sampled token), recorded", "recorded"]],
  );
  assert.equal(Math.min(...(curves[0]?.value ?? [])).toFixed(3), "0.447");
  assert.equal(empty, null);
});

const empties: readonly (readonly [notation: string, policyName: string | null, empty: RegExp])[] =
  [
    ["@user\nHi", null, /^No policy: choose one to score/],
    ["@user\nHi", "step-96", /^Not scored yet by step-96/],
    ["", null, /no tokens/],
  ];

for (const [notation, policyName, empty] of empties) {
  test(`an empty chart says ${String(empty)}`, () => {
    assert.match(seriesOf(notation, {}, { policyName }).empty ?? "", empty);
  });
}

test("a window holds its own marks and bands, clamped to what exists", () => {
  const series = seriesOf(nestedCall, {}, { startToken: 95, endToken: 100_000, width: 20 });
  assert.equal(series.endToken, 136);
  assert.ok(series.marks.every(({ token }) => token >= 95));
  assert.equal(series.turns[0]?.label, "assistant 2");
  assert.ok(series.curves.every(({ token }) => token.length <= 20));
});

test("summaries read as sentences for those who cannot see the chart", () => {
  const lines = rollouts.map(({ title, notation, options }) => {
    const { summary, marks } = seriesOf(notation, options);
    return `${title}: ${summary} [${marks.map(({ label }) => label).join(", ")}]`;
  });
  golden("series.txt", `${lines.join("\n")}\n`);
});

function cardText(token: number): string {
  const { transcript, tokens } = analysisOf(nestedCall);
  return transcript.text.slice(tokens.start[token], tokens.end[token]);
}

function seriesOf(
  notation: string,
  options: BuilderOptions = {},
  context: Partial<SeriesContext> = {},
): Series {
  const analysis = analysisOf(notation, options);
  return buildSeries(analysis, layOutLines(analysis), {
    revision: 1,
    startToken: 0,
    endToken: null,
    width: 1000,
    policyName: null,
    legalMask,
    ...context,
  });
}
