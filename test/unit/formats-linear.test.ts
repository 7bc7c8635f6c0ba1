import assert from "node:assert/strict";
import { test } from "node:test";
import { formats } from "../../src/core/formats/index.ts";
import type { FormatId } from "../../src/core/formats/format.ts";

// Sizes at which anything quadratic takes minutes: the test does not end then.
const many = 100_000;

// More than a function may have arguments: whoever spreads a list of them into a call overflows the stack.
const beyondArguments = 150_000;

function list<T>(count: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

const said = (text: string): unknown => ({
  role: "user",
  parts: [{ type: "text", content: text }],
});
const generation = (at: number): object => ({
  type: "GENERATION",
  id: String(at),
  parentObservationId: "p",
  startTime: String(at),
});

const hostile: readonly [
  format: FormatId,
  what: string,
  lines: readonly unknown[],
  trajectories: number,
][] = [
  [
    "langfuse",
    "calls that are all apart",
    [
      {
        trace: {},
        observations: list(many / 4, (at) => ({
          ...generation(at),
          input: [said(String(at))],
          output: [said("x")],
        })),
      },
    ],
    many / 4,
  ],
  [
    "langfuse",
    "tools of one span whose calls lost their inputs",
    [
      {
        trace: {},
        observations: [
          { ...generation(0), output: "a" },
          ...list(many / 2, (at) => ({ ...generation(at + 1), type: "TOOL", output: "r" })),
        ],
      },
    ],
    1,
  ],
  [
    "claude-code",
    "parts of one message with results between",
    list(many / 2, (at) => ({
      sessionId: "s",
      type: at % 2 === 0 ? "assistant" : "user",
      message:
        at % 2 === 0
          ? { id: "m", role: "assistant", content: [{ type: "tool_use", name: "f", input: {} }] }
          : { role: "user", content: [{ type: "tool_result", tool_use_id: "c", content: "r" }] },
    })),
    1,
  ],
  [
    "gemini-cli",
    "lines that go back",
    [
      { sessionId: "s", projectHash: "h" },
      ...list(many, (at) => ({ id: `u${String(at)}`, type: "user", content: "x" })),
      ...list(many, (at) => ({ $rewindTo: `u${String(many - 1 - (at % 1000))}` })),
    ],
    1,
  ],
  [
    "verifiers",
    "leaves on a long trunk",
    [
      {
        task: {},
        traces: [
          {
            nodes: list(many / 4, (at) => ({
              parent: at === 0 ? null : Math.min(at - 1, many / 8),
              sampled: true,
              message: { role: "assistant", content: "x" },
            })),
          },
        ],
      },
    ],
    15,
  ],
  [
    "atropos",
    "rollouts of one token",
    [{ tokens: list(many, () => [1]), masks: list(many, () => [1]), scores: list(many, () => 1) }],
    many,
  ],
  [
    "chat-completions",
    "choices of one prompt",
    [{ choices: list(many / 2, () => ({ message: { role: "assistant", content: "x" } })) }],
    many / 2,
  ],
  [
    "sharegpt",
    "calls in a row",
    [
      {
        conversations: [
          { from: "human", value: "q" },
          ...list(many / 2, () => ({
            from: "function_call",
            value: '{"name": "f", "arguments": {}}',
          })),
        ],
      },
    ],
    1,
  ],
  [
    "atif",
    "results of one step",
    [
      {
        schema_version: "ATIF-v1.7",
        agent: { name: "a" },
        steps: [
          {
            source: "agent",
            message: "x",
            tool_calls: list(many / 2, (at) => ({
              tool_call_id: `c${String(at)}`,
              function_name: "f",
              arguments: {},
            })),
            observation: {
              results: list(many / 2, (at) => ({
                source_call_id: `c${String(at)}`,
                content: "r",
              })),
            },
          },
        ],
      },
    ],
    1,
  ],
  [
    "inspect",
    "references to all of a pool",
    [
      {
        id: 1,
        epoch: 1,
        target: "",
        messages: [],
        message_pool: list(many / 4, () => ({ role: "user", content: "x" })),
        events: [{ event: "model", input_refs: list(many / 10, () => [0, many]) }],
      },
    ],
    1,
  ],
  [
    "inspect",
    "mentions of one long attachment",
    [
      {
        id: 1,
        epoch: 1,
        target: "",
        messages: list(many / 10, () => ({ role: "user", content: "attachment://a" })),
        attachments: { a: "\n\t".repeat(many) },
      },
    ],
    1,
  ],
  [
    "swe-agent",
    "steps that history does not have",
    [
      {
        info: {},
        history: list(many / 4, (at) => ({ role: "assistant", content: `h${String(at)}` })),
        trajectory: list(many / 4, (at) => ({ response: `s${String(at)}`, query: [said("q")] })),
      },
    ],
    1,
  ],
  [
    "openhands-sdk",
    "calls of one response",
    list(many / 4, (at) => ({
      kind: "ActionEvent",
      source: "agent",
      llm_response_id: "r",
      tool_call: { id: `c${String(at)}`, name: "f", arguments: "{}" },
    })),
    1,
  ],
  [
    "bfcl",
    "calls in one object",
    [
      {
        id: "simple_0",
        result: [Object.fromEntries(list(many / 4, (at) => [`f${String(at)}`, "{}"] as const))],
      },
    ],
    1,
  ],
  [
    "verifiers",
    "messages of one branch, each with its id",
    [
      {
        nodes: list(beyondArguments, (at) => ({
          parent: at === 0 ? null : at - 1,
          sampled: false,
          message: { role: "user", content: "" },
          token_ids: [1],
          mask: [0],
        })),
      },
    ],
    1,
  ],
  [
    "langfuse",
    "messages that one call adds to a conversation",
    [
      {
        trace: {},
        observations: [
          { ...generation(0), input: [said("q")], output: [said("x")] },
          {
            ...generation(1),
            input: [said("q"), said("x"), ...list(beyondArguments, () => said("a"))],
            output: "y",
          },
        ],
      },
    ],
    1,
  ],
  [
    "langfuse",
    "messages that all say the same",
    [
      {
        trace: {},
        observations: [
          { ...generation(0), input: list(many, () => said("a")), output: [said("a")] },
          { ...generation(1), input: list(many / 2, () => said("a")), output: "y" },
        ],
      },
    ],
    2,
  ],
  [
    "tau2-bench",
    "calls of one tick",
    [
      {
        task_id: 1,
        reward_info: {},
        ticks: [{ agent_tool_calls: list(beyondArguments, () => ({ name: "f", arguments: {} })) }],
      },
    ],
    1,
  ],
  [
    "nemo-gym",
    "thoughts of one item",
    [
      {
        responses_create_params: { input: "q" },
        response: {
          output: [{ type: "reasoning", summary: list(beyondArguments, () => ({ text: "a" })) }],
        },
      },
    ],
    1,
  ],
  [
    "openai-responses",
    "spelled texts of one message",
    [
      {
        object: "response",
        output: [
          {
            type: "message",
            role: "assistant",
            content: list(beyondArguments, () => ({
              type: "output_text",
              text: "a",
              logprobs: [{ token: "a", logprob: -1 }],
            })),
          },
        ],
      },
    ],
    1,
  ],
];

for (const [id, what, lines, trajectories] of hostile) {
  test(`${id}: ${what} are read in one pass`, () => {
    const format = formats.find((each) => each.id === id);
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    const record = { index: 0, bytes: new TextEncoder().encode(text), startByte: 0, line: 0 };
    assert.ok(format);
    const { value, problems } = format.read(record, { name: "x.jsonl" });
    assert.equal(value.length, trajectories);
    // Nothing is left out without a word.
    assert.equal(problems.length > 0, what.includes("trunk") || what.includes("attachment"));
  });
}
