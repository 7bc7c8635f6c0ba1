import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { auditTrajectory } from "../../src/core/findings/trajectory-rules/index.ts";
import { canonical } from "../../src/core/text/canonical.ts";
import { familyById } from "../../src/core/grammar/families.ts";
import type { MessageCall } from "../../src/core/trajectory/trajectory.ts";
import { call as messageCall, message } from "../support/transcripts.ts";
import { analyseIds, analyseMessages, analyseWire, wordTokenizer } from "../support/wire.ts";
import { call } from "../support/turns.ts";

type Told = readonly string[];

/** Rules with the text they stand at. */
function told(analysis: ReturnType<typeof analyseWire>): Told {
  return analysis.audits.map(
    ({ rule, start, end }) => `${rule} ${analysis.transcript.text.slice(start, end)}`,
  );
}

const user = (text: string): string => `<|im_start|>user\n${text}<|im_end|>\n`;
const policy = (text: string): string => `<|im_start|>assistant\n${text}<|im_end|>\n`;
const result = (...texts: readonly string[]): string =>
  user(texts.map((text) => `<tool_response>\n${text}\n</tool_response>`).join("\n"));
const hi = user("Hi");
const answer = policy("Done.");
const look = call("look", '{"a": 1, "b": 2}');

const rollouts: readonly (readonly [sentence: string, text: string, expected: Told])[] = [
  // F21
  [
    "three equal calls",
    `${hi}${`${policy(look)}${result("no")}`.repeat(3)}${answer}`,
    [`F21 ${look}`],
  ],
  [
    "five equal calls are told once",
    `${hi}${`${policy(look)}${result("no")}`.repeat(5)}${answer}`,
    [`F21 ${look}`],
  ],
  [
    "words before the calls make them no others",
    `${hi}${["I look.", "Again.", "Once more."].map((text) => `${policy(`${text}\n${look}`)}${result("no")}`).join("")}${answer}`,
    [`F21 ${look}`],
  ],
  [
    "the order of arguments does not matter",
    `${hi}${[look, call("look", '{"b": 2, "a": 1}'), look].map((text) => `${policy(text)}${result("no")}`).join("")}${answer}`,
    [`F21 ${look}`],
  ],
  ["two are no loop", `${hi}${`${policy(look)}${result("no")}`.repeat(2)}${answer}`, []],
  [
    "calls whose results differ are polling",
    `${hi}${["1 %", "50 %", "99 %"].map((text) => `${policy(look)}${result(text)}`).join("")}${answer}`,
    [],
  ],
  [
    "another call between them",
    `${hi}${[look, look, call("other"), look, look].map((text) => `${policy(text)}${result("no")}`).join("")}${answer}`,
    [],
  ],
  [
    "other arguments",
    `${hi}${[1, 2, 3, 4].map((page) => `${policy(call("look", `{"page": ${String(page)}}`))}${result("no")}`).join("")}${answer}`,
    [],
  ],
  [
    "the last call has no result yet",
    `${hi}${policy(look)}${result("no")}${policy(look)}${result("no")}${policy(look)}`,
    [],
  ],
  // F25
  [
    "a marker in an argument",
    `${hi}${policy(call("write", '{"text": "end with </tool_call>"}'))}${result("ok")}${answer}`,
    ["F25 </tool_call>"],
  ],
  [
    "a marker in a result",
    `${hi}${policy(look)}${result("see <tool_call> here")}${answer}`,
    ["F25 <tool_call>"],
  ],
  [
    "a marker in what the user says later",
    `${hi}${answer}${user("And <think>?")}${answer}`,
    ["F25 <think>"],
  ],
  [
    "several in a turn are one remark",
    `${hi}${policy(look)}${result("<think> </think> <tool_call>")}${answer}`,
    ["F25 <think>"],
  ],
  [
    "a prompt that shows how to call",
    `${user("Call with <tool_call>{}</tool_call>.")}${policy(look)}${result("ok")}${answer}`,
    [],
  ],
  [
    "the system's prompt",
    `<|im_start|>system\nWrite <tool_call></tool_call>.<|im_end|>\n${hi}${answer}`,
    [],
  ],
  [
    "results have their own markers",
    `${hi}${policy(`${look}\n${call("b")}`)}${result("1", "2")}${answer}`,
    [],
  ],
  // F28
  ["more results than calls", `${hi}${policy(look)}${result("1", "2")}${answer}`, ["F28 \n2\n"]],
  ["as many as calls", `${hi}${policy(`${look}\n${call("b")}`)}${result("1", "2")}${answer}`, []],
  ["fewer than calls", `${hi}${policy(`${look}\n${call("b")}`)}${result("1")}${answer}`, []],
  [
    "an answer to a broken call",
    `${hi}${policy(`<tool_call>\n{"name": "x"\n</tool_call>\n${look}`)}${result("error", "1")}${answer}`,
    [],
  ],
];
for (const [sentence, text, expected] of rollouts) {
  test(`of a rollout: ${sentence}`, () => {
    assert.deepEqual(told(analyseWire(text)), expected);
  });
}

const kimi = familyById("kimi-k2");
const kimiCall = (id: string): string =>
  `<|im_assistant|>assistant<|im_middle|><|tool_calls_section_begin|><|tool_call_begin|>${id}<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|><|im_end|>`;
const kimiResult = (id: string): string =>
  `<|im_system|>tool<|im_middle|>## Return of ${id}\nok<|im_end|>`;
const kimiHi = "<|im_user|>user<|im_middle|>Hi<|im_end|>";

const numbered: readonly (readonly [sentence: string, text: string, expected: Told])[] = [
  [
    "numbers that go up",
    ["functions.a:0", "functions.b:1"].map((id) => kimiCall(id) + kimiResult(id)).join(""),
    [],
  ],
  [
    "a number that comes again",
    ["functions.a:0", "functions.a:0"].map((id) => kimiCall(id) + kimiResult(id)).join(""),
    ["F28 functions.a:0"],
  ],
  [
    "a result of another call",
    kimiCall("functions.a:0") + kimiResult("functions.a:7"),
    ["F28 functions.a:7"],
  ],
];
for (const [sentence, text, expected] of numbered) {
  test(`of Kimi's ids: ${sentence}`, () => {
    assert.ok(kimi);
    const analysis = analyseWire(kimiHi + text, { family: kimi, specialTokens: "kept" });
    assert.deepEqual(told(analysis), expected);
  });
}

const withId = (id: string, name = "look"): MessageCall => ({ ...messageCall(name, {}), id });
const asks = (...calls: readonly MessageCall[]): ReturnType<typeof message> =>
  message("assistant", "I look.", { calls });
const replies = (
  callId: string | null,
  toolName: string | null = null,
): ReturnType<typeof message> => message("tool", "ok", { callId, toolName });

const dialogues: readonly (readonly [
  sentence: string,
  messages: readonly ReturnType<typeof message>[],
  expected: readonly string[],
])[] = [
  ["answers in order", [asks(withId("1"), withId("2")), replies("1"), replies("2")], []],
  ["answers in another order", [asks(withId("1"), withId("2")), replies("2"), replies("1")], ["2"]],
  ["an answer to no call", [asks(withId("1")), replies("9")], ["9"]],
  ["two answers to one call", [asks(withId("1")), replies("1"), replies("1")], ["1"]],
  [
    "a call without an answer",
    [asks(withId("1"), withId("2")), replies("1"), asks(withId("3")), replies("3")],
    [],
  ],
  [
    "an answer that comes late",
    [asks(withId("1")), asks(withId("2")), replies("1"), replies("2")],
    [],
  ],
  [
    "ids that begin anew in each turn",
    [asks(withId("1")), replies("1"), asks(withId("1")), replies("1")],
    [],
  ],
  [
    "a call that nobody answered before the user spoke again is not waited for",
    [asks(withId("1")), message("user", "Again."), asks(withId("2")), replies("2")],
    [],
  ],
  [
    "a simulated user's call is answered as well",
    [message("user", "", { calls: [withId("u")] }), replies("u"), asks(withId("1")), replies("1")],
    [],
  ],
  ["no ids and as many answers", [asks(messageCall("a", {})), replies(null)], []],
  [
    "names in another order",
    [
      asks({ ...withId("x", "a"), id: null }, { ...withId("y", "b"), id: null }),
      replies(null, "b"),
      replies(null, "a"),
    ],
    ["b"],
  ],
  [
    "a name that no call has is the environment's",
    [asks({ ...withId("x", "a"), id: null }), replies(null, "shell")],
    [],
  ],
];
for (const [sentence, messages, expected] of dialogues) {
  test(`of answers: ${sentence}`, () => {
    const { audits } = analyseMessages([
      message("user", "Hi"),
      ...messages,
      message("assistant", "Done."),
    ]);
    assert.deepEqual(
      audits.filter(({ rule }) => rule === "F28").map(({ came }) => came),
      expected,
    );
  });
}

test("Mistral's template wants ids of nine letters or digits", () => {
  const family = familyById("mistral");
  assert.ok(family);
  const rules = (id: string): readonly string[] =>
    analyseMessages([message("user", "Hi"), asks(withId(id)), replies(id)], { family }).audits.map(
      ({ rule }) => rule,
    );
  assert.deepEqual(rules("a1B2c3D4e"), []);
  assert.deepEqual(rules("call_1"), ["F28"]);
});

test("ids that are those of their text are no mismatch", () => {
  assert.deepEqual(told(analyseIds(["It", " is", " sunny", "."])), []);
});

test("ids that spell the text otherwise are told at the first that differs", () => {
  assert.deepEqual(told(analyseIds(["It", " is", " su", "nny", "."])), ["F27  su"]);
});

test("a marker in pieces in the policy's own turn is a broken marker and nothing else", () => {
  const { findings } = analyseIds(["It", " is", ".", "<", "/tool", "_call", ">"]);
  assert.ok(findings.some(({ rule }) => rule === "F06"));
  assert.ok(findings.every(({ rule }) => rule !== "F27"));
});

test("a text without ids is never compared", () => {
  const analysis = analyseWire(`${hi}${answer}`, { tokenizer: wordTokenizer() });
  assert.deepEqual(told(analysis), []);
});

const stripped = `user\nHi\nassistant\n${look}\nuser\n<tool_response>\n1\n</tool_response>\nassistant\nDone.\n`;
test("a log without turn ends but with calls was stripped, and is told so once", () => {
  const { audits, structures } = analyseWire(stripped);
  assert.deepEqual(
    audits.map(({ rule, severity, turn }) => [rule, severity, turn]),
    [["F29", "info", 1]],
  );
  assert.ok(structures.every(({ breaks }) => breaks.length === 0));
});

test("a log that keeps its turn ends, or has no marker at all, was not", () => {
  assert.deepEqual(told(analyseWire(`${hi}${policy(look)}${result("1")}${answer}`)), []);
  assert.deepEqual(told(analyseWire("user\nHi\nassistant\nHello.\n")), []);
});

test("audits leave every turn's state as it is", () => {
  const text = `${hi}${`${policy(look)}${result("<think>")}`.repeat(4)}${answer}`;
  const { audits, structures } = analyseWire(text);
  assert.deepEqual(
    audits.map(({ rule }) => rule),
    ["F25", "F25", "F21", "F25", "F25"],
  );
  assert.deepEqual(
    structures.map(({ state }) => state),
    [...Array<string>(4).fill("healthy-call"), "healthy-response"],
  );
});

test("every audit is a finding with its place, what was due and a sentence", () => {
  const analysis = analyseWire(rollouts.map(([, text]) => text).join(""));
  const audits = analysis.findings.filter(({ kind }) => kind === "audit");
  assert.equal(audits.length, analysis.audits.length);
  for (const { start, end, message: sentence } of audits) {
    assert.ok(start < end && end <= analysis.transcript.text.length);
    assert.match(sentence, /\.$/);
  }
  for (const { expected, came, state } of analysis.audits)
    assert.ok(expected !== "" && came !== "" && state !== "");
});

test("a rollout of two thousand turns is looked through in one pass", () => {
  const text = hi + `${policy(look)}${result("no </tool_call> <think>")}`.repeat(2_000);
  const { audits } = analyseWire(text);
  assert.ok(audits.length < 100);
  assert.ok(audits.some(({ rule }) => rule === "F21"));
});

test("equal arguments are one canonical text, whatever their order", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      assert.equal(canonical(turned), canonical(value));
      assert.deepEqual(JSON.parse(canonical(value) ?? ""), JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 100 },
  );
});

test("no text of any shape makes an audit throw, and none lies outside it", () => {
  const odd = fc.constantFrom(
    hi,
    answer,
    policy(look),
    result("x"),
    result(),
    "<tool_call>",
    "## Return of ",
    '"call_id": "a"',
    "<|im_start|>",
    "\n",
    "x",
  );
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 20 }), (pieces) => {
      const analysis = analyseWire(pieces.join(""));
      for (const { start, end } of auditTrajectory({ ...analysis, tokenizer: null }))
        assert.ok(start >= 0 && start <= end && end <= analysis.transcript.text.length);
    }),
    { numRuns: 100 },
  );
});
