import assert from "node:assert/strict";
import { test } from "node:test";
import { familyById } from "../../src/core/grammar/families.ts";
import { describeRate, recoverableRate, sumRates } from "../../src/core/grammar/recoveries.ts";
import { parse, type TurnOptions } from "../support/turns.ts";

const search = {
  name: "search",
  description: "",
  parameters: {
    type: "object",
    properties: { q: { type: "string" }, n: { type: "integer" } },
    required: ["q"],
  },
} as const;
const tools = [search];
const args = '{"q": "a"}';
const inside = `{"name": "search", "arguments": ${args}}`;

/** A turn, what becomes of its broken calls, and a word of the sentence that says how. */
type Row = readonly [
  sentence: string,
  body: string,
  expected: readonly (readonly ["yes" | "no" | "unknown", RegExp])[],
  family?: string,
  options?: TurnOptions,
];

const rows: readonly Row[] = [
  ["a healthy call is not read again", `<tool_call>${inside}</tool_call><|im_end|>`, []],
  ["prose is not read again", "Nothing to do.<|im_end|>", []],
  [
    "F01: a call without its end is whole",
    `<tool_call>\n${inside}<|im_end|>`,
    [["yes", /^What it says is whole, only its markers are not\.$/]],
  ],
  [
    "F02: an opener written twice is forgiven",
    `<tool_call>\n<tool_call>\n${inside}\n</tool_call><|im_end|>`,
    [["yes", /whole/]],
  ],
  [
    "F03: a call that is cut off in a string cannot be known",
    '<tool_call>{"name": "search", "arguments": {"q": "a lo<|im_end|>',
    [["no", /cut off/]],
  ],
  [
    "F03: missing brackets without the call's end may be a cut",
    '<tool_call>{"name": "search", "arguments": {"q": "a"<|im_end|>',
    [["no", /cut off/]],
  ],
  ["F03: an empty call says nothing", "<tool_call><|im_end|>", [["no", /Nothing was written/]]],
  [
    "F04: a call without its begin is read before its end",
    `I look.\n${inside}\n</tool_call><|im_end|>`,
    [["yes", /whole/]],
  ],
  ["F04: an end after prose closes no call", "It is so.\n</tool_call><|im_end|>", []],
  [
    "F05: a call in tags without its begin",
    "<function=search>\n<parameter=q>\na\n</parameter>\n</function>\n</tool_call><|im_end|>",
    [["yes", /tags/]],
  ],
  [
    "F06: a call between broken markers is whole",
    `<toolcall>\n${inside}\n</tool_call><|im_end|>`,
    [["yes", /whole/]],
  ],
  [
    "F07: a bracket is missing before the call's end",
    `<tool_call>{"name": "search", "arguments": {"q": "a"}</tool_call><|im_end|>`,
    [["yes", /a closing bracket is missing/]],
  ],
  [
    "F07: a value is missing before the call's end",
    `<tool_call>{"name": "search", "arguments": {"q": </tool_call><|im_end|>`,
    [["no", /cut off/]],
  ],
  [
    "F07: a key without its value is cut off",
    `<tool_call>{"name": "search", "arguments": {"q"</tool_call><|im_end|>`,
    [["no", /cut off/]],
  ],
  [
    "F08: a Python dict",
    "<tool_call>{'name': 'search', 'arguments': {'q': 'a', 'n': 1}}</tool_call><|im_end|>",
    [["yes", /Python literal/]],
  ],
  [
    "F08: a raw line break",
    '<tool_call>{"name": "search", "arguments": {"q": "a\nb"}}</tool_call><|im_end|>',
    [["yes", /raw line break/]],
  ],
  [
    "F08: a bracket is left over",
    `<tool_call>${inside}}</tool_call><|im_end|>`,
    [["yes", /bracket is left over/]],
  ],
  [
    "F08: a comma is left over",
    '<tool_call>{"name": "search", "arguments": {"q": "a",}}</tool_call><|im_end|>',
    [["yes", /comma is left over/]],
  ],
  [
    "F08: keys without quotes",
    '<tool_call>{name: "search", arguments: {q: "a"}}</tool_call><|im_end|>',
    [["yes", /keys have no quotes/]],
  ],
  [
    "F08: a code fence in the call",
    `<tool_call>\n\`\`\`json\n${inside}\n\`\`\`\n</tool_call><|im_end|>`,
    [["yes", /code fence/]],
  ],
  [
    "F08: text after the JSON",
    `<tool_call>${inside} Sure!</tool_call><|im_end|>`,
    [["yes", /other text follows/]],
  ],
  [
    "F08: two objects in a call",
    `<tool_call>${inside}\n${inside}</tool_call><|im_end|>`,
    [["yes", /several objects/]],
  ],
  [
    "F08: parameters for arguments",
    `<tool_call>{"name": "search", "parameters": ${args}}</tool_call><|im_end|>`,
    [["yes", /parameters for arguments/]],
  ],
  [
    "F08: arguments in a string",
    '<tool_call>{"name": "search", "arguments": "{\\"q\\": \\"a\\"}"}</tool_call><|im_end|>',
    [["yes", /are a string/]],
  ],
  [
    "F08: words are no call",
    "<tool_call>I will search for it.</tool_call><|im_end|>",
    [["no", /No call can be read/]],
  ],
  [
    "a broken call of another tool",
    `<tool_call>{"name": "find", "arguments": ${args}}<|im_end|>`,
    [["no", /^It names find, but no such tool was offered\.$/]],
  ],
  [
    "a broken call without a required argument",
    '<tool_call>{"name": "search", "arguments": {}}<|im_end|>',
    [["no", /do not fit the schema/]],
  ],
  [
    "a broken call with an argument of the wrong type",
    '<tool_call>{"name": "search", "arguments": {"q": 5}}<|im_end|>',
    [["no", /do not fit the schema: q must be string/]],
  ],
  [
    "without tools no call is accepted",
    `<tool_call>${inside}<|im_end|>`,
    [["no", /no tools were offered/]],
    "qwen3-hermes",
    { tools: [] },
  ],
  [
    "F24: tags in a JSON family",
    "<tool_call>\n<function=search>\n<parameter=q>\na\n</parameter>\n</function>\n</tool_call><|im_end|>",
    [["yes", /tags/]],
  ],
  [
    "F24: JSON in a tag family",
    `<tool_call>\n${inside}\n</tool_call><|im_end|>`,
    [["yes", /JSON/]],
    "qwen3-coder-xml",
  ],
  [
    "F24: another family's markers in the text",
    `[TOOL_CALLS][${inside}]<|im_end|>`,
    [["yes", /.*/]],
  ],
  [
    "F13: a closing tag of a parameter is missing",
    "<tool_call>\n<function=search>\n<parameter=q>\na\n</function>\n</tool_call><|im_end|>",
    [["yes", /forgiving parser reads its tags/]],
    "qwen3-coder-xml",
  ],
  ["F26: a call in plain text", `${inside}<|im_end|>`, [["yes", /whole/]]],
  [
    "F26: a call in a code fence is judged like any other",
    `Like this:\n\`\`\`json\n${inside}\n\`\`\`\n<|im_end|>`,
    [["yes", /whole/]],
  ],
  [
    "F17: a call with a broken header is whole",
    `<|channel|>commentary?? to=functions.search <|constrain|>json<|message|>${args}<|call|>`,
    [["yes", /whole/]],
    "gpt-oss-harmony",
    { before: "<|start|>assistant" },
  ],
  [
    "F08: Harmony's arguments can be repaired",
    "<|channel|>commentary to=functions.search <|constrain|>json<|message|>{'q': 'a'}<|call|>",
    [["yes", /Python literal/]],
    "gpt-oss-harmony",
    { before: "<|start|>assistant" },
  ],
  [
    "F17: a header without a call is no broken call",
    "<|channel|>commentary??<|message|>Hi<|end|>",
    [],
    "gpt-oss-harmony",
    { before: "<|start|>assistant" },
  ],
  [
    "F19: a run of markers is one broken call",
    "<tool_call>\n<tool_call>\n<tool_call>\n<tool_call>\n<|im_end|>",
    [["no", /Nothing was written/]],
  ],
  [
    "a call in a string of a broken one is none",
    '<tool_call>{"name": "save", "arguments": {"text": "<function=search><parameter=q>a</parameter></function><|im_end|>',
    [["no", /cut off/]],
  ],
  [
    "JSON in an argument of a broken one is none",
    `<tool_call>\n<function=save>\n<parameter=text>\n${inside}<|im_end|>`,
    [["no", /.*/]],
    "qwen3-coder-xml",
  ],
  [
    "a bracket too many after a name and a marker",
    `[TOOL_CALLS]search[ARGS]${args}}</s>`,
    [["yes", /bracket is left over/]],
    "mistral-args",
  ],
  [
    "two broken calls are two",
    `<tool_call>${inside}}</tool_call>\n<tool_call>{"name": "search"<|im_end|>`,
    [
      ["yes", /left over/],
      ["no", /cut off/],
    ],
  ],
];

for (const [sentence, body, expected, id = "qwen3-hermes", options = {}] of rows)
  test(`reading again: ${sentence}`, () => {
    const family = familyById(id);
    assert.ok(family);
    const { recoveries, breaks } = parse(body, { family, tools, ...options });
    const told = JSON.stringify({ recoveries, breaks }, null, 1);
    assert.deepEqual(
      recoveries.map(({ recoverable }) => recoverable),
      expected.map(([recoverable]) => recoverable),
      told,
    );
    for (const [index, [recoverable, how]] of expected.entries()) {
      const recovery = recoveries[index];
      assert.match(recovery?.how ?? "", how, told);
      if (recoverable === "yes") assert.equal(recovery?.name, "search");
    }
  });

test("tools that nobody knows leave a broken call open", () => {
  const { recoveries } = parse(`<tool_call>${inside}<|im_end|>`);
  assert.equal(recoveries[0]?.recoverable, "unknown");
  assert.match(recoveries[0]?.how ?? "", /does not say which tools/);
});

test("a recovered call has the arguments that its tool would get", () => {
  const { recoveries } = parse(
    "<tool_call>\n<function=search>\n<parameter=q>\n42\n</parameter>\n<parameter=n>\n7\n</parameter>\n</function>\n</tool_call><|im_end|>",
    { tools },
  );
  assert.deepEqual(recoveries[0]?.arguments, { q: "42", n: 7 });
});

test("hostile calls are given up, not repaired for ever", () => {
  const nests = ["[", "{", '{"a":', "'", "<parameter=a>", "{'a': ["];
  for (const nest of nests) {
    const { recoveries } = parse(`<tool_call>${nest.repeat(20_000)}</tool_call><|im_end|>`, {
      tools,
    });
    assert.deepEqual(
      recoveries.map(({ recoverable }) => recoverable),
      ["no"],
      nest,
    );
  }
});

test("arguments that are too much for a schema to check are not called recoverable", () => {
  const $defs = {
    n: { anyOf: [{ items: { $ref: "#/$defs/n" } }, { items: { $ref: "#/$defs/n" } }] },
  };
  const parameters = { properties: { q: { $ref: "#/$defs/n", type: "array" } }, $defs };
  const n = { ...$defs.n, type: "array" };
  const nested = `${"[".repeat(60)}1${"]".repeat(60)}`;
  const body = `<tool_call>{"name": "search", "arguments": {"q": ${nested}}}<|im_end|>`;
  const { recoveries } = parse(body, {
    tools: [{ name: "search", parameters: { ...parameters, $defs: { n } } }],
  });
  assert.equal(recoveries[0]?.recoverable, "unknown");
  assert.match(recoveries[0].how, /too much to be checked/);
});

const rates: readonly (readonly [number, number, number, string | null])[] = [
  [0, 0, 0, null],
  [17, 3, 0, "17 of 20 broken calls are recoverable: the skill is there, the format is not."],
  [1, 0, 0, "The broken call is recoverable: the skill is there, the format is not."],
  [0, 1, 0, "The broken call is not recoverable."],
  [2, 2, 0, "2 of 4 broken calls are recoverable."],
  [0, 4, 0, "None of 4 broken calls is recoverable."],
  [1, 4, 0, "1 of 5 broken calls is recoverable: more is lost than the format."],
  [
    3,
    1,
    2,
    "3 of 6 broken calls are recoverable (2 cannot be judged): the skill is there, the format is not.",
  ],
  [0, 0, 2, "2 calls are broken; they cannot be judged without the tools' declarations."],
];

for (const [recoverable, unrecoverable, unknown, sentence] of rates)
  test(`the rate ${String([recoverable, unrecoverable, unknown])} has a sentence`, () => {
    const broken = recoverable + unrecoverable + unknown;
    assert.equal(describeRate({ broken, recoverable, unrecoverable, unknown }), sentence);
  });

test("rates of turns and files add up", () => {
  const one = recoverableRate([parse(`<tool_call>${inside}<|im_end|>`, { tools })]);
  const two = recoverableRate([parse("<tool_call><|im_end|>", { tools })]);
  assert.deepEqual(sumRates([one, two]), {
    broken: 2,
    recoverable: 1,
    unrecoverable: 1,
    unknown: 0,
  });
});
