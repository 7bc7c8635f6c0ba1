import assert from "node:assert/strict";
import { test } from "node:test";
import type { RuleId } from "../../src/core/grammar/rule-id.ts";
import { qwen3Hermes } from "../../src/core/grammar/families.ts";
import type { TurnState } from "../../src/core/grammar/structure.ts";
import { familyOf } from "../support/grammar/judge.ts";
import { parse, type TurnOptions } from "../support/turns.ts";

const tools = ["search", "get_weather"].map((name) => ({
  name,
  parameters: {
    type: "object",
    properties: { query: { type: "string" }, city: { type: "string" } },
  },
}));

/** A turn of a family, `¦` before each offending token, its state and the rules told there in order. */
interface HardCase {
  readonly family: string;
  readonly marked: string;
  readonly state: TurnState;
  readonly rules?: readonly RuleId[];
  readonly options?: TurnOptions;
  /** Names of the calls read. */
  readonly calls?: readonly string[];
}

/** Asserts the first break and that nothing is told before it; what follows from it may be told behind it. */
function hard(title: string, cases: readonly HardCase[]): void {
  for (const { family, marked, state, rules = [], options = {}, calls } of cases)
    test(`${title}: ${family}`, () => {
      const pieces = marked.split("¦");
      const structure = parse(pieces.join(""), { family: familyOf(family), tools, ...options });
      const found = structure.breaks.map(({ rule, start }) => `${rule}@${String(start)}`);
      const expected = rules.map((rule, index) => {
        const start = pieces.slice(0, index + 1).join("").length;
        return `${rule}@${String(start)}`;
      });
      assert.deepEqual(found, expected, JSON.stringify(structure.breaks, null, 1));
      assert.equal(structure.state, state);
      if (calls)
        assert.deepEqual(
          structure.calls.map(({ name }) => name?.text),
          calls,
        );
    });
}

hard("a literal </tool_call> inside a JSON string is data", [
  {
    family: "qwen3-hermes",
    marked:
      '<tool_call>\n{"name": "search", "arguments": {"query": "ends with </tool_call>"}}\n</tool_call><|im_end|>',
    state: "healthy-call",
    calls: ["search"],
  },
  {
    family: "granite4",
    marked:
      '<tool_call>{"name": "search", "arguments": {"query": "</tool_call>\\n<tool_call>"}}</tool_call><|end_of_text|>',
    state: "healthy-call",
    options: { thinkingOpen: false },
    calls: ["search"],
  },
  {
    family: "mistral-args",
    marked: '[TOOL_CALLS]search[ARGS]{"query": "[TOOL_CALLS]get_weather[ARGS]{}"}</s>',
    state: "healthy-call",
    calls: ["search"],
  },
  {
    family: "jamba",
    marked:
      '<tool_calls>[{"name": "search", "arguments": {"query": "</tool_calls>"}}]</tool_calls><|eom|>',
    state: "healthy-call",
    calls: ["search"],
  },
  {
    family: "gpt-oss-harmony",
    marked:
      '<|channel|>commentary to=functions.search <|constrain|>json<|message|>{"query": "<|call|> and <|end|>"}<|call|>',
    state: "healthy-call",
    calls: ["search"],
  },
  {
    family: "lfm2",
    marked: '<|tool_call_start|>[search(query="<|tool_call_end|>")]<|tool_call_end|><|im_end|>',
    state: "healthy-call",
    calls: ["search"],
  },
]);

hard("two JSON objects in one tag are two calls in one", [
  {
    family: "qwen3-hermes",
    marked:
      '<tool_call>\n{"name": "search", "arguments": {"query": "a"}}\n¦{"name": "search", "arguments": {"query": "b"}}\n</tool_call><|im_end|>',
    state: "polluted",
    rules: ["F08"],
  },
  {
    family: "internlm2",
    marked:
      '<|action_start|><|plugin|>\n{"name": "search", "parameters": {"query": "a"}}¦{"name": "search", "parameters": {"query": "b"}}<|action_end|><|im_end|>',
    state: "polluted",
    rules: ["F08"],
  },
]);

hard("repeated end tokens are a run of control tokens", [
  {
    family: "qwen3-hermes",
    marked: "Done.<|im_end|>¦<|im_end|><|im_end|><|im_end|>",
    state: "collapsed",
    rules: ["F19"],
  },
  { family: "mistral", marked: "Done.</s>¦</s></s></s>", state: "collapsed", rules: ["F19"] },
  {
    family: "llama3.1-json",
    marked: "Done.<|eot_id|>¦<|eot_id|><|eot_id|><|eot_id|>",
    state: "collapsed",
    rules: ["F19"],
  },
  {
    family: "gemma4",
    marked: "Done.<turn|>¦<turn|><turn|><turn|>",
    state: "collapsed",
    rules: ["F19"],
  },
]);

hard("<function= without <tool_call> has lost its opener", [
  {
    family: "qwen3-coder-xml",
    marked:
      "Let me look.\n\n¦<function=search>\n<parameter=query>\na\n</parameter>\n</function>\n</tool_call><|im_end|>",
    state: "polluted",
    rules: ["F05"],
  },
  {
    family: "seed-oss",
    marked:
      "Let me look.\n¦<function=search>\n<parameter=query>a</parameter>\n</function>\n</seed:tool_call><seed:eos>",
    state: "polluted",
    rules: ["F05"],
  },
  {
    family: "qwen3-hermes",
    marked:
      "Let me look.\n\n¦<function=search>\n<parameter=query>\na\n</parameter>\n</function>\n</tool_call><|im_end|>",
    state: "polluted",
    rules: ["F05"],
  },
]);

hard("a GLM turn ends at the next role", [
  { family: "glm-4.5", marked: "It rains in Oslo.<|user|>", state: "healthy-response" },
  {
    family: "glm-4.5",
    marked:
      "<tool_call>search\n<arg_key>query</arg_key>\n<arg_value>a</arg_value>\n</tool_call><|observation|>",
    state: "healthy-call",
    calls: ["search"],
  },
  {
    family: "glm-4.5",
    marked: "<tool_call>search</tool_call><|observation|>",
    state: "healthy-call",
    calls: ["search"],
  },
  { family: "glm-4.5", marked: "It rains in Oslo¦.", state: "polluted", rules: ["F22"] },
]);

hard("a Harmony header holds a role, a channel, a recipient and a type, and nothing else", [
  {
    family: "gpt-oss-harmony",
    marked:
      '<|channel|>commentary ¦we need to=functions.search <|constrain|>json<|message|>{"query": "a"}<|call|>',
    state: "polluted",
    rules: ["F17"],
  },
  {
    family: "gpt-oss-harmony",
    marked: "<|channel|>analysis¦<|channel|>final<|message|>It rains.<|return|>",
    state: "polluted",
    rules: ["F17"],
  },
  {
    family: "gpt-oss-harmony",
    marked: "<|channel|>¦thoughts<|message|>It rains.<|return|>",
    state: "polluted",
    rules: ["F17"],
  },
]);

hard("a call that opens before thinking is closed is told, and read", [
  {
    family: "qwen3-hermes",
    marked:
      '<think>\nI look it up.\n¦<tool_call>\n{"name": "search", "arguments": {"query": "a"}}\n</tool_call><|im_end|>',
    state: "healthy-call",
    rules: ["F15"],
    calls: ["search"],
  },
  {
    family: "kimi-k2",
    marked:
      '<think>I look it up.¦<|tool_calls_section_begin|><|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>{"query": "a"}<|tool_call_end|><|tool_calls_section_end|><|im_end|>',
    state: "healthy-call",
    rules: ["F15"],
    calls: ["search"],
  },
  {
    family: "qwen3-coder-xml",
    marked:
      "I look it up.\n¦<tool_call>\n<function=search>\n<parameter=query>\na\n</parameter>\n</function>\n</tool_call><|im_end|>",
    state: "healthy-call",
    rules: ["F15"],
    calls: ["search"],
    options: { thinkingOpen: true },
  },
]);

hard(
  "where special tokens were stripped a missing end is no news, and a call without its marker is",
  [
    {
      family: "qwen3-hermes",
      marked: "It rains in Oslo.",
      state: "healthy-response",
      options: { turnEndsAreReal: false },
    },
    {
      family: "qwen3-hermes",
      marked: '<tool_call>\n{"name": "search", "arguments": {"query": "a"}}\n</tool_call>',
      state: "healthy-call",
      options: { turnEndsAreReal: false },
      calls: ["search"],
    },
    {
      family: "mistral",
      marked: '¦[{"name": "search", "arguments": {"query": "a"}, "id": "abcDEF123"}]',
      state: "polluted",
      rules: ["F26"],
      options: { turnEndsAreReal: false },
    },
    {
      family: "sarashina",
      marked: "¦[{'name': 'search', 'arguments': {'query': 'a'}}]",
      state: "polluted",
      rules: ["F26"],
      options: { turnEndsAreReal: false },
    },
  ],
);

hard("a Mistral call has no end marker and needs none", [
  {
    family: "mistral",
    marked:
      '[TOOL_CALLS] [{"name": "search", "arguments": {"query": "]}"}, "id": "abcDEF123"}]</s>',
    state: "healthy-call",
    calls: ["search"],
  },
  {
    family: "mistral-args",
    marked:
      '[TOOL_CALLS]search[ARGS]{"query": "a"}[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo"}</s>',
    state: "healthy-call",
    calls: ["search", "get_weather"],
  },
  {
    family: "mistral-args",
    marked: '[TOOL_CALLS]search[ARGS]{"query": "a"¦</s>',
    state: "polluted",
    rules: ["F03"],
  },
  { family: "mistral", marked: "[TOOL_CALLS]¦</s>", state: "collapsed", rules: ["F03"] },
]);

const unknownTool: readonly (readonly [family: string, marked: string])[] = [
  [
    "qwen3-hermes",
    '<tool_call>\n{"name": "¦get_wether", "arguments": {"city": "Oslo"}}\n</tool_call><|im_end|>',
  ],
  [
    "qwen3-coder-xml",
    "<tool_call>\n<function=¦get_wether>\n<parameter=city>\nOslo\n</parameter>\n</function>\n</tool_call><|im_end|>",
  ],
  [
    "glm-4.5",
    "<tool_call>¦get_wether\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n</tool_call><|observation|>",
  ],
  [
    "gpt-oss-harmony",
    '<|channel|>commentary to=functions.¦get_wether <|constrain|>json<|message|>{"city": "Oslo"}<|call|>',
  ],
  ["llama-pythonic", '[¦get_wether(city="Oslo")]<|eot|>'],
  ["gemma4", '<|tool_call>call:¦get_wether{city:<|"|>Oslo<|"|>}<tool_call|><turn|>'],
];

hard(
  "the name of a tool that does not exist is told where it stands",
  unknownTool.map(([family, marked]) => ({
    family,
    marked,
    state: "healthy-call",
    rules: ["F11"],
    calls: ["get_wether"],
  })),
);

test("the nearest declared tool is suggested for one that does not exist", () => {
  const body =
    '<tool_call>\n{"name": "get_wether", "arguments": {"city": "Oslo"}}\n</tool_call><|im_end|>';
  const [found] = parse(body, { family: qwen3Hermes, tools }).breaks;
  assert.equal(found?.expected, "get_weather");
});
