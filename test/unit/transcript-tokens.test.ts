import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { analyse } from "../../src/core/analysis/analyse.ts";
import { toByte } from "../../src/core/text/source-map.ts";
import { parseTokenizer } from "../../src/core/tokens/parse-tokenizer.ts";
import type { Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import type { Body, RecordedColumn, TokenSequence } from "../../src/core/trajectory/trajectory.ts";
import { buildTranscript, tokenize } from "../../src/core/transcript/build.ts";
import { judge } from "../../src/core/views/verdict.ts";
import { root } from "../support/paths.ts";
import {
  faultOf,
  generation,
  message,
  piece,
  showTurns,
  trajectory,
} from "../support/transcripts.ts";

const tokenizer = load(path.join(root, "media/policy/tokenizer.json"));

const prompt = "<|im_start|>user\nHow much?<|im_end|>\n<|im_start|>assistant\n";
const wrote = '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call><|im_end|>';
const answer =
  "\n<|im_start|>user\n<tool_response>\n37\n</tool_response><|im_end|>\n<|im_start|>assistant\n";
const said = "It is 37.<|im_end|>";

test("a sequence of ids with its mask is exact text, with a turn for each stretch that the policy wrote", () => {
  const sequence = sequenceOf([prompt, wrote, answer, said], (own) => [
    column("trainer-log-probability", "trainer_logprobs", own.fill(-2)),
    column("log-probability", "inference_logprobs", own.fill(-1)),
    column("advantage", "advantages", own.fill(0.5)),
  ]);
  const { value, problems } = build({ kind: "tokens", sequence, messages: [] });
  assert.deepEqual(problems, []);
  assert.equal(value.origin, "ids");
  assert.equal(value.specialTokens, "kept");
  assert.deepEqual(showTurns(value), [
    "user «user⏎|How much?|»⏎",
    'assistant* «assistant⏎|<c>⏎{"name": "f", "arguments": {}}⏎</c>»|⏎',
    "tool «user⏎|<r>⏎37⏎</r>|»⏎",
    "assistant* «assistant⏎|It is 37.»|",
  ]);
  assert.deepEqual(tokenize(value, tokenizer, []).sampled, sequence.sampled);
  assert.deepEqual(
    value.recorded.map(({ name, key, origin }) => [name, key, origin]),
    [
      ["log-probability", "inference_logprobs", { kind: "recorded", by: "rollout" }],
      ["trainer-log-probability", "trainer_logprobs", { kind: "recorded", by: "trainer" }],
      ["advantage", "advantages", { kind: "recorded", by: "trainer" }],
    ],
  );
});

test("ids without a text are shown where each of them stands in the file", () => {
  const sequence = sequenceOf([prompt, wrote], () => []);
  const places = Float64Array.from(sequence.ids, (_id, at) => 1000 + at * 7);
  for (const given of [tokenizer, null]) {
    const body = { kind: "tokens", sequence: { ...sequence, places }, messages: [] } as const;
    const { value } = build(body, given);
    const { tokens } = value;
    assert.ok(tokens);
    for (const token of [0, 3, places.length - 1])
      assert.equal(toByte(value.map, tokens.start[token] ?? 0), 1000 + token * 7);
    assert.equal(value.map.length, value.text.length);
  }
});

test("a log-probability of 0 where nothing was sampled is none, and a sure token's is", () => {
  const sequence = sequenceOf([prompt, wrote], (own) => [
    column("log-probability", "generation_logprobs", own.fill(0)),
    column("advantage", "advantages", own.slice().fill(0)),
  ]);
  const { value } = build({ kind: "tokens", sequence, messages: [] });
  const [logProbs, advantages] = value.recorded;
  assert.deepEqual(
    logProbs?.values,
    Float32Array.from(sequence.sampled, (bit) => (bit === 1 ? 0 : Number.NaN)),
  );
  assert.ok(advantages?.values.every((each) => each === 0));
});

test("any mask gives turns that tile, with the mask as it is", () => {
  const whole = sequenceOf([prompt, wrote, answer, said, answer, "<think>\nNo.</think>"], () => []);
  const mask = fc.array(fc.integer({ min: 0, max: 1 }), {
    minLength: whole.ids.length,
    maxLength: whole.ids.length,
  });
  fc.assert(
    fc.property(mask, fc.nat(whole.ids.length), (bits, flip) => {
      // Half of the masks are nearly right, as those of trainers are.
      const sampled =
        flip % 2 === 0
          ? Uint8Array.from(bits)
          : whole.sampled.map((bit, at) => (at === flip ? 1 - bit : bit));
      const sequence = { ...whole, sampled };
      const { value } = build({ kind: "tokens", sequence, messages: [] });
      assert.equal(faultOf(value.text, value.turns), null);
      assert.deepEqual(value.tokens?.sampled, sampled);
    }),
    { numRuns: 200 },
  );
});

test("without a tokenizer each id is a word, turns are what the mask says, and a problem says how to decode them", () => {
  const sequence = sequenceOf([prompt, wrote], (own) => [
    column("log-probability", "logprobs", own.fill(-1)),
  ]);
  const { value, problems } = build({ kind: "tokens", sequence, messages: [] }, null);
  assert.equal(value.origin, "undecoded");
  assert.equal(value.specialTokens, "kept");
  assert.equal(value.text, [...sequence.ids].map((id) => `⟨${String(id)}⟩`).join(""));
  assert.deepEqual(
    value.turns.map(({ sampled }) => sampled),
    [false, true],
  );
  assert.equal(value.recorded.length, 1);
  const [problem] = problems;
  assert.equal(problem?.code, "ids-need-tokenizer");
  assert.match(
    problem.message,
    /the ids themselves are shown and nothing is said of their structure/,
  );
  assert.match(problem.message, /--tokenizer FILE/);
});

test("ids that nothing decodes are not judged, by no family and with no state", () => {
  const sequence = sequenceOf([prompt, wrote, answer, said], (own) => [
    column("log-probability", "logprobs", own.fill(-9)),
  ]);
  const body = { kind: "tokens", sequence, messages: [] } as const;
  const analysis = analyse(trajectory(body), {
    tokenizer: null,
    chatTemplate: null,
    family: "detect",
  });
  assert.deepEqual(analysis.structures, []);
  assert.deepEqual(analysis.findings, []);
  assert.equal(analysis.familyGuess.confidence, "low");
  const { tone, headline } = judge(analysis, null);
  assert.deepEqual(
    [tone, headline],
    ["unreadable", [{ text: "Not judged: no tokenizer decodes the ids of this rollout." }]],
  );
});

test("without a fitting tokenizer the raw text or the messages of the file stand in for its ids", () => {
  const sequence = sequenceOf([prompt, wrote], () => []);
  const messages = [message("user", "Q"), message("assistant", "A")];
  const pieces = [piece("environment", prompt), piece("policy", wrote)];
  const table = [
    [{ pieces, messages }, "raw", prompt + wrote],
    [
      { messages },
      "rendered",
      "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n",
    ],
  ] as const;
  const foreign: TokenSequence = { ...sequence, ids: sequence.ids.map((id) => id + 1_000_000) };
  for (const [more, origin, text] of table) {
    for (const [given, ids] of [
      [null, sequence],
      [tokenizer, foreign],
    ] as const) {
      const { value, problems } = build({ kind: "tokens", sequence: ids, ...more }, given);
      assert.equal(value.origin, origin);
      assert.equal(value.text, text);
      assert.deepEqual(
        problems.map(({ code }) => code),
        ["ids-need-tokenizer"],
      );
    }
  }
});

test("a mask of zeros says nothing of who wrote what: the text does", () => {
  const sequence = sequenceOf([prompt, wrote, answer, said], () => []);
  sequence.sampled.fill(0);
  const { value } = build({ kind: "tokens", sequence, messages: [] });
  assert.deepEqual(
    value.turns.map(({ role, sampled }) => [role, sampled]),
    [
      ["user", false],
      ["assistant", true],
      ["tool", false],
      ["assistant", true],
    ],
  );
});

test("what the file recorded of a prompt lies over the ids that the prompt adds", () => {
  const one = Int32Array.of(1, 2);
  const values = Float32Array.of(Number.NaN, -1, -2, -3, -4);
  const generations = [
    generation([5, 6], one, {
      logProbs: Float32Array.of(-0.5, -0.25),
      logProbsKey: "logprobs.content",
      promptColumns: [{ ...column("log-probability", "prompt_logprobs", values), by: "rollout" }],
    }),
    generation([5, 6, ...one, 7], [8], {
      logProbs: Float32Array.of(-0.125),
      logProbsKey: "logprobs.content",
      promptColumns: [{ ...column("log-probability", "prompt_logprobs", values), by: "rollout" }],
      alternatives: {
        key: "top_logprobs",
        row: Uint32Array.of(0, 2),
        texts: ["a", "b"],
        ids: Int32Array.of(1, 2),
        logProbs: Float32Array.of(-1, -2),
      },
    }),
  ];
  const { value } = build({ kind: "ids", generations, messages: [] });
  assert.deepEqual(
    [...(value.recorded[0]?.values ?? [])],
    [Number.NaN, -1, -0.5, -0.25, -4, -0.125],
  );
  assert.equal(value.recorded.length, 1);
  assert.equal(value.recorded[0]?.key, "prompt_logprobs, logprobs.content");
  assert.deepEqual([...(value.alternatives?.row ?? [])], [0, 0, 0, 0, 0, 0, 2]);
  assert.deepEqual(value.alternatives?.texts, ["a", "b"]);
});

function build(body: Body, given: Tokenizer | null = tokenizer) {
  return buildTranscript(trajectory(body), { tokenizer: given, chatTemplate: null });
}

/** Texts by turns: the environment's, the policy's, and so on. */
function sequenceOf(
  texts: readonly string[],
  columns: (empty: Float32Array) => readonly RecordedColumn[],
): TokenSequence {
  const parts = texts.map((text) => [...tokenizer.encode(text).ids]);
  const ids = Int32Array.from(parts.flat());
  return {
    ids,
    sampled: Uint8Array.from(parts.flatMap((part, at) => part.map(() => at % 2))),
    sampledKey: "loss_mask",
    columns: columns(new Float32Array(ids.length)),
    source: { startByte: 10, endByte: 20 },
  };
}

function column(name: RecordedColumn["name"], key: string, values: Float32Array): RecordedColumn {
  return { name, key, by: name === "log-probability" ? "rollout" : "trainer", values };
}

function load(file: string): Tokenizer {
  const { value } = parseTokenizer(JSON.parse(readFileSync(file, "utf8")), null);
  assert.ok(value);
  return value;
}
