import assert from "node:assert/strict";
import { test } from "node:test";
import { buildHover } from "../../src/core/marks/hover.ts";
import { buildCard } from "../../src/core/views/build-card.ts";
import { buildRow } from "../../src/core/views/build-row.ts";
import { buildTrajectoryView } from "../../src/core/views/build-trajectory.ts";
import type { TokenCard } from "../../src/core/views/card.ts";
import { states } from "../../src/core/grammar/family.ts";
import { layOutLines } from "../../src/core/views/line-layout.ts";
import { analysisOf, legalMask, type BuilderOptions } from "../support/analysis-builder.ts";
import { golden } from "../support/golden.ts";
import { nestedCall, rollouts } from "../support/noted-rollouts.ts";

const broken = 99;

test("the card of a fired token has state, legality, candidates and what is usual", () => {
  const card = cardOf(nestedCall, broken);
  assert.equal(card.text, "<tool_call>");
  assert.equal(card.state, "call-string");
  assert.deepEqual(card.legal, []);
  assert.equal(card.probability?.toFixed(2), "0.97");
  assert.equal(card.top[0]?.text, "#1003");
  assert.deepEqual(card.controls[0], {
    text: "<tool_call>",
    probability: card.probability,
    legal: false,
  });
  assert.equal(Math.round(card.usual?.sigmasAbove ?? 0), 162);
  assert.equal(card.findings.length, 2);
});

const origins: readonly (readonly [options: BuilderOptions, origin: string | null])[] = [
  [{}, "scored · step-96 · exact ids"],
  [{ tokensFrom: "retokenized" }, "scored · step-96 · re-tokenized text"],
  [{ numbers: "recorded" }, "recorded · rollout engine"],
  [{ numbers: "recorded", recordedBy: "trainer" }, "recorded · trainer"],
  [{ numbers: "none" }, null],
];

for (const [options, origin] of origins) {
  test(`a number says where it comes from: ${origin ?? "there is none"}`, () => {
    assert.equal(cardOf(nestedCall, broken, options).origin, origin);
  });
}

test("a token that the policy did not write has no legal set and no probability", () => {
  const card = cardOf(nestedCall, 2, { numbers: "recorded" });
  assert.deepEqual(
    [card.sampled, card.legal, card.probability, card.usual],
    [false, [], null, null],
  );
});

test("a token outside the transcript is the nearest one", () => {
  assert.equal(cardOf(nestedCall, -5).token, 0);
  assert.equal(cardOf(nestedCall, 1e9).token, 135);
  assert.equal(cardOf(nestedCall, NaN).token, 0);
});

test("a hover has the break first and links that carry nothing of the file", () => {
  const analysis = analysisOf(nestedCall);
  const hover = buildHover(cardOf(nestedCall, broken), {
    trajectory: 3,
    findings: analysis.findings,
  });
  assert.deepEqual(hover.title, [
    { code: "<tool_call>" },
    { text: " · F02 nested call · P 0.97 (usual here 0.001)" },
  ]);
  assert.equal(hover.footer, "scored · step-96 · exact ids · token 99");
  assert.deepEqual(
    hover.links.map(({ command, args }) => [command, args]),
    [
      ["derail.openTrajectoryEditor", [3, 99]],
      ["derail.nextSpike", []],
    ],
  );
});

test("rows say the worst in a few words", () => {
  const lines = rollouts.map(({ title, notation, options }) => {
    const row = buildRow(0, { kind: "analysed", analysis: analysisOf(notation, options) });
    const worst = row.worst ? `${row.worst.severity}: ${row.worst.label}` : "no finding";
    return `${title}: ${row.states.join(" ")} | ${worst} | ${String(row.findingCount)}`;
  });
  golden("rows.txt", `${lines.join("\n")}\n`);
});

test("rows count breaks and spikes apart", () => {
  for (const { notation, options } of rollouts) {
    const analysis = analysisOf(notation, options);
    const row = buildRow(0, { kind: "analysed", analysis });
    const count = (wanted: string): number =>
      analysis.findings.filter(({ kind }) => kind === wanted).length;
    assert.deepEqual([row.breakCount, row.spikeCount], [count("break"), count("spike")]);
  }
  const { breakCount, spikeCount, findingCount } = buildRow(0, {
    kind: "analysed",
    analysis: analysisOf(nestedCall),
  });
  assert.deepEqual([breakCount, spikeCount, findingCount], [4, 5, 9]);
});

test("a record that cannot be read is a row with its reason", () => {
  const row = buildRow(4, { kind: "unreadable", record: 4, problem: "Line 5 is not JSON." });
  assert.deepEqual([row.id, row.problem, row.states], ["record 5", "Line 5 is not JSON.", []]);
});

test("a row shows step and reward of its record", () => {
  const analysis = analysisOf("", { trajectory: { step: 96, reward: 0.5 } });
  const row = buildRow(0, { kind: "analysed", analysis });
  assert.deepEqual([row.step, row.reward, row.scored], [96, 0.5, false]);
});

test("turns of a trajectory tile its tokens and lines, and findings lie in their turn", () => {
  for (const { notation, options } of rollouts) {
    const analysis = analysisOf(notation, options);
    const layout = layOutLines(analysis);
    const view = buildTrajectoryView(analysis, layout, { index: 0, revision: 1, policyName: null });
    let token = 0;
    let line = 0;
    for (const turn of view.turns) {
      assert.deepEqual([turn.startToken, turn.startLine], [token, line]);
      token = turn.endToken;
      line += turn.lineCount;
    }
    assert.deepEqual([token, line], [view.tokenCount, view.lineCount]);
    for (const { anchorToken, turn } of view.findings) {
      const { startToken = 0, endToken = 0 } = view.turns[turn] ?? {};
      assert.ok(anchorToken >= startToken && anchorToken < endToken);
    }
  }
});

test("only turns of the policy are numbered", () => {
  const analysis = analysisOf(nestedCall);
  const view = buildTrajectoryView(analysis, layOutLines(analysis), {
    index: 0,
    revision: 1,
    policyName: "step-96",
  });
  assert.deepEqual(
    view.turns.map(({ label }) => label),
    ["user", "assistant 1", "tool", "assistant 2", "assistant 3"],
  );
  assert.equal(view.scoredBy, "step-96");
});

function cardOf(notation: string, token: number, options: BuilderOptions = {}): TokenCard {
  const analysis = analysisOf(notation, options);
  return buildCard(analysis, token, {
    layout: layOutLines(analysis),
    policyName: analysis.scores ? "step-96" : null,
    showToken: (id) => `#${String(id)}`,
    stateWords: (at) => states[analysis.stateBefore[at] ?? 0] ?? "",
    legalMask,
  });
}
