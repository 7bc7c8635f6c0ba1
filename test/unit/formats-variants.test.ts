import assert from "node:assert/strict";
import { test } from "node:test";
import { formats } from "../../src/core/formats/index.ts";
import type { Trajectory } from "../../src/core/trajectory/trajectory.ts";
import { messagesOf, readAll } from "../support/rollouts.ts";

const ask = { role: "user", content: "hi" };
const answer = { role: "tool", tool_call_id: "c", content: "no" };
const say = { role: "assistant", content: "ok" };
const block = { type: "tool_use", id: "c", name: "f", input: { a: 1 } };
const result = { type: "tool_result", tool_use_id: "c", content: "no" };
const session = { sessionId: "s", uuid: "u", parentUuid: null };

/** What other versions and other writers make of a format, with what is read of it: roles, texts, calls. */
const variants: readonly (readonly [what: string, lines: readonly unknown[], read: string])[] = [
  [
    "conversations with roles",
    [{ conversations: [ask, say] }],
    "chat-messages: user hi|assistant ok",
  ],
  [
    "a conversation with roles",
    [{ conversation: [ask, say] }],
    "chat-messages: user hi|assistant ok",
  ],
  [
    "a system text beside messages",
    [{ system: "S", messages: [ask, say] }],
    "chat-messages: system S|user hi|assistant ok",
  ],
  [
    "a refusal beside the content",
    [{ messages: [ask, { role: "assistant", content: null, refusal: "no" }] }],
    "chat-messages: user hi|assistant no",
  ],
  [
    "a refusal among the parts",
    [{ messages: [ask, { role: "assistant", content: [{ type: "refusal", refusal: "no" }] }] }],
    "chat-messages: user hi|assistant no",
  ],
  [
    "roles of LangChain, args of its calls",
    [
      {
        messages: [
          { role: "human", content: "hi" },
          { role: "ai", content: "", tool_calls: [{ id: "c", name: "f", args: { a: 1 } }] },
          answer,
        ],
      },
    ],
    'chat-messages: user hi|assistant f{"a":1}|tool(f) no',
  ],
  [
    "parameters of a call",
    [{ messages: [ask, { role: "assistant", tool_calls: [{ name: "f", parameters: { a: 1 } }] }] }],
    'chat-messages: user hi|assistant f{"a":1}',
  ],
  [
    "a bare list of Anthropic's messages",
    [[ask, { role: "assistant", content: [block] }, { role: "user", content: [result] }]],
    'anthropic-messages: user hi|assistant f{"a":1}|tool(f) no',
  ],
  [
    "Anthropic's batch results",
    [
      {
        custom_id: "x",
        result: {
          type: "succeeded",
          message: { type: "message", role: "assistant", model: "m", content: [block] },
        },
      },
    ],
    'anthropic-messages: assistant f{"a":1}',
  ],
  [
    "a Claude Code session behind many summaries",
    [
      ...Array.from({ length: 25 }, () => ({ type: "summary", summary: "x", leafUuid: "l" })),
      { ...session, type: "user", message: ask },
      { ...session, type: "assistant", message: { ...say, id: "m" } },
    ],
    "claude-code: user hi|assistant ok",
  ],
  [
    "what Claude Code wrote in the model's place",
    [
      { ...session, type: "user", message: ask },
      {
        ...session,
        type: "assistant",
        isApiErrorMessage: true,
        message: { ...say, id: "m", model: "<synthetic>" },
      },
    ],
    "claude-code: user hi|-assistant ok",
  ],
  [
    "Codex without instructions of the user",
    [
      {
        type: "session_meta",
        payload: { id: "s", instructions: null, base_instructions: { text: "S" } },
      },
      {
        type: "response_item",
        payload: { type: "message", role: "user", content: [{ type: "input_text", text: "hi" }] },
      },
    ],
    "codex: system S|user hi",
  ],
  [
    "a tool of Gemini CLI that failed",
    [
      {
        sessionId: "s",
        projectHash: "h",
        messages: [
          { type: "user", content: [{ text: "hi" }] },
          {
            type: "gemini",
            content: "",
            toolCalls: [
              {
                id: "c",
                name: "f",
                args: { a: 1 },
                result: [{ functionResponse: { name: "f", response: { error: "no" } } }],
              },
            ],
          },
        ],
      },
    ],
    'gemini-cli: user hi|assistant f{"a":1}|tool(f) no',
  ],
  [
    "a trace of Langfuse's API",
    [
      {
        id: "t",
        name: "n",
        observations: [{ id: "o", type: "GENERATION", startTime: "1", input: [ask], output: say }],
      },
    ],
    "langfuse: user hi|assistant ok",
  ],
  [
    "a trajectory of messages with information beside",
    [{ trajectory: [ask, say], info: {} }],
    "chat-messages: user hi|assistant ok",
  ],
  [
    "TRL before it logged advantages",
    [{ step: "7", prompt: "hi", completion: "ok", reward: 0.5 }],
    "trl: 7 0.5 hi|ok",
  ],
  [
    "TRL's step as text",
    [{ step: "7", prompt: "hi", completion: "ok", r: 1, advantage: 0.1 }],
    "trl: 7 1 hi|ok",
  ],
  [
    "verifiers' older results",
    [{ id: 0, prompt: [ask], completion: [say], answer: "x", task: "t", reward: 1 }],
    "verifiers-results: user hi|assistant ok",
  ],
  [
    "several calls in one message of ShareGPT",
    [
      {
        conversations: [
          { from: "human", value: "hi" },
          {
            from: "function_call",
            value: '[{"name":"f","arguments":{"a":1}},{"name":"g","arguments":{}}]',
          },
        ],
      },
    ],
    'sharegpt: user hi|assistant f{"a":1} g{}',
  ],
  [
    "a tool that failed in Inspect",
    [
      {
        id: 1,
        epoch: 1,
        target: "x",
        messages: [
          ask,
          { role: "tool", content: "", function: "f", error: { type: "timeout", message: "no" } },
        ],
      },
    ],
    "inspect: user hi|tool(f) no",
  ],
  [
    "the request's tools that OpenHands logs",
    [
      {
        messages: [ask],
        response: { choices: [{ message: say }] },
        kwargs: { tools: [{ type: "function", function: { name: "f" } }] },
      },
    ],
    "chat-messages: [f] user hi|assistant ok",
  ],
];

const otlp = (value: unknown): object => {
  if (typeof value === "string") return { stringValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(otlp) } };
  const members = Object.entries(Object(value) as Readonly<Record<string, unknown>>);
  return { kvlistValue: { values: members.map(([key, inner]) => ({ key, value: otlp(inner) })) } };
};

test("OpenTelemetry: messages that are structures, no text of JSON, open as well", () => {
  const attributes = [
    ["gen_ai.input.messages", [{ role: "user", parts: [{ type: "text", content: "hi" }] }]],
    [
      "gen_ai.output.messages",
      [
        {
          role: "assistant",
          parts: [{ type: "tool_call", id: "c", name: "f", arguments: { a: "1" } }],
        },
      ],
    ],
  ].map(([key, value]) => ({ key, value: otlp(value) }));
  const span = { spanId: "s", startTimeUnixNano: "1", attributes };
  const { trajectories } = read([{ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }]);
  assert.deepEqual(trajectories.map(outline), ['user hi|assistant f{"a":"1"}']);
});

const item = (payload: object): object => ({ type: "response_item", payload });

test("Codex: the text that a custom tool is given is no broken JSON", () => {
  const patch = { type: "custom_tool_call", name: "f", call_id: "c", input: "*** Begin Patch" };
  const { trajectories } = read([item(patch)]);
  assert.deepEqual(trajectories.map(outline), ['assistant f{"input":"*** Begin Patch"}']);
});

test("Codex: what a call gave may stand beside whether it went well", () => {
  const { trajectories } = read([
    item({ type: "function_call", name: "f", call_id: "c", arguments: "{}" }),
    item({ type: "function_call_output", call_id: "c", output: { content: "no", success: false } }),
  ]);
  assert.deepEqual(trajectories.map(outline), ["assistant f{}|tool(f) no"]);
});

for (const [what, lines, expected] of variants) {
  test(`${what}: opens with all that it says`, () => {
    const { format, trajectories } = read(lines);
    const [first] = trajectories;
    assert.ok(format && first);
    assert.equal(`${format.id}: ${outline(first)}`, expected);
    for (const line of lines) assert.ok(claims(line).length <= 1, claims(line).join(", "));
  });
}

/** A branch of a trace of verifiers: its messages, each with its ids. */
const branch = (
  ...nodes: readonly (readonly [message: object, ids: readonly number[]])[]
): unknown => ({
  nodes: nodes.map(([message, ids], at) => {
    const sampled = "sampled" in message;
    const logprobs = sampled ? ids.map(() => -0.1) : [];
    return {
      parent: at - 1,
      message,
      sampled,
      token_ids: ids,
      mask: ids.map(() => sampled),
      logprobs,
    };
  }),
});

test("verifiers: an answer that the model never saw has no ids, which costs the others none", () => {
  const spoken = { ...say, sampled: true };
  const { trajectories, problems } = read([branch([ask, [1]], [spoken, [2, 3]], [answer, []])]);
  const [first] = trajectories;
  assert.ok(first?.body.kind === "tokens");
  assert.deepEqual([...first.body.sequence.ids], [1, 2, 3]);
  assert.equal(first.body.messages.length, 3);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["ids-end-early"],
  );
});

test("verifiers: where a message before a turn has no ids, those of the others are not used, and that is said", () => {
  const spoken = { ...say, sampled: true };
  const { trajectories, problems } = read([branch([ask, [1]], [answer, []], [spoken, [2, 3]])]);
  assert.equal(trajectories[0]?.body.kind, "messages");
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["ids-not-usable"],
  );
});

/** Ordinary JSON that looks like rollouts at a glance. */
const others: readonly (readonly [what: string, value: unknown])[] = [
  ["people with roles", [{ name: "x", role: "user" }]],
  ["a log of an API", { id: "req-1", result: "ok", latency: 12 }],
  ["jobs", { id: "java-build-1", result: "ok" }],
  ["a remote procedure call", { jsonrpc: "2.0", id: "java_1", result: "x" }],
  ["a question with choices", { question: "?", choices: [{ text: "3", label: "A" }] }],
  ["a trajectory of states", { trajectory: [{ s: 0, a: 1 }], info: {} }],
  ["traces of a plot", { traces: [{ x: [1], y: [2] }], task: "plot" }],
  ["spans of something else", { name: "x", observations: [{ species: "owl", count: 3 }] }],
];

for (const [what, value] of others) {
  test(`${what}: no format claims it`, () => {
    assert.deepEqual(claims(value), []);
  });
}

function claims(value: unknown): readonly string[] {
  return formats.filter((format) => format.detect(value)).map(({ id }) => id);
}

function read(lines: readonly unknown[]): ReturnType<typeof readAll> {
  const text = lines.map((line) => JSON.stringify(line)).join("\n");
  return readAll({ name: "x.jsonl", bytes: new TextEncoder().encode(text) });
}

/** `-` stands before a turn of the assistant that was not sampled. */
function outline(trajectory: Trajectory): string {
  const { body, tools, step, reward } = trajectory;
  if (body.kind === "wire")
    return `${String(step)} ${String(reward)} ${body.pieces.map(({ text }) => text.text).join("|")}`;
  const declared =
    tools.kind === "unknown" ? "" : `[${tools.tools.map(({ name }) => name).join()}] `;
  const said = messagesOf(trajectory).map((message) => {
    const called = message.calls.map(({ name, arguments: given }) =>
      given.kind === "text"
        ? ` ${name.text}${given.text.text}`
        : ` ${name.text}${JSON.stringify(given.value)}`,
    );
    const sign = message.role === "assistant" && !message.sampled ? "-" : "";
    const tool = message.toolName === null ? "" : `(${message.toolName})`;
    const text = message.content?.text ? ` ${message.content.text}` : "";
    return `${sign}${message.role}${tool}${text}${called.join("")}`;
  });
  return declared + said.join("|");
}
