import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { editDistance } from "../../src/core/grammar/near-miss.ts";
import { coverage } from "../../src/core/findings/rules/coverage.ts";
import { answersOfMessages } from "../../src/core/findings/trajectory-rules/answers-of-messages.ts";
import { call as messageCall, message } from "../support/transcripts.ts";
import { call } from "../support/turns.ts";
import { analyseMessages, analyseWire } from "../support/wire.ts";

// What is asked here takes seconds where each is compared with some, and many minutes where each is with all.

const range = fc
  .tuple(fc.nat(20), fc.nat(6))
  .map(([start, length]) => ({ start, end: start + length }));

test("coverage finds what looking at every range finds", () => {
  fc.assert(
    fc.property(fc.array(range), range, (ranges, asked) => {
      const expected = ranges.some(({ start, end }) => start <= asked.start && end >= asked.end);
      assert.equal(coverage(ranges)(asked), expected);
    }),
  );
});

test("half a million ranges are asked half a million times", () => {
  const ranges = Array.from({ length: 500_000 }, (_, i) => ({ start: 4 * i, end: 4 * i + 2 }));
  const covers = coverage(ranges);
  assert.ok(ranges.every(covers));
  assert.ok(!ranges.some(({ end }) => covers({ start: end, end: end + 1 })));
});

test("sixty thousand equal calls in one turn, with fewer results, are one remark", () => {
  const calls = `${call("look", '{"a": 1}')}\n`.repeat(60_000);
  const results = "<tool_response>\nno\n</tool_response>\n".repeat(59_999);
  const { audits } = analyseWire(
    `<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n${calls}<|im_end|>\n<|im_start|>user\n${results}<|im_end|>\n<|im_start|>assistant\nDone.<|im_end|>\n`,
  );
  assert.deepEqual(
    audits.map(({ rule, message: said }) => `${rule} ${said.slice(0, 30)}`),
    ["F21 look is called 60000 times in "],
  );
});

const manyCalls = 100_000;

type Answers = readonly (readonly [callId: string | null, toolName: string | null])[];

function faults(ids: readonly (string | null)[], answers: Answers): readonly string[] {
  const calls = ids.map((id) => ({ ...messageCall("look", {}), id }));
  const results = answers.map(([callId, toolName]) => message("tool", null, { callId, toolName }));
  const messages = [message("assistant", null, { calls }), ...results];
  const input = { ...analyseMessages([message("user", "Hi")]), tokenizer: null };
  return answersOfMessages(messages, input).map(({ came }) => came);
}

const numbers = Array.from({ length: manyCalls }, (_, i) => i);

test("a hundred thousand results by id are each looked up", () => {
  const ids = numbers.map(String);
  const inOrder = ids.map((id) => [id, null] as const);
  assert.deepEqual(faults(ids, inOrder), []);
  assert.deepEqual(faults(ids, inOrder.toReversed()), [String(manyCalls - 1)]);
});

test("a hundred thousand results by order are each taken from the front", () => {
  const noIds = numbers.map(() => null);
  const unknown = numbers.map(() => [null, "shell"] as const);
  assert.deepEqual(faults(noIds, unknown), []);
});

test("an edit distance with a limit is the distance, or at least the limit", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "<", "_", ">"), maxLength: 9 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 4 }), (a, b, limit) => {
      const whole = editDistance(a, b);
      const limited = editDistance(a, b, limit);
      assert.ok(whole < limit ? limited === whole : limited >= limit);
      assert.equal(whole, editDistance(b, a));
      assert.ok(whole >= Math.abs(a.length - b.length) && whole <= Math.max(a.length, b.length));
    }),
  );
});
