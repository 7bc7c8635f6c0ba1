import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { mappedFormat } from "../../src/core/formats/mapping/mapped.ts";
import {
  checkMapping,
  keysOfPath,
  parseMapping,
  pathOfKeys,
  valueAtPath,
} from "../../src/core/formats/mapping/mapping.ts";
import type { Mapping } from "../../src/core/formats/mapping/mapping.ts";
import { listCandidates, suggestMapping } from "../../src/core/formats/mapping/suggest.ts";
import type { Parsed } from "../../src/core/result.ts";
import type { Trajectory } from "../../src/core/trajectory/trajectory.ts";
import { assertMapHolds } from "../support/mapped.ts";
import { textsOf } from "../support/rollouts.ts";

const encoder = new TextEncoder();

function read(value: unknown, mapping: Mapping): Parsed<readonly Trajectory[]> {
  const bytes = encoder.encode(JSON.stringify(value));
  return mappedFormat(mapping).read(
    { index: 2, bytes, startByte: 0, line: 7 },
    { name: "dump-step-12.jsonl" },
  );
}

test("text of prompt and completion becomes wire text, mapped to the bytes of the file", () => {
  const value = { a: { q: "<|im_start|>user\nü😀<|im_end|>\n" }, out: ["x", "A <tool_call>"] };
  const mapping = { prompt: "a.q", completion: "out.1", reward: "r" };
  const [trajectory] = read(value, mapping).value;
  assert.ok(trajectory?.body.kind === "wire");
  assert.deepEqual(
    trajectory.body.pieces.map(({ text, author }) => [text.text, author]),
    [
      [value.a.q, "environment"],
      ["A <tool_call>", "mixed"],
    ],
  );
  for (const text of textsOf(trajectory))
    assertMapHolds(text, encoder.encode(JSON.stringify(value)));
  assert.equal(trajectory.specialTokens, "kept");
  assert.equal(trajectory.step, 12);
  assert.equal(trajectory.id, "#3");
});

test("messages are read with their calls; reward, step, group, sample and id come from their paths", () => {
  const value = {
    deep: {
      talk: [
        { role: "user", content: "hi" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c", function: { name: "f", arguments: '{"x":1}' } }],
        },
        { role: "tool", content: "1", tool_call_id: "c" },
      ],
      score: [0.25, 0.5],
    },
    "a.b": 3,
    who: "task-9",
    n: 4,
    uuid: "u1",
    fns: [{ name: "f", parameters: { type: "object" } }],
  };
  const [trajectory] = read(value, {
    messages: "deep.talk",
    reward: "deep.score",
    step: "/a.b",
    group: "who",
    sample: "n",
    id: "uuid",
    tools: "fns",
  }).value;
  assert.ok(trajectory?.body.kind === "messages");
  assert.deepEqual(
    trajectory.body.messages.map(({ role, sampled, calls }) => [role, sampled, calls.length]),
    [
      ["user", false, 0],
      ["assistant", true, 1],
      ["tool", false, 0],
    ],
  );
  const { reward, step, group, sample, id, tools } = trajectory;
  assert.deepEqual(
    { reward, step, group, sample, id, tools: tools.kind },
    { reward: 0.75, step: 3, group: "task-9", sample: 4, id: "u1 #3", tools: "declared" },
  );
});

test("a list of messages before a text is history, none of it sampled", () => {
  const value = { prompt: [{ role: "assistant", content: "shot" }], answer: "said" };
  const [trajectory] = read(value, { prompt: "prompt", completion: "answer" }).value;
  assert.ok(trajectory?.body.kind === "messages");
  assert.deepEqual(
    trajectory.body.messages.map(({ content, sampled }) => [content?.text, sampled]),
    [
      ["shot", false],
      ["said", true],
    ],
  );
});

test("a record without the mapped field is a problem that names the path", () => {
  const { value, problems } = read({ other: 1 }, { completion: "out" });
  assert.deepEqual(value, []);
  assert.match(problems[0]?.message ?? "", /nothing at "out"/);
  assert.equal(problems[0]?.line, 7);
});

const wrong: readonly [string, unknown, RegExp][] = [
  ["no object", [], /JSON object/],
  ["an unknown field", { completion: "a", promt: "b" }, /"promt" is no field.*prompt/],
  ["a path that is no text", { completion: 3 }, /path of a field/],
  ["neither messages nor completion", { prompt: "a" }, /messages.*completion/],
];
for (const [title, value, message] of wrong) {
  test(`a mapping with ${title} is refused with the reason`, () => {
    const checked = checkMapping(value);
    assert.match("wrong" in checked ? checked.wrong : "", message);
  });
}

test("a mapping file that is no JSON is refused", () => {
  assert.deepEqual(parseMapping("{"), { wrong: "it is not JSON" });
});

test("a path and its keys say the same, whatever the keys are", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (keys) => {
      // A first key that is empty would begin a pointer: as keys of one level it can't be told from the root.
      assert.deepEqual(keysOfPath(pathOfKeys(keys)), keys);
    }),
  );
});

test("a guess takes fields by name and kind, and a value is found at each guessed path", () => {
  const record = {
    problem_id: 7,
    input_text: "Q",
    generated_response: "A",
    meta: { final_reward: 1, train_step: 3 },
  };
  const mapping = suggestMapping(record);
  assert.deepEqual(mapping, {
    prompt: "input_text",
    completion: "generated_response",
    reward: "meta.final_reward",
    step: "meta.train_step",
    group: "problem_id",
  });
  for (const path of Object.values(mapping ?? {})) {
    assert.notEqual(valueAtPath(record, path), undefined);
  }
  assert.equal(suggestMapping({ loss: 1, lr: 2 }), null);
});

test("candidates of a hostile record are bounded and each is on one line", () => {
  const record = Object.fromEntries(
    Array.from({ length: 5000 }, (_, at) => [`k${String(at)}`, "line\n".repeat(100)]),
  );
  const candidates = listCandidates(record);
  assert.equal(candidates.length, 200);
  assert.ok(candidates.every(({ sample }) => sample.length <= 81 && !sample.includes("\n")));
});

test("any record with any mapping is read without a throw", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 4 }),
      fc.dictionary(
        fc.constantFrom("messages", "prompt", "completion", "tools", "id"),
        fc.string(),
      ),
      (value, mapping) => {
        read({ a: value }, mapping);
        suggestMapping(value);
      },
    ),
  );
});
