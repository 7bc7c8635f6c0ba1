import assert from "node:assert/strict";
import { test } from "node:test";
import { familyOf } from "../support/grammar/judge.ts";
import { check, parse, type Row, type TurnOptions } from "../support/turns.ts";

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
  for (const [sentence, marked, state, rules = [], options] of all)
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

/** The system prompt that Meta's template writes for built-in tools and the interpreter. */
function llamaPrompt(system: string): string {
  return `<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n${system}<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n`;
}

rows("llama3.1-json", llamaPrompt("Environment: ipython\nTools: brave_search, wolfram_alpha"), [
  [
    "a call of a built-in tool",
    '<|python_tag|>brave_search.call(query="weather in Oslo")<|eom_id|>',
    "healthy-call",
  ],
  [
    "code for the interpreter",
    '<|python_tag|>import math\n\ndef f(x):\n    return {"name": x}\nprint(f(2))<|eom_id|>',
    "healthy-call",
  ],
  [
    "the usual call behind the marker",
    '<|python_tag|>{"name": "search", "parameters": {"query": "a"}}<|eom_id|>',
    "healthy-call",
  ],
  [
    "a declared tool called as Python",
    '<|python_tag|>¦search(query="a")<|eom_id|>',
    "polluted",
    ["F24"],
  ],
  ["nothing behind the marker", "<|python_tag|>¦<|eom_id|>", "collapsed", ["F03"]],
  [
    "a call of a built-in tool that is cut off",
    '<|python_tag|>brave_search.call(query="weather i¦n',
    "polluted",
    ["F07"],
  ],
  [
    "<function=NAME>{...}, which this prompt does not show",
    '¦<function=search>{"query": "a"}</function><|eot_id|>',
    "polluted",
    ["F24"],
  ],
]);

rows("llama3.1-json", llamaPrompt("You are helpful."), [
  [
    "code that no prompt allows",
    "<|python_tag|>¦import math\nprint(1)<|eom_id|>",
    "collapsed",
    ["F08"],
  ],
]);

const customTools = llamaPrompt(
  'Reply as <function=example_function_name>{"example_name": "example_value"}</function>',
);

rows("llama3.1-json", customTools, [
  [
    "<function=NAME>{...} as the prompt shows it",
    '<function=search>{"query": "a"}</function><|eom_id|>',
    "healthy-call",
  ],
  ["a call without arguments in it", "<function=now>{}</function><|eot_id|>", "healthy-call"],
  ["its closing tag is missing", '<function=search>{"query": "a"}¦<|eom_id|>', "polluted", ["F01"]],
  ["it is cut off", '<function=search>{"query": "a¦<|eom_id|>', "polluted", ["F03"]],
  [
    "its arguments do not fit",
    '<function=search>{"query": ¦5}</function><|eom_id|>',
    "healthy-call",
    ["F12"],
  ],
]);

function gemmaPrompt(text: string): string {
  return `<bos><start_of_turn>user\n${text}<end_of_turn>\n<start_of_turn>model\n`;
}

const jsonCall = '{"name": "search", "parameters": {"query": "a"}}';

rows("gemma3-prompted", gemmaPrompt("Call as ```json or as ```tool_call, or as ```python."), [
  [
    "JSON in the fence of the prompt",
    `Sure.\n\`\`\`json\n${jsonCall}\n\`\`\`<end_of_turn>`,
    "healthy-call",
  ],
  [
    "Python in the fence of the prompt",
    'Sure.\n```python\nsearch(query="a")\n```<end_of_turn>',
    "healthy-call",
  ],
  ["the fence is never closed", `\`\`\`tool_call\n${jsonCall}¦<end_of_turn>`, "polluted", ["F01"]],
  [
    "JSON that is no call",
    '```json\n{"name": "Bob", "age": 3}\n```<end_of_turn>',
    "healthy-response",
  ],
]);

rows("gemma3-prompted", gemmaPrompt("hi"), [
  [
    "a fence that no prompt asked for",
    `Sure.\n\`\`\`json\n¦${jsonCall}\n\`\`\`<end_of_turn>`,
    "polluted",
    ["F26"],
  ],
  ["a list that no prompt asked for", '¦[search(query="a")]<end_of_turn>', "polluted", ["F26"]],
]);

rows("gemma3-prompted", gemmaPrompt('You MUST put it in the format of {"name": function name}'), [
  ["the turn is the call, as the prompt wants it", `${jsonCall}<end_of_turn>`, "healthy-call"],
]);

rows("gemma4", "<|turn>user\nhi<turn|>\n<|turn>model\n", [
  ["<turn> where the turn's end is due", "Yes.¦<turn>", "polluted", ["F06"]],
  ["<|turn|> where the turn's end is due", "Yes.¦<|turn|>\n", "polluted", ["F06"]],
  ["a tag of that name in the text", "Write <turn> here.<turn|>", "healthy-response"],
]);

rows("phi4-mini", "<|user|>hi<|end|><|assistant|>", [
  ["<end> where the turn's end is due", "Yes¦<end>", "polluted", ["F06"]],
]);

test("behind a call the turn may also have stopped for the result", () => {
  const turn = '<|tool_call>call:search{query:<|"|>a<|"|>}<tool_call|>';
  const { breaks } = parse(turn, { family: familyOf("gemma4"), tools });
  assert.deepEqual(
    breaks.map(({ rule, expected }) => [rule, expected]),
    [["F22", "<turn|> or <|tool_response>"]],
  );
});

for (const [family, sentence, rule, severity, words] of [
  [
    "qwen3-hermes",
    "I will use the <tool_call> tag to call.<|im_end|>",
    "F08",
    "error",
    /control token begins a call/,
  ],
  ["mistral", "Then [TOOL_CALLS], as always, begins it.</s>", "F08", "error", /control token/],
  ["minimax-m2", "I write the <minimax:tool_call> tag.[e~[", "F13", "error", /control token/],
  [
    "deepseek-v3.1",
    "I emit <｜tool▁calls▁begin｜> to call.<｜end▁of▁sentence｜>",
    "F08",
    "error",
    /control token/,
  ],
  ["hunyuan-a13b", "I will use the <tool_calls> tag.<|eos|>", "F08", "warning", /never closed/],
  [
    "hunyuan-a13b",
    "Between <tool_calls> and </tool_calls><|eos|>",
    "F08",
    "error",
    /search the text/,
  ],
  ["smollm3", "The <tool_call> tag begins it.<|im_end|>", "F08", "warning", /never closed/],
] as const)
  test(`${family}: a marker in the middle of a sentence is told as one: ${sentence}`, () => {
    const { breaks, state } = parse(sentence, { family: familyOf(family), tools });
    const [first] = breaks;
    assert.deepEqual(
      breaks.map((one) => [one.rule, one.severity]),
      [[rule, severity]],
    );
    assert.match(first?.message ?? "", words);
    assert.equal(state, "polluted");
  });

for (const [family, sentence] of [
  ["qwen3-hermes", "I will use the `<tool_call>` tag.<|im_end|>"],
  ["hunyuan-a13b", "Like this:\n```\n<tool_calls>[...]</tool_calls>\n```\nand so on.<|eos|>"],
  ["search-r1", "<think>I might use the <search> tag.</think>\n<answer> No need. </answer>"],
] as const)
  test(`${family}: a marker that is quoted is none: ${sentence}`, () => {
    const { breaks, state } = parse(sentence, { family: familyOf(family), tools });
    assert.deepEqual(breaks, []);
    assert.equal(state, "healthy-response");
  });

rows("llama3.1-json", llamaPrompt("You are helpful."), [
  [
    "the policy opens the tool's turn and writes the result",
    '{"name": "now", "parameters": {}}<|eot_id|>¦<|start_header_id|>ipython<|end_header_id|>\n\n12:00<|eot_id|>',
    "polluted",
    ["F09"],
  ],
]);

rows("qwen3-hermes", "", [
  [
    "the policy opens the user's turn that a result stands in",
    '<tool_call>\n{"name": "now", "arguments": {}}\n</tool_call><|im_end|>\n¦<|im_start|>user\n<tool_response>\n12\n</tool_response><|im_end|>',
    "polluted",
    ["F09"],
  ],
  [
    "the policy opens the user's turn",
    "Yes.<|im_end|>\n¦<|im_start|>user\nAnd now?",
    "polluted",
    ["F18"],
  ],
]);

rows("mistral", "", [
  [
    "a call as newer models write it",
    '[TOOL_CALLS]¦search[ARGS]{"query": "a"}</s>',
    "polluted",
    ["F24"],
  ],
  ["a name and its arguments", '[TOOL_CALLS]¦search{"query": "a"}</s>', "polluted", ["F24"]],
]);

rows("kimi-k2", "", [
  [
    "a call that lost all its markers",
    '¦functions.search:0{"query": "a"}<|im_end|>',
    "polluted",
    ["F05"],
  ],
  [
    "a function that nobody declared",
    'See functions.other:0 {"x": 1}.<|im_end|>',
    "healthy-response",
  ],
]);

rows("glm-4.5", "", [
  [
    "arguments as JSON behind the name",
    '<tool_call>¦search\n{"query": "a"}\n</tool_call><|observation|>',
    "polluted",
    ["F24"],
  ],
]);

rows("gpt-oss-harmony", "<|start|>assistant", [
  [
    "a call as JSON in the final message",
    '<|channel|>final<|message|>¦{"name": "search", "arguments": {"query": "a"}}<|return|>',
    "polluted",
    ["F26"],
  ],
]);

rows("minimax-m2", "", [
  [
    "another model's wrapper is one cause",
    '¦<tool_call>\n<invoke name="search">\n<parameter name="query">a</parameter>\n</invoke>\n</tool_call>[e~[',
    "polluted",
    ["F24"],
  ],
]);

for (const [what, family, body] of [
  [
    "braces are doubled",
    "qwen3-hermes",
    '<tool_call>{{"name": "search", "arguments": {"query": "a"}}}</tool_call><|im_end|>',
  ],
  [
    "the first tag has no bracket",
    "minimax-m2",
    '<minimax:tool_call>\ninvoke name="search">\n<parameter name="query">a</parameter>\n</invoke>\n</minimax:tool_call>[e~[',
  ],
  [
    "the wrapper is another model's",
    "minimax-m2",
    '<tool_call>\n<invoke name="search">\n<parameter name="query">a</parameter>\n</invoke>\n</tool_call>[e~[',
  ],
  [
    "a function tag holds JSON",
    "llama3.1-json",
    '<function=search>{"query": "a"}</function><|eot_id|>',
  ],
  ["the name stands before the arguments", "mistral", '[TOOL_CALLS]search{"query": "a"}</s>'],
  ["every marker was lost", "kimi-k2", 'functions.search:0{"query": "a"}<|im_end|>'],
] as const)
  test(`reading again: ${what}`, () => {
    const { recoveries } = parse(body, { family: familyOf(family), tools });
    assert.deepEqual(
      recoveries.map(({ recoverable, name, arguments: args }) => [recoverable, name, args]),
      [["yes", "search", { query: "a" }]],
    );
  });
