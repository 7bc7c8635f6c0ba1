import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import { piece, trajectory } from "../support/transcripts.ts";

/** What F28 says of a prompt with a rollout behind it. */
function remarks(prompt: string, rollout: string): readonly string[] {
  const pieces = [piece("environment", prompt), piece("mixed", rollout)];
  const context = { tokenizer: null, chatTemplate: null, family: "detect" } as const;
  const { findings } = analyse(trajectory({ kind: "wire", pieces }), context);
  return findings.map(({ rule, message }) => `${rule} ${message}`);
}

const mistralPrompt = "<s>[INST] hi[/INST]";

function mistralCalls(...ids: readonly string[]): string {
  const calls = ids.map((id) => `{"name": "f", "arguments": {}, "id": "${id}"}`);
  return `[TOOL_CALLS] [${calls.join(", ")}]</s>`;
}

function mistralResults(...ids: readonly string[]): string {
  return ids
    .map((id) => `[TOOL_RESULTS] {"content": "1", "call_id": "${id}"}[/TOOL_RESULTS]`)
    .join("");
}

test("Mistral's results are told apart from the first on", () => {
  const rollout = mistralCalls("abcdefgh1", "abcdefgh2");
  const inOrder = mistralResults("abcdefgh1", "abcdefgh2");
  assert.deepEqual(remarks(mistralPrompt, `${rollout}${inOrder}Done.</s>`), []);
  const swapped = mistralResults("abcdefgh2", "abcdefgh1");
  assert.deepEqual(remarks(mistralPrompt, `${rollout}${swapped}Done.</s>`), [
    "F28 The results stand in another order than the calls: abcdefgh2 is answered where abcdefgh1 was due.",
  ]);
});

test("an id that was given before is told without numbers where a family has none", () => {
  const once = mistralCalls("abcdefgh1") + mistralResults("abcdefgh1");
  assert.deepEqual(remarks(mistralPrompt, `${once}${once}Done.</s>`), [
    "F28 The id abcdefgh1 was given to an earlier call: results could not be told apart.",
  ]);
});

test("arguments that lost their marker are no part of Kimi's id", () => {
  const prompt = "<|im_user|>user<|im_middle|>hi<|im_end|><|im_assistant|>assistant<|im_middle|>";
  const call =
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0{"a": 1}<|tool_call_end|><|tool_calls_section_end|><|im_end|>';
  assert.deepEqual(
    remarks(prompt, call).map((line) => line.slice(0, 3)),
    ["F08"],
  );
});
