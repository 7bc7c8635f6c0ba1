import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { analyse } from "../../src/core/analysis/analyse.ts";
import type { Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import type { Body, Message } from "../../src/core/trajectory/trajectory.ts";
import { alignRecorded, buildTranscript, tokenize } from "../../src/core/transcript/build.ts";
import type { Transcript } from "../../src/core/transcript/transcript.ts";
import { bundledTokenizer } from "../support/masked.ts";
import {
  call,
  faultOf,
  mapped,
  message,
  piece,
  showTurns,
  trajectory,
  written,
} from "../support/transcripts.ts";

const tokenizer = bundledTokenizer();
const prompt = "<|im_start|>user\nHow much?<|im_end|>\n<|im_start|>assistant\n";

const raw = [
  "<think>",
  "\nLook",
  ".\n</think>",
  "\n\n",
  "<tool_call>",
  '\n{"name": "f", ',
  '"arguments": {"a": 1}}',
  "\n</tool_call>",
];
const parsed: Partial<Message> = {
  reasoning: mapped("Look."),
  calls: [call("f", { a: 1 })],
};

test("what the file spells token by token stands in the place of what its parsed message would be rendered to", () => {
  const messages = [
    message("user", "Q"),
    message("assistant", null, { ...parsed, written: written(raw) }),
    message("tool", "37"),
    message("assistant", "It is.", { written: written(["It", " is", "."]) }),
  ];
  const { value } = build({ kind: "messages", messages }, null);
  assert.deepEqual(showTurns(value), [
    "user «user⏎|Q|»⏎",
    'assistant* «assistant⏎|<think>⏎Look.⏎</think>⏎⏎<c>⏎{"name": "f", "arguments": {"a": 1}}⏎</c>|»⏎',
    "tool «user⏎|<r>⏎37⏎</r>|»⏎",
    "assistant* «assistant⏎|It is.|»⏎",
  ]);
  assert.equal(faultOf(value.text, value.turns), null);
  const { tokens, shown } = tokensOf(value, null);
  assert.equal(tokens.origin, "written");
  assert.deepEqual(
    shown.slice(shown.indexOf("<think>"), shown.indexOf("<think>") + raw.length),
    raw,
  );
  assert.deepEqual(recordedTokens(value, null), [...raw, "It", " is", "."]);
});

test("a chat template that trims or drops thinking leaves what was written as it was", () => {
  const template =
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ (m.content or '').split('</think>')[-1] | trim }}<|im_end|>\n{% endfor %}";
  const own = ["<think>", "\nLook.\n", "</think>", "\n\n", "It is. ", "\n"];
  const messages = [
    message("user", "Q"),
    message("assistant", "It is.", { reasoning: mapped("Look."), written: written(own) }),
    message("user", "And?"),
    message("assistant", "Yes."),
  ];
  const { value, problems } = buildTranscript(trajectory({ kind: "messages", messages }), {
    tokenizer: null,
    chatTemplate: template,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(showTurns(value), [
    "user «user⏎|Q|»⏎",
    "assistant* «assistant⏎|<think>⏎Look.⏎</think>⏎⏎It is. ⏎|»⏎",
    "user «user⏎|And?|»⏎",
    "assistant* «assistant⏎|Yes.|»⏎",
  ]);
  assert.deepEqual(recordedTokens(value, null), own);
});

test("tokens of a raw text are laid over it", () => {
  const pieces = [
    piece("environment", prompt),
    { ...piece("policy", "Hi there<|im_end|>"), written: written(["Hi", " there", "<|im_end|>"]) },
  ];
  const { value } = build({ kind: "wire", pieces }, null);
  assert.equal(value.origin, "raw");
  assert.deepEqual(recordedTokens(value, null), ["Hi", " there", "<|im_end|>"]);
});

test("the turn end that the policy wrote itself stands once, in its own body", () => {
  const messages = [message("assistant", "Hi", { written: written(["Hi", "<|im_end|>"]) })];
  const { value } = build({ kind: "messages", messages }, null);
  assert.deepEqual(showTurns(value), ["assistant* «assistant⏎|Hi»|⏎"]);
});

test("thinking that the prompt opened is not in the tokens, and its close is no stray one", () => {
  const messages = [message("assistant", "Hi", { written: written(["So.", "</think>", "Hi"]) })];
  const { value } = build({ kind: "messages", messages }, null);
  assert.deepEqual(showTurns(value), ["assistant*+think «assistant⏎|So.</think>Hi|»⏎"]);
});

test("an API that lists the tokens of the content alone leaves the call as it was parsed", () => {
  const messages = [
    message("assistant", "Look.", { calls: [call("f", {})], written: written(["Look", "."]) }),
  ];
  const { value } = build({ kind: "messages", messages }, null);
  assert.deepEqual(showTurns(value), [
    'assistant* «assistant⏎|Look.⏎<c>⏎{"name": "f", "arguments": {}}⏎</c>|»⏎',
  ]);
  assert.deepEqual(recordedTokens(value, null), ["Look", "."]);
});

test("a tokenizer gives the ids of what was written; of another model's the file's tokens stay, without ids", () => {
  const text = "It is 37 <tool_call>";
  const { ids, start, end } = tokenizer.encode(text);
  const own = [...ids].map((_id, token) => text.slice(start[token], end[token]));
  for (const [pieces, known] of [
    [own, true],
    [["It is 37 ", "<tool_call>"], false],
  ] as const) {
    const messages = [message("assistant", text, { written: written(pieces) })];
    const { value } = build({ kind: "messages", messages });
    const { tokens } = tokensOf(value, tokenizer);
    assert.equal(tokens.origin, "written");
    assert.equal(tokens.ids.includes(-1), !known);
    assert.deepEqual(recordedTokens(value, tokenizer), pieces);
  }
});

test("where a tokenizer lacks but a few of the tokens all of the text is encoded, and values stay where borders agree", () => {
  const words = Array.from({ length: 30 }, () => [" I", "t", " is"]).flat();
  const text = words.join("");
  const { ids, start, end } = tokenizer.encode(text);
  const own = [...ids].map((_id, token) => text.slice(start[token], end[token]));
  const odd = [own.slice(0, 2).join(""), ...own.slice(2)];
  const messages = [message("assistant", text, { written: written(odd) })];
  const { value } = build({ kind: "messages", messages });
  const { tokens } = tokensOf(value, tokenizer);
  assert.ok(!tokens.ids.includes(-1));
  const known = tokenizer.encode(odd[0] ?? "").ids.length === 1;
  assert.deepEqual(recordedTokens(value, tokenizer), known ? odd : odd.slice(1));
});

test("recorded log-probabilities of written tokens give breaks their probability without a tokenizer", () => {
  const pieces = ["<tool_call>", '\n{"name": "f", "arguments": {}}', "<tool_call>", "</tool_call>"];
  const messages = [message("user", "Q"), message("assistant", null, { written: written(pieces) })];
  const analysis = analyse(trajectory({ kind: "messages", messages }), {
    tokenizer: null,
    chatTemplate: null,
    family: "detect",
  });
  const broken = analysis.findings.find(({ kind }) => kind === "break");
  assert.ok(broken);
  assert.equal(broken.origin, "recorded");
});

test("any written tokens give turns that tile, and values where borders agree", () => {
  const pieces = fc.array(
    fc.constantFrom("a", " b", "\n", "<tool_call>", "</think>", "<|im_end|>", "", "é"),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 4 }), fc.boolean(), (list, known) => {
      const messages = list.flatMap((own) => [
        message("user", "Q"),
        message("assistant", own.join(""), { written: written(own) }),
      ]);
      const given = known ? tokenizer : null;
      const { value } = build({ kind: "messages", messages }, given);
      assert.equal(faultOf(value.text, value.turns), null);
      assert.equal(value.map.length, value.text.length);
      for (const own of list) assert.ok(value.text.includes(own.join("")));
      const { tokens } = tokensOf(value, given);
      for (const { values } of alignRecorded(value, tokens).recorded)
        assert.equal(values.length, tokens.ids.length);
    }),
  );
});

function build(body: Body, given: Tokenizer | null = tokenizer) {
  return buildTranscript(trajectory(body), { tokenizer: given, chatTemplate: null });
}

function tokensOf(transcript: Transcript, given: Tokenizer | null) {
  const tokens = tokenize(transcript, given, ["<tool_call>", "</tool_call>"]);
  const shown = [...tokens.ids].map((_id, at) =>
    transcript.text.slice(tokens.start[at], tokens.end[at]),
  );
  return { tokens, shown };
}

/** The tokens that have a recorded value. */
function recordedTokens(transcript: Transcript, given: Tokenizer | null): readonly string[] {
  const { tokens, shown } = tokensOf(transcript, given);
  const [channel] = alignRecorded(transcript, tokens).recorded;
  return shown.filter((_text, token) => !Number.isNaN(channel?.values[token] ?? Number.NaN));
}
