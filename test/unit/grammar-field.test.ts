import { test } from "node:test";
import { familyOf } from "../support/grammar/judge.ts";
import { check, type Row, type TurnOptions } from "../support/turns.ts";

const tools = [
  {
    name: "search",
    parameters: {
      type: "object",
      properties: { query: { type: "string" }, limit: { type: "integer" } },
      required: ["query"],
    },
  },
  { name: "now", parameters: { type: "object", properties: {} } },
];

/** Rows of one family, each with the prompt before it. */
function rows(family: string, before: string, all: readonly Row[]): void {
  for (const [sentence, marked, state, rules, options] of all)
    test(`${family}: ${sentence}`, () => {
      const known: TurnOptions = { family: familyOf(family), tools, before, ...options };
      check([sentence, marked, state, rules, known]);
    });
}

rows("glm-4.5", "[gMASK]<sop><|user|>\nhi<|assistant|>", [
  [
    "</think> as the template of a turn without thinking has it",
    "</think>Yes.<|user|>",
    "healthy-response",
  ],
  ["</think> once more behind it", "</think>Yes.¦</think><|user|>", "polluted", ["F16"]],
  [
    "</think> behind the prompt's own",
    "¦</think>Yes.<|user|>",
    "polluted",
    ["F16"],
    { before: "[gMASK]<sop><|user|>\nhi<|assistant|></think>" },
  ],
]);

rows("deepseek-v3.1", "<｜User｜>hi<｜Assistant｜>", [
  [
    "</think> as the template of a turn without thinking has it",
    '</think><｜tool▁calls▁begin｜><｜tool▁call▁begin｜>search<｜tool▁sep｜>{"query": "a"}<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>',
    "healthy-call",
  ],
]);

rows("gpt-oss-harmony", "<|start|>assistant", [
  ["a header without a channel", "¦<|message|>Yes.<|return|>", "polluted", ["F17"]],
  [
    "a call without a channel",
    ' to=functions.search¦<|message|>{"query": "a"}<|call|>',
    "polluted",
    ["F17"],
  ],
  [
    "a call on the final channel",
    '<|channel|>final ¦to=functions.search <|constrain|>json<|message|>{"query": "a"}<|call|>',
    "polluted",
    ["F17"],
  ],
  [
    "the final channel behind a recipient",
    ' to=functions.search<|channel|>¦final <|constrain|>json<|message|>{"query": "a"}<|call|>',
    "polluted",
    ["F17"],
  ],
  [
    "a call whose recipient stands before its channel",
    ' to=functions.search<|channel|>commentary <|constrain|>json<|message|>{"query": "a"}<|call|>',
    "healthy-call",
  ],
]);

const deepseekPrompt = "<｜User｜>hi<｜Assistant｜></think>";
const deepseekEnd = "<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>";

rows("deepseek-v3.1", deepseekPrompt, [
  [
    "a call as V3 writes it",
    `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>¦function<｜tool▁sep｜>search\n\`\`\`json\n{"query": "a"}\n\`\`\`${deepseekEnd}`,
    "polluted",
    ["F24"],
  ],
  [
    "a call of markers with ASCII bars has as many broken markers, and nothing else is wrong with it",
    '¦<|tool_calls_begin|>¦<|tool_call_begin|>search¦<|tool_sep|>{"query": "a"}¦<|tool_call_end|>¦<|tool_calls_end|><｜end▁of▁sentence｜>',
    "polluted",
    ["F06", "F06", "F06", "F06", "F06"],
  ],
]);

rows("deepseek-v3", deepseekPrompt, [
  [
    "a call as V3.1 writes it",
    `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>¦search<｜tool▁sep｜>{"query": "a"}${deepseekEnd}`,
    "polluted",
    ["F24"],
  ],
  [
    "a call of markers with ASCII bars",
    '¦<|tool▁calls▁begin|>¦<|tool▁call▁begin|>function¦<|tool▁sep|>search\n```json\n{"query": "a"}\n```¦<|tool▁call▁end|>¦<|tool▁calls▁end|>¦<|end▁of▁sentence|>',
    "polluted",
    ["F06", "F06", "F06", "F06", "F06", "F06"],
  ],
]);
