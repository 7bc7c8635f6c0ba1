import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readPromptLogProbs } from "../../src/core/formats/alternatives.ts";
import { startNotes, type Notes } from "../../src/core/formats/notes.ts";
import {
  joinSequences,
  readColumn,
  readColumns,
  readIds,
  readMask,
  type Fit,
} from "../../src/core/formats/token-columns.ts";
import { primeRlTokens } from "../../src/core/formats/rl/prime-rl-tokens.ts";
import { readTokens } from "../../src/core/formats/written-tokens.ts";
import { parseJson, type JsonNode } from "../../src/core/text/json.ts";
import { toByteRange } from "../../src/core/text/source-map.ts";
import type { TokenSequence } from "../../src/core/trajectory/trajectory.ts";

const each = (count: number): Fit => ({ kind: "each", count });

test("ids are taken whole or not at all", () => {
  const table = [
    ["[1, 2, 3]", [1, 2, 3], []],
    ["null", null, []],
    ["[1, -2]", null, ["ids-not-usable"]],
    ["[1, 2.5]", null, ["ids-not-usable"]],
    ["[1, null]", null, ["ids-not-usable"]],
    ['"12"', null, ["ids-not-usable"]],
    ["[2147483648]", null, ["ids-not-usable"]],
  ] as const;
  for (const [json, expected, codes] of table) {
    const { node, notes } = open(json);
    const ids = readIds(node, "token_ids", notes);
    assert.deepEqual(ids && [...ids], expected, json);
    assert.deepEqual(codesOf(notes), codes, json);
  }
});

test("masks are booleans, numbers, or labels with -100 for what is not trained on", () => {
  const table = [
    ["[true, false, true]", each(3), [1, 0, 1]],
    ["[0, 1.0, 0]", each(3), [0, 1, 0]],
    ["[-100, 0, 9707]", each(3), [0, 1, 1]],
    ["[1, 0]", { kind: "tail", count: 5, tail: 2 }, [0, 0, 0, 1, 0]],
    ["[0, 1, 1, 0, 0]", { kind: "padded", count: 3 }, [0, 1, 1]],
    ["[0, 1]", each(3), null],
  ] as const;
  for (const [json, fit, expected] of table) {
    const { node, notes } = open(json);
    const mask = readMask(node, "loss_mask", fit, notes);
    assert.deepEqual(mask && [...mask], expected, json);
    assert.deepEqual(codesOf(notes), expected === null ? ["column-does-not-fit"] : [], json);
  }
});

test("a column that does not fit is a problem with a position and is left out", () => {
  const table = [
    ["[-1, null, -0.5]", each(3), [-1, Number.NaN, -0.5]],
    ["[-1, -2]", { kind: "masked", mask: Uint8Array.of(0, 1, 1) }, [Number.NaN, -1, -2]],
    ["[true, false]", each(2), [1, 0]],
    ["[]", each(2), null],
    ["null", each(2), null],
  ] as const;
  for (const [json, fit, expected] of table) {
    const { node, notes } = open(json);
    const column = readColumn(node, { name: "entropy", key: "entropy" }, fit, notes);
    assert.deepEqual(column && [...column.values], expected, json);
    assert.deepEqual(codesOf(notes), [], json);
  }
  const { node, notes } = open('{"entropy": [1], "x": 3}');
  const names = { entropy: "entropy", x: "advantage", missing: "advantage" } as const;
  assert.deepEqual(readColumns(node, names, each(2), notes), []);
  assert.deepEqual(
    notes.problems.map(({ message, startByte }) => [message, startByte]),
    [
      ['"entropy" has 1 value where 2 are due: it is not used', 12],
      ['"x" is no list: it is not used', 22],
    ],
  );
});

test("a list that is off by one is told of the trajectory that holds it", () => {
  const line = JSON.stringify({
    token_ids: [1, 2, 3],
    loss_mask: [0, 1, 1],
    inference_logprobs: [0, -1],
    trainer_logprobs: [0, -1, -2],
  });
  const bytes = new TextEncoder().encode(line);
  const { value, problems } = primeRlTokens.read(
    { index: 0, bytes, startByte: 0, line: 0 },
    { name: "rank_0.jsonl" },
  );
  assert.deepEqual(value[0]?.misfits, [{ key: "inference_logprobs", found: 2, due: 3 }]);
  assert.deepEqual(
    problems.map(({ code, message }) => [code, message]),
    [["column-does-not-fit", '"inference_logprobs" has 2 values where 3 are due: it is not used']],
  );
});

test("compact log-probabilities of the messages on a branch lie over its ids", () => {
  const whole = joinSequences([
    part([1, 2], [0, 0], "[]"),
    part([3, 4], [1, 1], "[-1,-2]"),
    part([5], [0], "null"),
  ]);
  assert.deepEqual([...(whole?.ids ?? [])], [1, 2, 3, 4, 5]);
  assert.deepEqual([...(whole?.sampled ?? [])], [0, 0, 1, 1, 0]);
  assert.deepEqual(
    [...(whole?.columns[0]?.values ?? [])],
    [Number.NaN, Number.NaN, -1, -2, Number.NaN],
  );
  assert.equal(joinSequences([]), null);
});

test("the bytes of a completion's tokens are the raw stream, a call with it, each at its place in the file", () => {
  const { node, notes, json } = open(
    JSON.stringify({
      content: [
        token(
          "<tool_call>",
          -0.1,
          [...Buffer.from("<tool_call>")],
          [
            ["<tool_call>", -0.1],
            ["Sure", -2.5],
          ],
        ),
        token("\n{}", -0.2, null, []),
        token("\\xf0\\x9f", -0.3, [0xf0, 0x9f], []),
        token("\\x98\\x80", -0.4, [0x98, 0x80], []),
        token("", -0.5, [], []),
      ],
    }),
  );
  const read = readTokens(node, null, notes);
  assert.deepEqual(codesOf(notes), []);
  const written = read?.written;
  assert.equal(written?.text.text, "<tool_call>\n{}😀");
  assert.deepEqual([...(written?.start ?? [])], [0, 11, 14, 14, 16]);
  assert.deepEqual([...(written?.end ?? [])], [11, 14, 16, 16, 16]);
  assert.deepEqual([...(written?.ids ?? [])], [-1, -1, -1, -1, -1]);
  assert.equal(read?.ids, null);
  assert.deepEqual(rounded(written?.columns[0]?.values), [-0.1, -0.2, -0.3, -0.4, -0.5]);
  assert.deepEqual(written?.alternatives?.texts, ["<tool_call>", "Sure"]);
  assert.deepEqual([...(written?.alternatives?.row ?? [])], [0, 2, 2, 2, 2, 2]);
  assert.ok(written);
  const range = toByteRange(written.text.map, 0, 11);
  assert.equal(
    Buffer.from(json).subarray(range.startByte, range.endByte).toString(),
    "<tool_call>",
  );
});

test("tokens named by their ids alone give ids and no text", () => {
  const { node, notes } = open(
    JSON.stringify({
      content: [
        token(
          "token_id:151657",
          -0.1,
          [...Buffer.from("token_id:151657")],
          [["token_id:9707", -3]],
        ),
        token("token_id:198", -0.2, null, []),
      ],
    }),
  );
  const read = readTokens(node, null, notes);
  assert.equal(read?.written, null);
  assert.deepEqual([...(read?.ids ?? [])], [151657, 198]);
  assert.deepEqual([...(read?.alternatives?.ids ?? [])], [9707]);
  assert.deepEqual(read?.alternatives?.texts, [null]);
});

test("token_ids beside the texts are used where their number fits", () => {
  const table = [
    ["[11, 12]", [11, 12], []],
    ["[11]", null, ["column-does-not-fit"]],
    ["null", null, []],
  ] as const;
  for (const [ids, expected, codes] of table) {
    const { node, notes } = open(
      `{"ids": ${ids}, "logprobs": {"content": [{"token": "a", "logprob": -1}, {"token": "b", "logprob": -2}]}}`,
    );
    const read = readTokens(node.get("logprobs"), node.get("ids"), notes);
    assert.deepEqual(read?.ids && [...read.ids], expected, ids);
    assert.equal(read?.written?.text.text, "ab", ids);
    assert.deepEqual(codesOf(notes), codes, ids);
  }
});

test("legacy completions keep their tokens in columns", () => {
  const { node, notes } = open(
    '{"tokens": ["Hi", " there"], "token_logprobs": [null, -0.5], "top_logprobs": [null, {" there": -0.5, "!": -1.5}]}',
  );
  const read = readTokens(node, null, notes);
  assert.equal(read?.written?.text.text, "Hi there");
  assert.deepEqual([...(read?.columns[0]?.values ?? [])], [Number.NaN, -0.5]);
  assert.deepEqual(read?.alternatives?.texts, [" there", "!"]);
});

test("nothing is read where there are no tokens", () => {
  for (const json of [
    "null",
    "{}",
    "[]",
    '{"content": []}',
    '{"content": null}',
    '{"tokens": 3}',
    "7",
  ]) {
    const { node, notes } = open(json);
    assert.equal(readTokens(node, null, notes), null, json);
    assert.deepEqual(codesOf(notes), [], json);
  }
});

test("tokens of any JSON are read or left, with borders that ascend inside their text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("token_id:5", "\ud800", "é"),
  );
  const item = fc.oneof(
    fc.jsonValue(),
    fc.record({
      token: fc.oneof(text, fc.jsonValue()),
      bytes: fc.oneof(fc.array(fc.integer({ min: -1, max: 256 })), fc.jsonValue()),
      logprob: fc.oneof(fc.double(), fc.jsonValue()),
      top_logprobs: fc.oneof(
        fc.array(fc.record({ token: text, logprob: fc.double() })),
        fc.jsonValue(),
      ),
    }),
  );
  const logProbs = fc.oneof(
    fc.record({ content: fc.array(item) }),
    fc.record({
      tokens: fc.array(text),
      token_logprobs: fc.jsonValue(),
      top_logprobs: fc.jsonValue(),
    }),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(logProbs, fc.oneof(fc.array(fc.nat()), fc.jsonValue()), (said, ids) => {
      const { node, notes } = open(JSON.stringify({ said, ids }));
      const read = readTokens(node.get("said"), node.get("ids"), notes);
      if (!read?.written) return;
      const { text: whole, start, end, alternatives } = read.written;
      assert.equal(whole.map.length, whole.text.length);
      assert.ok(start.every((from, at) => from <= (end[at] ?? -1) && from >= (start[at - 1] ?? 0)));
      assert.ok(end.every((to) => to <= whole.text.length));
      assert.equal(alternatives?.row.length ?? start.length + 1, start.length + 1);
    }),
  );
});

test("what vLLM says of a prompt is its tokens' log-probabilities and their alternatives", () => {
  const { node, notes } = open(
    '[null, {"5": {"logprob": -0.5, "rank": 2, "decoded_token": "a"}, "6": {"logprob": -0.25, "rank": 1, "decoded_token": "b"}}]',
  );
  const read = readPromptLogProbs(node, Int32Array.of(4, 5), notes);
  assert.deepEqual([...(read?.columns[0]?.values ?? [])], [Number.NaN, -0.5]);
  assert.deepEqual(read?.alternatives.texts, ["a", "b"]);
  assert.deepEqual([...(read?.alternatives.row ?? [])], [0, 0, 2]);
  assert.equal(readPromptLogProbs(node, Int32Array.of(4), notes), null);
  assert.deepEqual(codesOf(notes), ["column-does-not-fit"]);
});

function part(ids: readonly number[], mask: readonly number[], json: string): TokenSequence {
  const { node, notes } = open(json);
  const sampled = Uint8Array.from(mask);
  const spec = { name: "log-probability", key: "logprobs" } as const;
  const column = readColumn(node, spec, { kind: "masked", mask: sampled }, notes);
  return {
    ids: Int32Array.from(ids),
    sampled,
    sampledKey: "mask",
    columns: column ? [column] : [],
    source: node.range,
  };
}

function open(json: string): {
  readonly node: JsonNode;
  readonly notes: Notes;
  readonly json: string;
} {
  const bytes = new TextEncoder().encode(json);
  const { value } = parseJson(bytes, 0, 0);
  assert.ok(value, json);
  return { node: value.root, notes: startNotes({ bytes, startByte: 0, line: 0, index: 0 }), json };
}

function codesOf({ problems }: Notes): readonly string[] {
  return problems.map(({ code }) => code);
}

function token(
  text: string,
  logprob: number,
  bytes: readonly number[] | null,
  top: readonly (readonly [string, number])[],
): object {
  return {
    token: text,
    logprob,
    bytes,
    top_logprobs: top.map(([other, value]) => ({ token: other, logprob: value, bytes: null })),
  };
}

function rounded(values: Float32Array | undefined): readonly number[] {
  return [...(values ?? [])].map((value) => Math.round(value * 1e6) / 1e6);
}
