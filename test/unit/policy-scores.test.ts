import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as fc from "fast-check";
import type { Scores } from "../../src/core/tokens/channel.ts";
import { loadPolicy, type Policy } from "../../src/node/policy/policy.ts";
import type { Prefix } from "../../src/node/policy/prefix.ts";
import type { Request } from "../../src/node/policy/request.ts";
import { scoreSequence } from "../../src/node/policy/sequence.ts";
import {
  assertScores,
  exact,
  exactButForRounding,
  tinyPolicy,
  tinyVectors,
} from "../support/policies.ts";

const vectors = tinyVectors();
const request: Request = {
  ids: Int32Array.from(vectors.ids),
  controlIds: Int32Array.from(vectors.controlIds),
  topCount: vectors.top,
};
const loaded = new Map<string, Policy>();
const quiet = { signal: new AbortController().signal, prefix: null, onProgress: () => {} };

/** A tiny policy that works in chunks of the given size; null: in one pass. */
async function load(name: string, chunkTokens: number | null): Promise<Policy> {
  const policy = loaded.get(name) ?? (await loadPolicy(tinyPolicy(name)));
  loaded.set(name, policy);
  return { ...policy, chunkTokens };
}

async function score(policy: Policy, asked: Request = request): Promise<Scores> {
  return (await scoreSequence(policy, asked, quiet)).scores;
}

after(async () => {
  for (const policy of loaded.values()) await policy.release();
});

for (const [name, expected] of Object.entries(vectors.models)) {
  const tolerance = name === "fp16" ? exactButForRounding : exact;
  test(`${name}: scores of one pass are those of ${expected.by}`, async () => {
    assertScores(await score(await load(name, null)), expected, tolerance);
  });
  if (["int8", "no-past", "old-opset"].includes(name)) continue;
  for (const size of [17, 128]) {
    test(`${name}: scores in chunks of ${String(size)} are the same`, async () => {
      assertScores(await score(await load(name, size)), expected, tolerance);
    });
  }
}

test("each export is loaded as what it is", async () => {
  const names = [
    "fp32",
    "external",
    "fp16",
    "int8",
    "q4",
    "no-past",
    "no-positions",
    "no-head",
    "old-opset",
    "fused",
  ];
  const seen: Record<string, unknown> = {};
  for (const name of names) {
    const { description, head, inputs } = await load(name, null);
    assert.equal(description.vocabularySize, 300);
    assert.equal(description.contextLength, 320);
    seen[description.name] = {
      dynamic: description.chunkDependent,
      cache: description.hasCache,
      head: head !== null,
      positions: inputs.includes("position_ids"),
      warnings: description.warnings.map((warning) => warning.slice(0, 24)),
    };
  }
  const usual = { dynamic: false, cache: true, head: true, positions: true, warnings: [] };
  assert.deepEqual(seen, {
    "fp32 fp32": usual,
    "external fp32": usual,
    "fp16 fp16": usual,
    "int8 int8": { ...usual, dynamic: true, warnings: ["Dynamic int8: scores dep"] },
    "q4 q4": usual,
    "no-past fp32": {
      ...usual,
      cache: false,
      positions: false,
      warnings: ["Exported without past ke"],
    },
    "no-positions fp32": { ...usual, positions: false },
    "fused fp32": { ...usual, positions: false },
    "old-opset fp32": {
      ...usual,
      cache: false,
      positions: false,
      warnings: ["Exported without past ke"],
    },
    "no-head q4": { ...usual, head: false, warnings: ["The output layer was not"] },
  });
});

test("a dynamic int8 policy is scored in one pass by itself", async () => {
  const policy = await loadPolicy(tinyPolicy("int8"));
  assert.equal(policy.chunkTokens, null);
  await policy.release();
});

test("texts of no and of one token have no predictions", async () => {
  const policy = await load("fp32", 128);
  for (const count of [0, 1]) {
    const scores = await score(policy, { ...request, ids: request.ids.slice(0, count) });
    assert.equal(scores.targetLogProbs.length, count);
    assert.ok(scores.targetLogProbs.every(Number.isNaN));
    assert.ok(scores.topIds.every((id) => id === -1));
  }
});

test("no controls and no best tokens may be asked for", async () => {
  const scores = await score(await load("fp32", 128), {
    ids: request.ids,
    controlIds: new Int32Array(0),
    topCount: 0,
  });
  const all = await score(await load("fp32", 128));
  assert.equal(scores.controlLogProbs.length + scores.topIds.length, 0);
  assert.deepEqual(scores.targetLogProbs, all.targetLogProbs);
});

test("more best tokens than there are gives the whole vocabulary, whose probabilities sum to one", async () => {
  const ids = request.ids.slice(0, 10);
  const scores = await score(await load("fp32", 128), { ...request, ids, topCount: 1000 });
  assert.equal(scores.topCount, 300);
  const sum = scores.topLogProbs
    .subarray(300, 600)
    .reduce((total, log) => total + Math.exp(log), 0);
  assert.ok(Math.abs(sum - 1) < 1e-5);
});

test("tokens beyond the context length are not scored, and the scores say so", async () => {
  const ids = new Int32Array(400).map((_, index) => request.ids[index % 300] ?? 0);
  const scores = await score(await load("fp32", 128), { ...request, ids });
  assert.equal(scores.scoredCount, 320);
  assert.ok(!scores.targetLogProbs.subarray(1, 320).some(Number.isNaN));
  assert.ok(scores.targetLogProbs.subarray(320).every(Number.isNaN));
  assert.deepEqual(
    scores.targetLogProbs.subarray(1, 300),
    (await score(await load("fp32", 128))).targetLogProbs.subarray(1),
  );
});

test("an id that the policy does not know is refused by its number", async () => {
  const policy = await load("fp32", 128);
  for (const id of [300, -1]) {
    await assert.rejects(score(policy, { ...request, ids: Int32Array.of(1, id) }), {
      name: "ScoringError",
      reason: "vocabulary-mismatch",
      message: new RegExp(`Token 1 has id ${String(id)}, but .*model.onnx knows ids 0 to 299`),
    });
    await assert.rejects(score(policy, { ...request, controlIds: Int32Array.of(id) }), {
      reason: "vocabulary-mismatch",
    });
  }
});

test("one pass that would fill the memory is refused", async () => {
  const policy = await load("no-past", null);
  const long = { ...policy, description: { ...policy.description, contextLength: null } };
  await assert.rejects(score(long, { ...request, ids: new Int32Array(40_000) }), {
    reason: "too-long",
    message: /40000 tokens are too many for .*no-past.model\.onnx/,
  });
});

test("cancelling stops between two chunks", async () => {
  const abort = new AbortController();
  const seen: number[] = [];
  const run = scoreSequence(await load("fp32", 32), request, {
    signal: abort.signal,
    prefix: null,
    onProgress: (done, total) => {
      seen.push(done);
      assert.equal(total, 300);
      if (done === 64) abort.abort();
    },
  });
  await assert.rejects(run, { name: "AbortError" });
  assert.deepEqual(seen, [32, 64]);
});

test("what a sequence reuses of the one before changes no bit of its scores", async () => {
  const policy = await load("fp32", 32);
  const { prefix } = await scoreSequence(policy, request, quiet);
  assert.equal(prefix?.pastTokens, 288);
  await fc.assert(
    fc.asyncProperty(fc.nat(300), fc.integer({ min: 0, max: 320 }), async (shared, length) => {
      const ids = new Int32Array(length).map((_, index) =>
        index < shared ? (request.ids[index] ?? 0) : (index * 7) % 300,
      );
      const asked = { ...request, ids };
      const first: number[] = [];
      const onProgress = (done: number): void => void first.push(done);
      const reusing = await scoreSequence(policy, asked, { ...quiet, prefix, onProgress });
      assert.deepEqual(reusing.scores, await score(policy, asked));
      const reused = Math.floor((Math.min(sharedCount(ids), length) - 1) / 32) * 32;
      if (reused > 0 && reused < length - 1) assert.ok((first[0] ?? 0) > reused);
      if (reused > 0) assert.ok(first.length <= Math.ceil((length - reused) / 32));
    }),
    { numRuns: 25 },
  );
});

test("other control tokens reuse nothing", async () => {
  const policy = await load("fp32", 32);
  const { prefix } = await scoreSequence(policy, request, quiet);
  const asked = { ...request, controlIds: Int32Array.of(5) };
  const other = await scoreSequence(policy, asked, { ...quiet, prefix });
  assert.deepEqual(other.scores, await score(policy, asked));
});

test("a reused prefix can itself be reused", async () => {
  const policy = await load("fp32", 32);
  let prefix: Prefix | null = null;
  for (const last of [5, 6, 7]) {
    const asked = { ...request, ids: request.ids.with(250, last) };
    const result = await scoreSequence(policy, asked, { ...quiet, prefix });
    assert.deepEqual(result.scores, await score(policy, asked));
    ({ prefix } = result);
  }
});

function sharedCount(ids: Int32Array): number {
  const other = ids.findIndex((id, index) => id !== request.ids[index]);
  return other < 0 ? ids.length : other;
}
