import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import { detectFormat } from "../../src/core/formats/index.ts";
import { firstNumber, stepFromName } from "../../src/core/formats/step.ts";
import { readTools } from "../../src/core/formats/tools.ts";
import { detectContainer } from "../../src/core/records/detect-container.ts";
import type { Trajectory } from "../../src/core/trajectory/trajectory.ts";
import { fixturesOf, messagesOf, readAll } from "../support/rollouts.ts";
import type { Reading } from "../support/rollouts.ts";

const encoder = new TextEncoder();
const readText = (text: string, name = "x.jsonl"): Reading =>
  readAll({ name, bytes: encoder.encode(text) });
const readValue = (value: unknown, name = "x.jsonl"): Reading =>
  readText(JSON.stringify(value), name);

function only({ trajectories }: Reading): Trajectory {
  const [first, ...others] = trajectories;
  assert.ok(first);
  assert.equal(others.length, 0);
  return first;
}

/** Role, `*` where sampled, text, `~` and thinking, and calls. */
function outline(trajectory: Trajectory): readonly string[] {
  return messagesOf(trajectory).map(
    ({ role, sampled, content, reasoning, calls, toolName }) =>
      `${role}${sampled ? "*" : ""}${toolName === null ? "" : `(${toolName})`}` +
      (content ? ` ${content.text}` : "") +
      (reasoning ? ` ~${reasoning.text}` : "") +
      calls
        .map((call) =>
          call.arguments.kind === "text"
            ? ` ${call.name.text}[${call.arguments.text.text}]`
            : ` ${call.name.text}${JSON.stringify(call.arguments.value)}`,
        )
        .join(""),
  );
}

test("veRL: the uid gives group and sample, equal inputs give the group where there is none", () => {
  const base = { input: "in", output: "out", score: 1 };
  const of = (extra: object): unknown => {
    const { group, sample } = only(readValue({ ...base, ...extra }));
    return { group, sample };
  };
  assert.deepEqual(of({ uid: "3_1_0" }), { group: "3_0", sample: 1 });
  assert.deepEqual(of({ uid: "a-b-c" }), { group: "a-b-c", sample: null });
  assert.deepEqual(of({}), of({ output: "other" }));
  assert.notDeepEqual(of({}), of({ input: "other" }));
});

test("veRL: the step is in the record or in the file's name", () => {
  const record = { input: "in", output: "out", score: 1 };
  assert.equal(only(readValue({ ...record, step: 7 }, "96.jsonl")).step, 7);
  assert.equal(only(readValue(record, "96.jsonl")).step, 96);
  assert.equal(only(readValue(record, "run.jsonl")).step, null);
});

test("veRL: a list of scores is summed, a bare NaN is no reward and a problem", () => {
  assert.equal(only(readValue({ input: "", output: "", score: [0.25, 0.5] })).reward, 0.75);
  const reading = readText('{"input": "", "output": "x", "score": NaN, "step": 1}');
  assert.equal(only(reading).reward, null);
  assert.deepEqual(
    reading.problems.map(({ code }) => code),
    ["number-not-json"],
  );
});

const markers: readonly (readonly [input: string, output: string, expected: string])[] = [
  ["<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", "hello", "kept"],
  ["hi", "hello<|im_end|>", "kept"],
  ["system\nYou help.\nuser\nhi\nassistant\n", "hello", "stripped"],
  ["hi", "call\nuser\n<tool_response>", "stripped"],
  ["hi", "<tool_call>", "unknown"],
];

for (const [input, output, expected] of markers) {
  test(`veRL: special tokens are ${expected} in ${JSON.stringify(input + output)}`, () => {
    assert.equal(only(readValue({ input, output, score: 0 })).specialTokens, expected);
  });
}

test("veRL: what lacks its output still shows its input, and says so", () => {
  const reading = readText(
    '{"input": "a", "output": "b", "score": 1}\n{"input": "in", "output": 5}',
  );
  assert.equal(reading.trajectories.length, 2);
  const { body } = reading.trajectories[1] ?? {};
  assert.deepEqual(
    body?.kind === "wire" && body.pieces.map(({ text, author }) => [text.text, author]),
    [["in", "environment"]],
  );
  assert.deepEqual(
    reading.problems.map(({ code, line, startByte }) => [code, line, startByte]),
    [["field-wrong-type", 1, 68]],
  );
});

test("veRL: tools come from the system text", () => {
  const [first] = readAll(fixture("verl", "96.jsonl")).trajectories;
  assert.ok(first);
  const context = { tokenizer: null, chatTemplate: null, family: "detect" } as const;
  const { tools } = analyse(first, context).trajectory;
  assert.deepEqual(tools.kind === "declared" && tools.tools.map((tool) => tool.name), [
    "get_weather",
    "book_table",
  ]);
});

test("verl-tool: group and sample from traj_ids, step from the name, markers kept", () => {
  const { format, trajectories, problems } = readAll(fixture("verl-tool", "fcl_eval-step-45.json"));
  assert.equal(format?.id, "verl-tool");
  assert.deepEqual(problems, []);
  assert.deepEqual(
    trajectories.map(({ id, group, sample, step, reward, specialTokens, line }) => ({
      id,
      group,
      sample,
      step,
      reward,
      specialTokens,
      line,
    })),
    [0, 1, 2].map((sample) => ({
      id: `5b0e_${String(sample)} #${String(sample + 1)}`,
      group: "5b0e",
      sample,
      step: 45,
      reward: sample === 0 ? 1 : 0,
      specialTokens: "kept",
      line: trajectories[sample]?.line,
    })),
  );
  assert.deepEqual(trajectories[0]?.line, 1);
});

test("chat: every shape of content, call and role is read", () => {
  const { trajectories, problems } = readAll(fixture("chat-messages", "eval.jsonl"));
  const [first, second, third, fourth] = trajectories;
  assert.ok(first && second && third && fourth);
  assert.deepEqual(
    [first.id, first.step, first.group, first.reward, first.tools.kind, first.specialTokens],
    ["a #1", 12, "test/4", 0.5, "declared", "stripped"],
  );
  assert.deepEqual(
    outline(first).filter((_, index) => index !== 1),
    [
      "system Be brief.",
      'assistant* ~Call it. get_weather[{"town": "Zürich"}] get_weather{"town":"Bern"}',
      "tool(get_weather) clear",
      "tool(get_weather) rain",
      "assistant* Clear, then rain. ~Easy.",
    ],
  );
  assert.match(outline(first)[1] ?? "", /^user What is this\? <\/script>/);
  assert.deepEqual(outline(second), [
    "user hi",
    'assistant* I call.not json flat{"a":"é"}',
    "tool ok",
    "assistant*  flat[{}]",
    'assistant* <tool_call>\n{"name": "flat"}\n</tool_call><|im_end|>',
  ]);
  assert.equal(second.specialTokens, "kept");
  assert.deepEqual(second.tools.kind === "declared" && second.tools.tools.map(({ name }) => name), [
    "flat",
    "anthropic",
  ]);
  assert.equal(third.group, "u7");
  assert.deepEqual(outline(third), ["user hi", "assistant*"]);
  assert.deepEqual(outline(fourth), ["user hi", "assistant* hello"]);
  assert.deepEqual(
    problems.map(({ code, line }) => [code, line]),
    [
      ["content-part-skipped", 0],
      ["role-unknown", 2],
      ["field-wrong-type", 2],
    ],
  );
});

test("chat: a text that only speaks of a turn end does not make the file one that keeps them", () => {
  const texts = ["Qwen ends a turn with <|im_end|>, always.", "<tool_call><|im_end|>\n"];
  assert.deepEqual(
    texts.map(
      (content) => only(readValue({ messages: [{ role: "assistant", content }] })).specialTokens,
    ),
    ["stripped", "kept"],
  );
});

test("chat: a call among the content's parts is a call", () => {
  const parts = [
    { type: "text", text: "Look: " },
    { type: "tool_use", id: "t1", name: "get_weather", input: { town: "Basel" } },
  ];
  const reading = readValue({ messages: [{ role: "assistant", content: parts }] });
  assert.deepEqual(outline(only(reading)), ['assistant* Look:  get_weather{"town":"Basel"}']);
  assert.deepEqual(reading.problems, []);
});

test("chat: a bare array is one trajectory, an array of records many, pretty-printed lines too", () => {
  assert.equal(readAll(fixture("chat-messages", "bare.json")).trajectories.length, 1);
  assert.equal(readAll(fixture("chat-messages", "array.json")).trajectories.length, 2);
  const pretty = readAll(fixture("chat-messages", "pretty.jsonl"));
  assert.deepEqual(
    pretty.trajectories.map(({ id, line }) => [id, line]),
    [
      ["a #1", 0],
      ["#2", 84],
    ].map(([id], index) => [id, pretty.records[index]?.line]),
  );
  assert.equal(pretty.trajectories.length, 2);
});

test("NeMo-Gym: a turn's ids sit on its last item and cover the whole turn", () => {
  const [first, second] = readAll(fixture("nemo-gym", "example_rollouts.jsonl")).trajectories;
  assert.ok(first && second);
  assert.deepEqual(
    [first.group, first.sample, first.reward, first.specialTokens],
    ["7", 2, 0.5, "kept"],
  );
  assert.deepEqual(outline(first), [
    "system Be brief.",
    "user Weather in Basel and Bern?",
    'assistant* ~Two towns, two calls. get_weather[{"town": "Basel"}] get_weather[{"town": "Bern"}]',
    'tool(get_weather) {"sky": "clear"}',
    'tool(get_weather) {"sky": "漢"}',
    "assistant* Clear.",
  ]);
  assert.ok(first.body.kind === "ids");
  assert.deepEqual(
    first.body.generations.map(({ promptIds, ids, message }) => [
      [...promptIds],
      [...ids],
      message,
    ]),
    [
      [[1, 2, 3, 4], [5, 6, 7, 8, 9], 2],
      [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11, 12], 5],
    ],
  );
  assert.deepEqual([...(first.body.generations[1]?.logProbs ?? [])], [Math.fround(-0.805), NaN]);
});

test("NeMo-Gym: without ids there are messages, and no tools are unknown tools", () => {
  const [, second] = readAll(fixture("nemo-gym", "example_rollouts.jsonl")).trajectories;
  assert.ok(second);
  assert.equal(second.body.kind, "messages");
  assert.equal(second.tools.kind, "unknown");
  assert.equal(second.specialTokens, "stripped");
  const lines = outline(second).map((line) => line.replace(/<\/script>[\s\S]*tab/, "HOSTILE"));
  assert.deepEqual(lines, [
    "system Obey.",
    "user Plain prompt HOSTILE",
    'assistant* HOSTILE ~afterthought get_weather[{"town": ]',
    "tool(get_weather) part one, part two",
    "assistant* Done.",
  ]);
});

test("NeMo-Gym: ids that can't be trusted are a problem, not ids", () => {
  const item = { type: "message", role: "assistant", content: "x", generation_token_ids: [1, 2] };
  const record = (extra: object): unknown => ({
    responses_create_params: { input: "hi" },
    response: { output: [{ ...item, ...extra }] },
  });
  const bad = readValue(record({ generation_token_ids: [1, "2"], prompt_token_ids: [0] }));
  assert.equal(only(bad).body.kind, "messages");
  assert.deepEqual(
    bad.problems.map(({ code }) => code),
    ["ids-not-usable"],
  );

  const short = readValue(record({ prompt_token_ids: [0], generation_log_probs: [-1] }));
  const { body } = only(short);
  assert.equal(body.kind === "ids" && body.generations[0]?.logProbs, null);
  assert.deepEqual(
    short.problems.map(({ code }) => code),
    ["column-does-not-fit"],
  );
});

test("NeMo-Gym: the prompt's own assistant turns were not sampled here", () => {
  const reading = readValue({
    responses_create_params: { input: [{ role: "user", content: "hi" }, said("before")] },
    response: { output: [said("now")] },
  });
  assert.deepEqual(outline(only(reading)), ["user hi", "assistant before", "assistant* now"]);
});

const names: readonly (readonly [name: string, step: number | null])[] = [
  ["96.jsonl", 96],
  ["0.jsonl", 0],
  ["global_step_40.jsonl", 40],
  ["fcl_eval-step-45.json", 45],
  ["v2-step-val-45.json", 45],
  ["qwen3_rollouts.jsonl", null],
  ["99999999999999999999.jsonl", null],
];

for (const [name, step] of names) {
  test(`the step in ${name} is ${String(step)}`, () => {
    assert.equal(stepFromName(name), step);
  });
}

test("the first number of a name is its step where nothing better is known", () => {
  assert.equal(firstNumber("fcl_eval_45_b7.json"), 45);
  assert.equal(firstNumber("rollouts.json"), null);
});

test("an empty list of tools and what is none are unknown tools", () => {
  assert.equal(readTools([]).kind, "unknown");
  assert.equal(readTools("[".repeat(100_000)).kind, "unknown");
});

test("a record with thousands of odd parts has a few problems, each short", () => {
  const parts = Array.from({ length: 5000 }, () => ({ type: "x".repeat(5000) }));
  const { problems } = readValue({ messages: [{ role: "user", content: parts }] });
  assert.equal(problems.length, 20);
  assert.ok(problems.every(({ message }) => message.length < 120));
});

test("a name of megabytes is cut, and stays its own", () => {
  const [a, b] = ["a", "b"].map(
    (end) => only(readValue({ id: "x".repeat(1e6) + end, messages: [said("x")] })).id,
  );
  assert.ok(a !== undefined && a.length < 300);
  assert.notEqual(a, b);
});

test("no value of JSON makes detection throw", () => {
  for (const value of [
    null,
    1,
    "x",
    [],
    [null],
    {},
    { messages: [null] },
    { messages: 1 },
    undefined,
  ]) {
    assert.equal(detectFormat(value), null);
  }
  assert.equal(detectContainer(new Uint8Array()).value, null);
});

function fixture(id: "verl" | "verl-tool" | "nemo-gym" | "chat-messages", name: string) {
  const found = fixturesOf(id).find((sample) => sample.name === name);
  assert.ok(found);
  return found;
}

/** An assistant item of the Responses API. */
function said(text: string): object {
  return { type: "message", role: "assistant", content: text };
}
