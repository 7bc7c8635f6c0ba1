import assert from "node:assert/strict";
import { test } from "node:test";
import { formats } from "../../src/core/formats/index.ts";
import type { FormatId } from "../../src/core/formats/format.ts";
import type { Parsed } from "../../src/core/result.ts";
import type { Trajectory } from "../../src/core/trajectory/trajectory.ts";
import { messagesOf } from "../support/rollouts.ts";

function read(id: FormatId, text: string): Parsed<readonly Trajectory[]> {
  const format = formats.find((each) => each.id === id);
  assert.ok(format);
  const bytes = new TextEncoder().encode(text);
  return format.read({ index: 0, bytes, startByte: 0, line: 0 }, { name: "x.jsonl" });
}

function span(attributes: Readonly<Record<string, unknown>>): string {
  const list = Object.entries(attributes).map(([key, value]) => ({
    key,
    value: { stringValue: JSON.stringify(value) },
  }));
  const spans = [{ spanId: "1", attributes: list }];
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

test("a traced call without arguments is a call, and a result that is an object is shown as JSON", () => {
  const { value } = read(
    "otlp-genai",
    span({
      "gen_ai.input.messages": [
        { role: "user", parts: [{ type: "text", content: "q" }] },
        { role: "assistant", parts: [{ type: "tool_call", id: "c", name: "now" }] },
        { role: "tool", parts: [{ type: "tool_call_response", id: "c", response: { at: 1 } }] },
      ],
    }),
  );
  const [first] = value;
  assert.ok(first);
  const [, called, answered] = messagesOf(first);
  assert.deepEqual(
    called?.calls.map(({ id, name }) => [id, name.text]),
    [["c", "now"]],
  );
  assert.equal(answered?.content?.text, '{"at":1}');
  assert.equal(answered.toolName, "now");
});

test("what a traced message holds beside text is left out with a problem, never shown as its text", () => {
  const parts = [
    { type: "text", content: "x" },
    { type: "blob", modality: "image", content: "AAAA" },
  ];
  const { value, problems } = read(
    "otlp-genai",
    span({ "gen_ai.output.messages": [{ role: "assistant", parts }] }),
  );
  const [first] = value;
  assert.ok(first);
  assert.equal(messagesOf(first)[0]?.content?.text, "x");
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["content-part-skipped"],
  );
});

function event(type: string): string {
  return JSON.stringify({ sessionId: "s", type, message: { role: type, content: type } });
}

function observation(id: string, rest: object): object {
  return { id, startTime: id, parentObservationId: "p", ...rest };
}

test("what is wrong with the input of a traced call is told once, and a tool's object is shown as JSON", () => {
  const observations = [
    observation("1", {
      type: "GENERATION",
      input: [{ role: "narrator", content: "q" }],
      output: "a",
    }),
    observation("2", { type: "GENERATION", input: null, output: "b" }),
    observation("3", { type: "TOOL", name: "now", output: { at: 1 } }),
  ];
  const { value, problems } = read(
    "langfuse",
    JSON.stringify({ trace: { id: "t" }, observations }),
  );
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["role-unknown"],
  );
  const said = value.flatMap(messagesOf).map(({ content }) => content?.text);
  assert.deepEqual(said, ["a", "b", '{"at":1}']);
});

test("a call of Gemini without arguments has none, and is no broken JSON", () => {
  const messages = [
    { type: "user", content: "q" },
    { type: "gemini", content: "", toolCalls: [{ id: "c", name: "ls" }] },
  ];
  const { value } = read(
    "gemini-cli",
    JSON.stringify({ sessionId: "s", projectHash: "h", messages }),
  );
  const [first] = value;
  assert.ok(first);
  const [call] = messagesOf(first)[1]?.calls ?? [];
  assert.ok(call?.arguments.kind === "object");
  assert.deepEqual(call.arguments.value, {});
});

test("a session whose first line was torn still shows the others", () => {
  const lines = ['{"sessionId": "s", "type": "user", "mess', event("user"), event("assistant")];
  const { value, problems } = read("claude-code", lines.join("\n"));
  const [first] = value;
  assert.ok(first);
  assert.deepEqual(
    messagesOf(first).map(({ content }) => content?.text),
    ["user", "assistant"],
  );
  assert.deepEqual(
    problems.map(({ code, line }) => [code, line]),
    [["record-not-json", 0]],
  );
});

test("a session that is one value laid out over lines is read as that value", () => {
  const session = {
    sessionId: "s",
    projectHash: "h",
    messages: [{ type: "user", id: "u", content: "q" }],
  };
  for (const space of [1, 2, "\t"])
    assert.equal(read("gemini-cli", JSON.stringify(session, null, space)).value.length, 1);
  const spread =
    '{ "sessionId": "s",\n "projectHash": "h", "messages": [{ "type": "user",\n "content": "q" }] }';
  assert.equal(read("gemini-cli", spread).value.length, 1);
});

test("a reward beyond all numbers is none", () => {
  for (const score of ["1e999", "[1, 1e999]"]) {
    const { value } = read("verl", `{"input": "a", "output": "b", "score": ${score}}`);
    assert.equal(value[0]?.reward, null);
  }
});

test("the lists of an Atropos group that do not fit are told of the rollout they are of", () => {
  const group = {
    tokens: [
      [1, 2, 3],
      [1, 2],
    ],
    masks: [
      [1, 1],
      [-100, 2],
    ],
    scores: [1, 0],
  };
  const { value } = read("atropos", JSON.stringify(group));
  assert.deepEqual(
    value.map(({ misfits }) => misfits),
    [[{ key: "masks", found: 2, due: 3 }], undefined],
  );
});

test("the length of a padded sequence is a whole number, or not used", () => {
  const record = {
    token_ids: [[1, 2, 3]],
    generation_logprobs: [[0, -1, -2]],
    token_loss_mask: [[0, 1, 1]],
    input_lengths: [2.5],
  };
  const { value } = read("nemo-rl", JSON.stringify(record));
  const body = value[0]?.body;
  assert.ok(body?.kind === "tokens");
  assert.equal(body.sequence.ids.length, 3);
});

const short = { ids: [1, 2], prompt: [0], logProbs: [-1] };

/** Formats that keep each turn's ids, with one log-probability less than they have. */
const offByOne: readonly (readonly [id: FormatId, key: string, record: unknown])[] = [
  [
    "nemo-gym",
    "generation_log_probs",
    {
      responses_create_params: { input: "q" },
      response: {
        output: [
          {
            type: "message",
            role: "assistant",
            content: "x",
            prompt_token_ids: short.prompt,
            generation_token_ids: short.ids,
            generation_log_probs: short.logProbs,
          },
        ],
      },
    },
  ],
  [
    "verifiers-results",
    "completion_logprobs",
    {
      example_id: 1,
      prompt: [{ role: "user", content: "q" }],
      completion: [{ role: "assistant", content: "x" }],
      trajectory: [
        {
          tokens: {
            prompt_ids: short.prompt,
            completion_ids: short.ids,
            completion_logprobs: short.logProbs,
          },
        },
      ],
    },
  ],
  [
    "atif",
    "logprobs",
    {
      schema_version: "ATIF-v1.7",
      agent: { name: "a" },
      steps: [
        {
          source: "agent",
          message: "x",
          metrics: {
            prompt_token_ids: short.prompt,
            completion_token_ids: short.ids,
            logprobs: short.logProbs,
          },
        },
      ],
    },
  ],
];

for (const [id, key, record] of offByOne) {
  test(`${id}: a list that is one short is told of the rollout, for M04`, () => {
    const { value, problems } = read(id, JSON.stringify(record));
    assert.deepEqual(value[0]?.misfits, [{ key, found: 1, due: 2 }]);
    assert.equal(value[0].body.kind, "ids");
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["column-does-not-fit"],
    );
  });
}
