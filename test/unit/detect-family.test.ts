import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../src/core/analysis/analysis.ts";
import { detectFamily } from "../../src/core/grammar/detect-family.ts";
import { callSigns, tokenSigns } from "../../src/core/grammar/family-signs.ts";
import { families, familyById } from "../../src/core/grammar/families.ts";
import type { Family } from "../../src/core/grammar/family.ts";
import type { Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import type { Body } from "../../src/core/trajectory/trajectory.ts";
import { dumped, healthyConversation, type WirePieceText } from "../support/conversations.ts";
import { call, message, piece, trajectory } from "../support/transcripts.ts";

const unused = (): never => assert.fail("only idOf is asked here");

/** A tokenizer that knows added tokens and nothing else. */
function tokenizerWith(...contents: readonly string[]): Tokenizer {
  return {
    vocabularySize: contents.length,
    addedTokens: contents.map((content, id) => ({ id, content, special: false })),
    encode: unused,
    decode: unused,
    show: unused,
    idOf: (content) => (contents.includes(content) ? contents.indexOf(content) : null),
  };
}

const qwen3 = tokenizerWith("<|im_start|>", "<|im_end|>", "<tool_call>", "<think>");
const qwen25 = tokenizerWith("<|im_start|>", "<|im_end|>", "<tool_call>");
const qwenTemplate = "{{ '<|im_start|>' }}<think>{{- '\\n<tool_call>\\n{\"name\": \"' }}{{ name }}";
const coderTemplate =
  "{{ '<|im_start|>' }}<think>{{- '\\n<tool_call>\\n<function=' + name + '>' }}";
const nothing = { tokenizer: null, chatTemplate: null, text: "" };

const guesses: readonly (readonly [string, Parameters<typeof detectFamily>[0], string, string])[] =
  [
    ["nothing is known", nothing, "qwen3-hermes", "low"],
    ["the tokenizer thinks", { ...nothing, tokenizer: qwen3 }, "qwen3-hermes", "high"],
    ["the tokenizer does not think", { ...nothing, tokenizer: qwen25 }, "qwen2.5-hermes", "high"],
    [
      "the tokenizer's markers are unknown",
      { ...nothing, tokenizer: tokenizerWith("<|eot_id|>") },
      "qwen3-hermes",
      "low",
    ],
    [
      "the template writes calls without thinking",
      { ...nothing, chatTemplate: qwenTemplate.replace("<think>", "") },
      "qwen2.5-hermes",
      "high",
    ],
    ["the template thinks", { ...nothing, chatTemplate: qwenTemplate }, "qwen3-hermes", "high"],
    [
      "the template writes function tags",
      { ...nothing, chatTemplate: coderTemplate },
      "qwen3-coder-xml",
      "high",
    ],
    [
      "a template of function tags comes with Qwen's tokenizer",
      { ...nothing, tokenizer: qwen3, chatTemplate: coderTemplate },
      "qwen3-coder-xml",
      "high",
    ],
    [
      "Llama's tokenizer comes with a template of Hermes",
      {
        ...nothing,
        tokenizer: tokenizerWith("<|start_header_id|>", "<|python_tag|>"),
        chatTemplate: qwenTemplate,
      },
      "llama3.1-json",
      "high",
    ],
    [
      "the text shows nothing and the tokenizer is Qwen's",
      { ...nothing, tokenizer: qwen3, text: "Hello." },
      "qwen3-hermes",
      "medium",
    ],
    ["the text has a call", { ...nothing, text: "a<tool_call>" }, "qwen3-hermes", "medium"],
    [
      "the text is ChatML and the tokenizer Qwen2.5's",
      { ...nothing, tokenizer: qwen25, text: "<|im_start|>user\nHi<|im_end|>" },
      "qwen2.5-hermes",
      "high",
    ],
    [
      "the text is Llama's and the tokenizer Qwen's",
      {
        ...nothing,
        tokenizer: qwen3,
        text: "<|start_header_id|>assistant<|end_header_id|>\n\nHi<|eot_id|>",
      },
      "llama3.1-json",
      "medium",
    ],
    [
      "the prompt teaches one notation and the policy writes another",
      {
        ...nothing,
        text: 'T: <tool_call>\n{"name": …}</tool_call>\n<tool_call>\n<function=f>\n<tool_call>\n<function=g>',
        promptLength: 44,
      },
      "qwen3-hermes",
      "medium",
    ],
    [
      "a ChatML text quotes markers of other models",
      {
        ...nothing,
        text: '<|im_start|>user\nWhat are [TOOL_CALLS] and <minimax:tool_call>?<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "f"}',
      },
      "qwen3-hermes",
      "high",
    ],
  ];

for (const [when, evidence, family, confidence] of guesses)
  test(`the family is ${family} when ${when}`, () => {
    const guess = detectFamily(evidence);
    assert.deepEqual([guess.family.id, guess.confidence], [family, confidence]);
    assert.ok(guess.reason.length > 10);
  });

test("where the text contradicts the tokenizer, the reason says so", () => {
  const text = "<|start_header_id|>assistant<|end_header_id|>\n\nHi<|eot_id|>";
  assert.equal(
    detectFamily({ ...nothing, tokenizer: qwen3, text }).reason,
    "the text has <|start_header_id|>, though the tokenizer has <|im_end|> and <tool_call> and <think>",
  );
});

/** Families whose text does not tell them from another: what a guess may be instead. */
const alike: Readonly<Record<string, string>> = {
  "qwen2.5-hermes": "qwen3-hermes",
  hermes: "qwen3-hermes",
  smollm3: "qwen3-hermes",
};

for (const family of families) {
  const expected = alike[family.id] ?? family.id;
  if (family.id === "ernie4.5" || family.id === "granite-20b-fc") continue;

  test(`a dump of ${family.id} shows its family, whatever policy is selected`, () => {
    for (const tokenizer of [null, qwen3]) {
      const guess = guessOf(wire(dumped(healthyConversation(family))), tokenizer);
      assert.equal(guess.family.id, expected);
      assert.notEqual(guess.confidence, "low");
    }
  });
}

test("ERNIE's calls are Hermes calls, and its tokenizer is not told from others'", () => {
  const family = familyOf("ernie4.5");
  assert.equal(guessOf(wire(dumped(healthyConversation(family))), null).family.id, "qwen3-hermes");
});

test("a family that was chosen is taken, and what the text has does not count", () => {
  const family = familyOf("mistral");
  const { familyGuess } = analyse(wire(dumped(healthyConversation(familyOf("glm-4.5")))), {
    ...nothing,
    family,
  });
  assert.deepEqual(familyGuess, {
    family,
    confidence: "high",
    reason: "it was chosen by hand",
  });
});

const chatml = "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n";
const mistralSystem = "<s>[SYSTEM_PROMPT]Be brief.[/SYSTEM_PROMPT][INST]Hi[/INST]";
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

/** What comes before the policy's words, and those. */
const dumps: readonly (readonly [string, prompt: string, sampled: string, string, string])[] = [
  ["a search that is not closed", chatml, "I look.\n<search> Bern ", "search-r1", "high"],
  ["a search in mid-sentence", chatml, "Write <search> Bern ", "qwen3-hermes", "medium"],
  ["an empty element of a page", chatml, "Page:\n<search>\n<form>", "qwen3-hermes", "medium"],
  ["Mistral's list", "[INST]Hi[/INST]", '[TOOL_CALLS][{"name": "f"', "mistral", "high"],
  ["a list after a system prompt", mistralSystem, '[TOOL_CALLS] [{"name": "f"', "mistral", "high"],
  ["a name after the marker", "[INST]Hi[/INST]", "[TOOL_CALLS]f[ARGS]{}", "mistral-args", "high"],
  ["a name that lost [ARGS]", "[INST]Hi[/INST]", '[TOOL_CALLS]f{"a": 1}', "mistral-args", "high"],
  [
    "a name with a call's id",
    mistralSystem,
    "[TOOL_CALLS]f[CALL_ID]a1[ARGS]{",
    "mistral-args",
    "high",
  ],
  ["a system prompt and no call", mistralSystem, "Hello.", "mistral-args", "high"],
  ["ReAct's words", chatml, "Thought: a\nAction: f\nAction Input: {}\n", "react", "high"],
  ["ReAct's input alone", chatml, "Thought: a\nAction Input: {}\n", "react", "high"],
  [
    "a thought and an action that is no call",
    chatml,
    "Thought: a\nAction: go north\n",
    "qwen3-hermes",
    "medium",
  ],
  ["function tags", chatml, bare, "function-tags", "high"],
];

for (const [what, prompt, sampled, family, confidence] of dumps)
  test(`a dump with ${what} is of ${family}, ${confidence}`, () => {
    const guess = detectFamily({
      ...nothing,
      text: prompt + sampled,
      promptLength: prompt.length,
    });
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
  const of = (...texts: readonly string[]): Analysis =>
    analyse(trajectory(said(...texts.map((text) => message("assistant", text)))), {
      ...nothing,
      family: "detect",
    });
  const healthy = of(bare, "Done.");
  assert.deepEqual(
    healthy.structures.map(({ state }) => state),
    ["healthy-call", "healthy-response"],
  );
  assert.deepEqual(
    healthy.findings.filter(({ rule }) => rule !== "F29"),
    [],
  );
  const broken = of(bare, bare.replace("</parameter>", ""));
  assert.deepEqual(
    broken.findings.map(({ rule }) => rule).filter((rule) => rule !== "F29"),
    ["F13"],
  );
});

test("every sign is of a family that exists", () => {
  const ids = [...callSigns.flatMap((sign) => sign.families), ...tokenSigns.map(([id]) => id)];
  for (const id of ids) assert.notEqual(familyById(id), null, id);
});

function wire(pieces: readonly WirePieceText[]): ReturnType<typeof trajectory> {
  return trajectory({
    kind: "wire",
    pieces: pieces.map(({ author, text }) => piece(author, text)),
  });
}

function said(...all: ReturnType<typeof message>[]): Body {
  return { kind: "messages", messages: all };
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

/** The same tokenizer, with every text as one token. */
function withWords(tokenizer: Tokenizer): Tokenizer {
  return {
    ...tokenizer,
    encode: (text) => ({
      ids: Int32Array.of(0),
      start: Uint32Array.of(0),
      end: Uint32Array.of(text.length),
    }),
  };
}

function familyOf(id: string): Family {
  const family = familyById(id);
  assert.ok(family);
  return family;
}
