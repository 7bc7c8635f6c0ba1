import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../src/core/analysis/analysis.ts";
import { detectFamily } from "../../src/core/grammar/detect-family.ts";
import { callSigns, tokenSigns } from "../../src/core/grammar/family-signs.ts";
import { families, familyById } from "../../src/core/grammar/families.ts";
import type { Family } from "../../src/core/grammar/family.ts";
import type { Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import { tokenizerWith, withWords } from "../support/added-tokens.ts";
import { dumped, healthyConversation, type WirePieceText } from "../support/conversations.ts";
import { piece, trajectory } from "../support/transcripts.ts";

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
const bare = "<function=bash>\n<parameter=command>ls</parameter>\n</function>";

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

function familyOf(id: string): Family {
  const family = familyById(id);
  assert.ok(family);
  return family;
}
