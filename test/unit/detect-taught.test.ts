import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import { piece, trajectory } from "../support/transcripts.ts";

const nothing = { tokenizer: null, chatTemplate: null, family: "detect" } as const;

const json = '{"name": "get_weather", "arguments": {"city": "Oslo"}}';

const coderPrompt = `<|im_start|>system
You have access to the following functions:

<tools>
<function>
<name>get_weather</name>
<description>The weather of a city</description>
<parameters>
<parameter>
<name>city</name>
<type>string</type>
</parameter>
<required>["city"]</required>
</parameters>
</function>
</tools>

Reply in the following format with NO suffix:

<tool_call>
<function=example_function_name>
<parameter=example_parameter_1>
value_1
</parameter>
</function>
</tool_call>

<IMPORTANT>
- an inner <function=...></function> block must be nested within <tool_call></tool_call> XML tags
</IMPORTANT><|im_end|>
<|im_start|>user
Weather in Oslo?<|im_end|>
<|im_start|>assistant
`;

const llamaPrompt = `<|begin_of_text|><|start_header_id|>user<|end_header_id|>

Given the following functions, please respond with a JSON for a function call.

Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}.Do not use variables.

${JSON.stringify({ type: "function", function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } } })}

Weather in Oslo?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

`;

const groqPrompt = `<|start_header_id|>system<|end_header_id|>

For each function call return a json object within <tool_call></tool_call> XML tags as follows:
<tool_call>
{"name": <function-name>,"arguments": <args-dict>}
</tool_call><|eot_id|><|start_header_id|>user<|end_header_id|>

Weather in Oslo?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

`;

const dumps: readonly (readonly [string, string, string, string, readonly string[]])[] = [
  [
    "JSON under a prompt of function tags",
    coderPrompt,
    `<tool_call>\n${json}\n</tool_call><|im_end|>`,
    "qwen3-coder-xml",
    ["F24"],
  ],
  ["no call under a prompt of function tags", coderPrompt, "Hi.<|im_end|>", "qwen3-coder-xml", []],
  [
    "Hermes tags under a prompt of Llama's JSON",
    llamaPrompt,
    `<tool_call>\n${json}\n</tool_call><|eot_id|>`,
    "llama3.1-json",
    ["F24"],
  ],
  [
    "a list of Python calls under a prompt of Llama's JSON",
    llamaPrompt,
    '[get_weather(city="Oslo")]<|eot_id|>',
    "llama3.1-json",
    ["F24"],
  ],
  [
    "Mistral's marker under a prompt of Llama's JSON",
    llamaPrompt,
    `[TOOL_CALLS] [${json}]<|eot_id|>`,
    "llama3.1-json",
    ["F24"],
  ],
  [
    "a marker in inline code under a prompt of Llama's JSON",
    llamaPrompt,
    "Qwen writes `<tool_call>` around JSON.<|eot_id|>",
    "llama3.1-json",
    [],
  ],
  [
    "Hermes tags in Llama's turns, as the prompt teaches",
    groqPrompt,
    `<tool_call>\n${json}\n</tool_call><|eot_id|>`,
    "hermes",
    [],
  ],
];

for (const [what, prompt, output, family, rules] of dumps) {
  test(`${what} is read in the grammar that the prompt teaches`, () => {
    const pieces = [piece("environment", prompt), piece("policy", output)];
    const analysis = analyse(trajectory({ kind: "wire", pieces }), nothing);
    assert.equal(analysis.family.id, family);
    assert.deepEqual(
      analysis.findings.map(({ rule }) => rule),
      rules,
    );
  });
}
