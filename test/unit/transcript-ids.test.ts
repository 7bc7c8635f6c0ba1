import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { analyse } from "../../src/core/analysis/analyse.ts";
import { formats } from "../../src/core/formats/index.ts";
import { toByte } from "../../src/core/text/source-map.ts";
import { parseTokenizer } from "../../src/core/tokens/parse-tokenizer.ts";
import type { Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import type { Generation, Message } from "../../src/core/trajectory/trajectory.ts";
import { buildTranscript, tokenize } from "../../src/core/transcript/build.ts";
import { corpusFolder, root } from "../support/paths.ts";
import { qwen3TokenizerFile } from "../support/qwen3-tokenizer.ts";
import { faultOf, generation, message, showTurns, trajectory } from "../support/transcripts.ts";

const tokenizer = load(path.join(root, "media/policy/tokenizer.json"));

const first = "<|im_start|>user\nHow much?<|im_end|>\n<|im_start|>assistant\n";
const thought = "<think>\nLook.\n</think>\n\n";
const call = '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>';
const answer =
  "<|im_end|>\n<|im_start|>user\n<tool_response>\n37\n</tool_response><|im_end|>\n<|im_start|>assistant\n";

test("generations whose prompts go on from one another are one sequence of the file's own ids", () => {
  const one = idsOf(`${thought}${call}<|im_end|>`);
  const two = idsOf("It is 37.<|endoftext|>");
  const { value, problems } = build([
    generation(idsOf(first), one, { logProbs: new Float32Array(one.length).fill(-0.5) }),
    generation(idsOf(first + thought + call + answer), two, {
      logProbs: new Float32Array(two.length).fill(-0.25),
    }),
  ]);
  assert.deepEqual(problems, []);
  assert.equal(value.origin, "ids");
  assert.equal(value.text, `${first}${thought}${call}${answer}It is 37.<|endoftext|>`);
  assert.deepEqual(showTurns(value), [
    "user «user⏎|How much?|»⏎",
    'assistant* «assistant⏎|<think>⏎Look.⏎</think>⏎⏎<c>⏎{"name": "f", "arguments": {}}⏎</c>»|⏎',
    "tool «user⏎|<r>⏎37⏎</r>|»⏎",
    "assistant* «assistant⏎|It is 37.<|endoftext|>|",
  ]);
  const { origin, sampled } = tokenize(value, tokenizer, []);
  assert.equal(origin, "file");
  const [channel] = value.recorded;
  assert.deepEqual(channel?.origin, { kind: "recorded", by: "rollout" });
  for (const [token, isSampled] of sampled.entries()) {
    assert.equal(Number.isNaN(channel?.values[token]), isSampled === 0);
  }
  assert.equal(channel?.values.at(-1), -0.25);
});

test("ids without the tokens that an engine stops at say nothing of missing turn ends", () => {
  const one = idsOf(`${thought}${call}`);
  const two = idsOf("It is 37.");
  const lacking = [
    generation(idsOf(first), one),
    generation(idsOf(first + thought + call + answer), two),
  ];
  const kept = [
    generation(idsOf(first), idsOf(`${thought}${call}<|im_end|>`)),
    generation(idsOf(first + thought + call + answer), two),
  ];
  const alone = [generation(idsOf(first), two)];
  assert.deepEqual(rulesOf(lacking), []);
  assert.deepEqual(rulesOf(kept), ["F22"]);
  assert.deepEqual(rulesOf(alone), ["F22"]);
});

test("a prompt that dropped old thinking is a problem, and every sampled id is still there once", () => {
  const one = idsOf(`${thought}${call}<|im_end|>`);
  const two = idsOf("It is 37.<|im_end|>");
  const { value, problems } = build([
    generation(idsOf(first), one),
    generation(idsOf(first + call + answer), two, { source: { startByte: 70, endByte: 80 } }),
  ]);
  assert.deepEqual(
    problems.map(({ code, startByte }) => [code, startByte]),
    [["generation-not-a-prefix", 70]],
  );
  assert.equal(value.text, `${first}${thought}${call}${answer}It is 37.<|im_end|>`);
  assert.equal(sum(value.tokens?.sampled), one.length + two.length);
});

test("after a turn that was cut off, the turn end is the template's", () => {
  const { value } = build([
    generation(idsOf(first), idsOf(thought)),
    generation(idsOf(`${first}${answer}`), idsOf("ok<|im_end|>")),
  ]);
  assert.deepEqual(showTurns(value).slice(1, 3), [
    "assistant* «assistant⏎|<think>⏎Look.⏎</think>⏎⏎|»⏎",
    "tool «user⏎|<r>⏎37⏎</r>|»⏎",
  ]);
});

test("without chat markers what is new is found by the tail of what was sampled", () => {
  const [a, b] = [generation([1, 2, 3], [4, 5, 6, 7, 8]), generation([1, 9, 5, 6, 7, 8, 10], [11])];
  const { value } = build([a, b]);
  assert.deepEqual([...(value.tokens?.ids ?? [])], [1, 2, 3, 4, 5, 6, 7, 8, 10, 11]);
});

test("a message's text in the ids points at its own bytes, the rest at the message or the ids", () => {
  const messages = [
    message("user", "How much?", { source: { startByte: 40, endByte: 60 } }),
    message("assistant", "It is 37.", { source: { startByte: 100, endByte: 120 } }),
  ];
  const generations = [
    generation(idsOf(first), idsOf("It is 37.<|im_end|>"), {
      message: 1,
      source: { startByte: 200, endByte: 300 },
    }),
  ];
  const { value } = build(generations, messages);
  assert.equal(toByte(value.map, value.text.indexOf("much")), 44);
  assert.equal(toByte(value.map, value.text.indexOf("37.")), 106);
  assert.equal(toByte(value.map, 0), 200);
});

test("without a tokenizer the messages are shown, with what cannot be decoded and how to give one", () => {
  const messages = [message("user", "Q"), message("assistant", "A")];
  const generations = [generation([1, 2, 3], [4], { logProbs: Float32Array.of(-1) })];
  const { value, problems } = buildTranscript(
    trajectory({ kind: "ids", generations, messages }, { line: 7 }),
    { tokenizer: null, chatTemplate: null },
  );
  assert.equal(value.origin, "rendered");
  assert.deepEqual(showTurns(value), ["user «user⏎|Q|»⏎", "assistant* «assistant⏎|A|»⏎"]);
  const [problem] = problems;
  assert.equal(problem?.code, "ids-need-tokenizer");
  assert.equal(problem.line, 7);
  for (const said of [
    "3 prompt ids",
    "1 sampled ids",
    "log-probabilities",
    "--tokenizer FILE",
    "Derail: Select Tokenizer",
  ]) {
    assert.ok(problem.message.includes(said), problem.message);
  }
});

test("another model's tokenizer is not used: ids beyond its vocabulary say so", () => {
  const { value, problems } = build(
    [generation([151644, 151645], [151643])],
    [message("user", "Q")],
  );
  assert.equal(value.origin, "rendered");
  assert.match(problems[0]?.message ?? "", /3 of them are not in the vocabulary/);
});

test("any generations give a transcript whose turns tile, with every sampled id in it", () => {
  const ids = fc.array(fc.integer({ min: 0, max: tokenizer.vocabularySize - 1 }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(ids, ids), { minLength: 1, maxLength: 4 }), (list) => {
      const { value } = build(list.map(([prompt, own]) => generation(prompt, own)));
      assert.equal(faultOf(value.text, value.turns), null);
      assert.equal(
        sum(value.tokens?.sampled),
        list.reduce((count, [, own]) => count + own.length, 0),
      );
      assert.equal(value.map.length, value.text.length);
    }),
  );
});

const qwen3 = await qwen3TokenizerFile();
const rollout = corpusFolder && path.join(corpusFolder, "nemo-gym/qwen3_wrong_eos_rollout.jsonl");

test(
  "a real Qwen3 rollout ends in the wrong end of text, sampled at log-probability -0.805",
  { skip: (rollout === null || qwen3 === null) && "needs the corpus and the Qwen3 tokenizer" },
  () => {
    if (rollout === null || qwen3 === null) return;
    const bytes = new Uint8Array(readFileSync(rollout));
    const nemoGym = formats.find(({ id }) => id === "nemo-gym");
    const [found] =
      nemoGym?.read({ index: 0, bytes, startByte: 0, line: 0 }, { name: "" }).value ?? [];
    assert.ok(found);
    const real = load(qwen3);
    const { value } = buildTranscript(found, { tokenizer: real, chatTemplate: null });
    const last = value.turns.at(-1);
    assert.ok(last?.sampled);
    assert.ok(value.text.endsWith("</think>\n<|endoftext|>"));
    assert.equal(last.bodyEnd, value.text.length);
    const { tokens } = value;
    assert.ok(tokens);
    const own = [...tokens.start].filter(
      (from, token) => tokens.sampled[token] === 1 && from >= last.bodyStart,
    );
    assert.equal(own.length, 207);
    assert.equal(tokens.ids.at(-1), real.idOf("<|endoftext|>"));
    assert.ok(Math.abs((value.recorded[0]?.values.at(-1) ?? 0) + 0.8047) < 1e-3);
    assert.equal(faultOf(value.text, value.turns), null);
    // Where its own text stands in the file, a turn of the ids points there.
    const at = value.text.indexOf("this down. The user asked");
    const byte = toByte(value.map, at);
    assert.equal(new TextDecoder().decode(bytes.subarray(byte, byte + 10)), "this down.");
  },
);

function build(generations: readonly Generation[], messages: readonly Message[] = []) {
  return buildTranscript(trajectory({ kind: "ids", generations, messages }), {
    tokenizer,
    chatTemplate: null,
  });
}

function rulesOf(generations: readonly Generation[]): readonly string[] {
  const body = { kind: "ids", generations, messages: [] } as const;
  const context = { tokenizer, chatTemplate: null, family: "detect" } as const;
  return analyse(trajectory(body), context).findings.map(({ rule }) => rule);
}

function idsOf(text: string): Int32Array {
  return tokenizer.encode(text).ids;
}

function sum(column: Uint8Array | undefined): number {
  return (column ?? new Uint8Array()).reduce((total, value) => total + value, 0);
}

function load(file: string): Tokenizer {
  const { value } = parseTokenizer(JSON.parse(readFileSync(file, "utf8")), null);
  assert.ok(value);
  return value;
}
