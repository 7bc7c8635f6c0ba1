import { test } from "node:test";
import { familyOf } from "../support/grammar/judge.ts";
import { check, type Row, type TurnOptions } from "../support/turns.ts";

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
