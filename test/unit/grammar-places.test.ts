import assert from "node:assert/strict";
import { test } from "node:test";
import { familyOf } from "../support/grammar/judge.ts";
import { check, parse, type Row, type TurnOptions } from "../support/turns.ts";

const tools = [
  {
    name: "search",
    parameters: {
      type: "object",
      properties: { query: { type: "string" }, unit: { type: "string" } },
      required: ["query"],
    },
  },
];

/** Rows of one family, each with the prompt before it. */
function rows(family: string, before: string, all: readonly Row[]): void {
  for (const [sentence, marked, state, rules = [], options] of all)
    test(`${family}: ${sentence}`, () => {
      const known: TurnOptions = { family: familyOf(family), tools, before, ...options };
      check([sentence, marked, state, rules, known]);
    });
}

const plain = '{"name": "search", "arguments": {"query": "a"}}';

rows("glm-4.5", "[gMASK]<sop><|user|>\nhi<|assistant|>\n", [
  [
    "a call without arguments lacks one where it is closed",
    "<tool_call>search¦</tool_call><|observation|>",
    "healthy-call",
    ["F12"],
  ],
  [
    "a required argument is missing behind the others",
    "<tool_call>search<arg_key>unit</arg_key><arg_value>c</arg_value>¦</tool_call><|observation|>",
    "healthy-call",
    ["F12"],
  ],
  ["a plain call right behind the header is one", `¦${plain}<|user|>`, "polluted", ["F26"]],
]);

rows("qwen3-coder-xml", "<|im_start|>assistant\n", [
  [
    "a required argument is missing behind the others",
    "<tool_call>\n<function=search>\n<parameter=unit>\nc\n</parameter>\n¦</function>\n</tool_call><|im_end|>",
    "healthy-call",
    ["F12"],
  ],
]);

rows("minimax-m2", "]~b]ai\n", [
  [
    "a required argument is missing behind the others",
    '<minimax:tool_call>\n<invoke name="search">\n<parameter name="unit">c</parameter>\n¦</invoke>\n</minimax:tool_call>[e~[',
    "healthy-call",
    ["F12"],
  ],
]);

rows(
  "qwen3-hermes",
  "<|im_start|>system\nCalls: <tool_call>\n{}\n</tool_call><|im_end|>\n<|im_start|>assistant\n",
  [
    [
      "an answer that shows in a fence how to call is none",
      `So:\n\`\`\`\n<tool_call>\n${plain}\n</tool_call>\n\`\`\`<|im_end|>`,
      "healthy-response",
    ],
  ],
);

rows("qwen3-hermes", "<|im_start|>assistant\n<think>\n\n</think>\n\n", [
  ["a plain call behind the prompt's thinking is one", `¦${plain}<|im_end|>`, "polluted", ["F26"]],
]);

rows("gpt-oss-harmony", "<|start|>user<|message|>hi<|end|><|start|>assistant", [
  [
    "a plain call in a final message is one",
    `<|channel|>final<|message|>¦${plain}<|return|>`,
    "polluted",
    ["F26"],
  ],
]);

rows("mistral-args", "[INST]hi[/INST]", [
  [
    "a name before a call's id is the tool's",
    'search¦[CALL_ID]abcd12345[ARGS]{"query": "a"}</s>',
    "polluted",
    ["F05"],
  ],
]);

rows("deepseek-v3", "<｜User｜>hi<｜Assistant｜>", [
  [
    "invented results are one break, and no run of control tokens",
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n```json\n{"query": "a"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>¦<｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>21<｜tool▁output▁end｜>\n<｜tool▁output▁begin｜>22<｜tool▁output▁end｜><｜tool▁outputs▁end｜>It is.<｜end▁of▁sentence｜>',
    "polluted",
    ["F09"],
  ],
  [
    "the same marker of results again and again is a run",
    "Hi.¦<｜tool▁outputs▁begin｜><｜tool▁outputs▁begin｜><｜tool▁outputs▁begin｜><｜tool▁outputs▁begin｜>",
    "collapsed",
    ["F19"],
  ],
]);

rows("deepseek-v3.1", "<｜User｜>hi<｜Assistant｜></think>", [
  [
    "a call in DSML is told once",
    '¦<｜DSML｜function_calls>\n<｜DSML｜invoke name="search">\n<｜DSML｜parameter name="query" string="true">a</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls><｜end▁of▁sentence｜>',
    "polluted",
    ["F24"],
  ],
]);

rows("react", "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", [
  [
    "an action without its input, with which the turn ends, is cut off",
    "Thought: I look.\nAction: search\n¦<|im_end|>",
    "polluted",
    ["F03"],
  ],
  [
    "an action that names no tool is a thought",
    "Thought: I look.\nAction: none\nFinal Answer: b<|im_end|>",
    "healthy-response",
  ],
]);

const taughtTags =
  "<|start_header_id|>system<|end_header_id|>\n\n<function=example>{}</function><|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n";

rows("llama3.1-json", taughtTags, [
  [
    "a taught function tag names a tool that does not exist",
    '<function=¦serch>{"query": "a"}</function><|eot_id|>',
    "healthy-call",
    ["F11"],
  ],
  [
    "a taught function tag in mid-sentence is quoted where it names no tool",
    'Write <function=f>{"query": "a"}</function>.<|eot_id|>',
    "healthy-response",
  ],
]);

const gemmaPrompt =
  '<start_of_turn>user\nPut it in the format of {"name": function name, "parameters": {}}, or in the format of [f(a=1)]<end_of_turn>\n<start_of_turn>model\n';

rows("gemma3-prompted", gemmaPrompt, [
  [
    "a bare call of a tool that does not exist",
    '{"name": "¦serch", "parameters": {"query": "a"}}<end_of_turn>',
    "healthy-call",
    ["F11"],
  ],
  [
    "a listed call of a tool that does not exist",
    '[¦serch(query="a")]<end_of_turn>',
    "healthy-call",
    ["F11"],
  ],
  ["an answer in JSON is none", '{"name": "Ada", "born": 1815}<end_of_turn>', "healthy-response"],
  ["an answer as a list is none", "[f(x), 2]<end_of_turn>", "healthy-response"],
]);

test("a call that lost the marker before its arguments is not told to have broken JSON", () => {
  const bodies = [
    ["mistral-args", '[TOOL_CALLS]search{"query": "a"}</s>', "[ARGS]"],
    [
      "deepseek-v3.1",
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>search{"query": "a"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
      "<｜tool▁sep｜>",
    ],
  ] as const;
  for (const [family, body, due] of bodies) {
    const { breaks } = parse(body, { family: familyOf(family), tools, turnEndsAreReal: false });
    assert.deepEqual(
      breaks.map(({ message }) => message),
      [`The call is not valid: { came where ${due} was due.`],
    );
  }
});
