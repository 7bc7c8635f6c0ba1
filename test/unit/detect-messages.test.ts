import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../src/core/analysis/analysis.ts";
import type { Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import type { Body } from "../../src/core/trajectory/trajectory.ts";
import { tokenizerWith, withWords } from "../support/added-tokens.ts";
import { call, message, trajectory } from "../support/transcripts.ts";

const nothing = { tokenizer: null, chatTemplate: null };
const qwen3 = tokenizerWith("<|im_start|>", "<|im_end|>", "<tool_call>", "<think>");
const weather = call("get_weather", { city: "Bern" });
const bare = "<function=bash>\n<parameter=command>ls</parameter>\n</function>";
const messages: readonly (readonly [string, Body, Tokenizer | null, string, string])[] = [
  [
    "messages with calls that a parser took out",
    said(message("user", "Hi"), message("assistant", null, { calls: [weather] })),
    null,
    "qwen3-hermes",
    "low",
  ],
  [
    "the same with Llama's tokenizer at hand",
    said(message("user", "Hi"), message("assistant", null, { calls: [weather] })),
    tokenizerWith("<|start_header_id|>", "<|python_tag|>"),
    "qwen3-hermes",
    "low",
  ],
  [
    "messages that hold Hermes calls in their text",
    said(message("assistant", '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>')),
    null,
    "qwen3-hermes",
    "medium",
  ],
  [
    "messages whose system prompt teaches function tags",
    said(
      message("system", "Write <tool_call>\n<function=NAME>\n</function>\n</tool_call>"),
      message("assistant", "<tool_call>\n<function=f>\n</function>\n</tool_call>"),
    ),
    null,
    "qwen3-coder-xml",
    "medium",
  ],
  [
    "messages that search by tags",
    said(message("user", "Hi"), message("assistant", "<search> Bern </search>")),
    null,
    "search-r1",
    "medium",
  ],
  [
    "messages with function tags and no wrapper",
    said(message("user", "Hi"), message("assistant", `I look.\n\n${bare}`)),
    null,
    "function-tags",
    "medium",
  ],
  [
    "the same with Qwen's tokenizer at hand",
    said(message("user", "Hi"), message("assistant", bare)),
    qwen3,
    "function-tags",
    "medium",
  ],
  [
    "function tags that are wrapped now and then",
    said(
      message("assistant", `<tool_call>\n${bare}\n</tool_call>`),
      message("user", "Go on"),
      message("assistant", bare),
    ),
    null,
    "qwen3-coder-xml",
    "medium",
  ],
  [
    "function tags beside calls that a parser took out",
    said(message("assistant", null, { calls: [weather] }), message("assistant", bare)),
    null,
    "qwen3-hermes",
    "low",
  ],
  [
    "messages of Mistral's lists",
    said(
      message("user", "Hi"),
      message("assistant", '[TOOL_CALLS][{"name": "f", "arguments": {}}]'),
    ),
    null,
    "mistral",
    "medium",
  ],
  [
    "messages of Mistral's calls by name",
    said(message("user", "Hi"), message("assistant", "[TOOL_CALLS]f[ARGS]{}")),
    null,
    "mistral-args",
    "medium",
  ],
  [
    "messages of GLM's keys and values",
    said(
      message("user", "Hi"),
      message(
        "assistant",
        "<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>b</arg_value>\n</tool_call>",
      ),
    ),
    null,
    "glm-4.5",
    "medium",
  ],
  [
    "a tool's result that quotes another model's calls",
    said(
      message("user", "Hi"),
      message("assistant", "I look."),
      message("tool", "parser.py: [TOOL_CALLS]f[ARGS]{} <arg_key>"),
      message("assistant", "Done."),
    ),
    null,
    "qwen3-hermes",
    "low",
  ],
  [
    "a question that quotes another model's calls",
    said(message("user", "What is [TOOL_CALLS]f[ARGS]{}?"), message("assistant", "Well.")),
    null,
    "qwen3-hermes",
    "low",
  ],
  [
    "messages whose search is not closed",
    said(message("user", "Hi"), message("assistant", "<think>Hm.</think>\n<search> Bern ")),
    null,
    "search-r1",
    "medium",
  ],
  [
    "messages whose answers are Llama's bare JSON",
    said(
      message("user", "Hi"),
      message("assistant", '{"name": "get_price", "parameters": {"item": "fork"}}'),
    ),
    null,
    "llama3.1-json",
    "medium",
  ],
  [
    "messages whose answers are any JSON",
    said(message("user", "Hi"), message("assistant", '{"name": "fork", "price": 3}')),
    null,
    "qwen3-hermes",
    "low",
  ],
  [
    "messages whose answers are lists of Python calls",
    said(message("user", "Hi"), message("assistant", '[get_price(item="fork"), stop()]')),
    null,
    "llama-pythonic",
    "medium",
  ],
  [
    "messages whose answer is a link",
    said(message("user", "Hi"), message("assistant", "[see](https://example.org) (it)")),
    null,
    "qwen3-hermes",
    "low",
  ],
  [
    "messages without any sign",
    said(message("user", "Hi"), message("assistant", "Hello.")),
    null,
    "qwen3-hermes",
    "low",
  ],
];

for (const [what, body, tokenizer, family, confidence] of messages)
  test(`${what}: ${family}, ${confidence}`, () => {
    const guess = guessOf(trajectory(body), tokenizer === null ? null : withWords(tokenizer));
    assert.deepEqual([guess.family.id, guess.confidence], [family, confidence]);
  });

test("what is only assumed is said to be", () => {
  const [none, apart] = [
    message("assistant", "Hello."),
    message("assistant", null, { calls: [weather] }),
  ].map((each) => guessOf(trajectory(said(message("user", "Hi"), each)), null).reason);
  assert.equal(
    none,
    "nothing in the messages shows a tool-call grammar: Qwen3 (Hermes JSON) is assumed",
  );
  assert.equal(
    apart,
    "the calls stand apart from the messages' text, and nothing says how they were written: Qwen3 (Hermes JSON) is assumed",
  );
});

test("function tags in text are read as calls, closed or not", () => {
  const healthy = analysed(bare, "Done.");
  assert.deepEqual(
    healthy.structures.map(({ state }) => state),
    ["healthy-call", "healthy-response"],
  );
  assert.deepEqual(healthy.findings, []);
  const broken = analysed(bare, bare.replace("</parameter>", ""));
  assert.deepEqual(
    broken.findings.map(({ rule }) => rule),
    ["F13"],
  );
});

function said(...all: ReturnType<typeof message>[]): Body {
  return { kind: "messages", messages: all };
}

/** Assistant messages with these texts. */
function analysed(...texts: readonly string[]): Analysis {
  const body = said(...texts.map((text) => message("assistant", text)));
  return analyse(trajectory(body), { ...nothing, family: "detect" });
}

function guessOf(
  rollout: ReturnType<typeof trajectory>,
  tokenizer: Tokenizer | null,
): Analysis["familyGuess"] {
  return analyse(rollout, {
    tokenizer: tokenizer === null ? null : withWords(tokenizer),
    chatTemplate: null,
    family: "detect",
  }).familyGuess;
}
