import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import { detectContainer } from "../../src/core/records/detect-container.ts";
import type { SpecialTokens, WirePiece } from "../../src/core/trajectory/trajectory.ts";
import { message, piece, trajectory } from "../support/transcripts.ts";

const context = { tokenizer: null, chatTemplate: null, family: "detect" } as const;

/** Who speaks (`*`: the policy), and which rules are told. */
function look(pieces: readonly WirePiece[], specialTokens: SpecialTokens) {
  const { transcript, findings } = analyse(
    trajectory({ kind: "wire", pieces }, { specialTokens }),
    context,
  );
  return {
    turns: transcript.turns.map(({ role, sampled }) => role + (sampled ? "*" : "")),
    rules: findings.map(({ rule }) => rule),
  };
}

test("what stands before the first header of a saved DeepSeek transcript is its system prompt", () => {
  const text =
    "<｜begin▁of▁sentence｜>You help.\n\n## Tools\n\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>NAME<｜tool▁sep｜>ARGUMENTS<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜User｜>hi<｜Assistant｜></think>Hello.<｜end▁of▁sentence｜>";
  assert.deepEqual(look([piece("mixed", text)], "kept"), {
    turns: ["system", "user", "assistant*"],
    rules: [],
  });
});

test("results behind GLM's calls are the environment's where the roles were stripped", () => {
  const prompt =
    "# Tools\n<tool_call>{function-name}\n<arg_key>{arg-key-1}</arg_key>\n</tool_call>\nhi\n";
  const call = "<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n</tool_call>";
  const result = "\n<tool_response>\n21\n</tool_response>";
  const pieces = [
    piece("environment", prompt),
    piece("mixed", `${call}\n${call}${result}${result}\nSunny.`),
  ];
  assert.deepEqual(look(pieces, "unknown"), {
    turns: ["user", "assistant*", "tool", "assistant*"],
    rules: [],
  });
});

test("an empty line may stand between a stripped result and the policy's next turn", () => {
  const prompt = "system\nYou help.\nuser\nhi\nassistant\n";
  const call = "<tool_call>\n<function=f>\n</function>\n</tool_call>\n";
  const result = "user\n<tool_response>\n21\n</tool_response>\n\nassistant\nSunny.";
  const pieces = [piece("environment", prompt), piece("mixed", call + result)];
  assert.deepEqual(look(pieces, "stripped").turns, [
    "system",
    "user",
    "assistant*",
    "tool",
    "assistant*",
  ]);
});

for (const head of ["[gMASK]<sop><|user|>\nhi", "[INST] hi[/INST]", "[SYSTEM_PROMPT]Be brief."])
  test(`a file that begins with ${head.slice(0, 9)} is text`, () => {
    assert.equal(detectContainer(new TextEncoder().encode(head)).value, "text");
  });

for (const head of ["[true]\n", '["A"]\n', "[]", "[1, 2]"])
  test(`a file that begins with ${head.trim()} is JSON`, () => {
    assert.notEqual(detectContainer(new TextEncoder().encode(head)).value, "text");
  });

test("a Harmony call in messages lacks no <|call|>, which is a stop token", () => {
  const call = '<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a": 1}';
  const messages = [
    message("user", "hi"),
    message("assistant", call),
    message("tool", "21"),
    message("assistant", "<|channel|>final<|message|>Done."),
  ];
  const { findings } = analyse(
    trajectory({ kind: "messages", messages }, { specialTokens: "stripped" }),
    context,
  );
  assert.deepEqual(
    findings.filter(({ severity }) => severity !== "info"),
    [],
  );
});
