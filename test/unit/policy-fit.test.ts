import assert from "node:assert/strict";
import { test } from "node:test";
import { addFit, fitOf, misfitSentence, startFit } from "../../src/core/scoring/policy-fit.ts";
import type { Scores } from "../../src/core/tokens/channel.ts";
import type { TokenTable } from "../../src/core/tokens/token-table.ts";

type Row = readonly [
  says: string,
  tokens: number,
  logProb: number,
  entropy: number,
  verdict: "same" | "other" | "too-few",
];

const rows: readonly Row[] = [
  ["text as surprising as its entropy is its own", 1000, -0.4, 0.4, "same"],
  ["text a little more surprising is its own at a higher temperature", 1000, -0.8, 0.4, "same"],
  ["text far more surprising is another's", 1000, -3, 1.2, "other"],
  ["text far less surprising is its own at a low temperature", 1000, -0.01, 2, "same"],
  ["a hundred tokens tell nothing", 100, -9, 0.1, "too-few"],
];

for (const [says, tokens, logProb, entropy, verdict] of rows) {
  test(says, () => {
    const sums = startFit();
    addFit(sums, table(tokens), scores(tokens, logProb, entropy));
    assert.equal(fitOf(sums)?.verdict, verdict);
  });
}

test("tokens that were not sampled or not scored do not count", () => {
  const sums = startFit();
  addFit(sums, { ...table(600), sampled: new Uint8Array(600) }, scores(600, -9, 0.1));
  addFit(sums, table(600), scores(600, NaN, NaN));
  assert.equal(fitOf(sums), null);
});

test("only another policy's text is spoken of, with both numbers", () => {
  const fit = { tokens: 1000, surprisal: 3.04, entropy: 1.21, verdict: "other" } as const;
  const sentence = misfitSentence(fit, "bundled policy") ?? "";
  assert.match(
    sentence,
    /^The bundled policy would not sample these rollouts as it is now: .*3\.0 nats.*1\.2\./,
  );
  assert.equal(misfitSentence({ ...fit, verdict: "same" }, "bundled policy"), null);
  assert.equal(misfitSentence(fit, null), null);
  assert.equal(misfitSentence(null, "bundled policy"), null);
});

function table(count: number): TokenTable {
  return {
    origin: "file",
    ids: new Int32Array(count),
    start: new Uint32Array(count),
    end: new Uint32Array(count),
    sampled: new Uint8Array(count).fill(1),
  };
}

function scores(count: number, logProb: number, entropy: number): Scores {
  return {
    policy: "test",
    tokenCount: count,
    controlIds: new Int32Array(0),
    controlLogProbs: new Float32Array(0),
    targetLogProbs: new Float32Array(count).fill(logProb),
    entropy: new Float32Array(count).fill(entropy),
    topCount: 0,
    topIds: new Int32Array(0),
    topLogProbs: new Float32Array(0),
  };
}
