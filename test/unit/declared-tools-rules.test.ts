import assert from "node:assert/strict";
import test from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../src/core/analysis/analysis.ts";
import { families, familyById } from "../../src/core/grammar/families.ts";
import type { Family } from "../../src/core/grammar/family.ts";
import { dumped, type Said } from "../support/conversations.ts";
import { declaringConversation } from "../support/tool-declarations.ts";
import { piece, trajectory } from "../support/transcripts.ts";
import { analyseIds, analyseWire } from "../support/wire.ts";

/** Families of which no way of declaring tools is known, and why that is no fault. */
const undeclared: ReadonlyMap<string, string> = new Map([
  ["search-r1", "its tool is its tag"],
  ["inkling", "no template of it was seen"],
]);

/** Names only: what is required stands in words. */
const withoutSchema: ReadonlySet<string> = new Set(["react"]);

const declaring = families.filter((family) => declaringConversation(family) !== null);

test("every family's way of declaring tools is known, or why it is not", () => {
  const missing = families.filter((family) => !declaring.includes(family)).map(({ id }) => id);
  assert.deepEqual(missing.toSorted(), [...undeclared.keys()].toSorted());
});

for (const family of declaring) {
  const conversation = declaringConversation(family) ?? [];

  test(`${family.id}: a dump's prompt declares its tools, and a healthy rollout has no finding of them`, () => {
    const analysis = analysed(family, conversation);
    const { tools } = analysis.trajectory;
    const names = tools.kind === "declared" ? tools.tools.map(({ name }) => name) : [];
    assert.ok(names.includes("get_weather") && names.includes("sum"), names.join());
    assert.deepEqual(found(analysis, "F11", "F12", "F26"), []);
  });

  test(`${family.id}: a tool that the prompt does not declare is F11`, () => {
    const analysis = analysed(family, written(conversation, /get_weather/g, "get_whether"));
    assert.deepEqual(found(analysis, "F11"), ["F11"]);
  });

  if (!withoutSchema.has(family.id))
    test(`${family.id}: arguments that do not fit what the prompt declares are F12`, () => {
      const analysis = analysed(family, written(conversation, /\bcity\b/g, "town"));
      assert.deepEqual(found(analysis, "F12"), ["F12"]);
    });

  // What a call is in ReAct the prompt says, and it is nothing like JSON.
  if (family.machine === "text-tags") continue;
  test(`${family.id}: a call of a declared tool in plain text is F26`, () => {
    const plain = '```json\n{"name": "get_weather", "arguments": {"city": "Bern"}}\n```\n';
    const analysis = analysed(family, written(conversation, /(?=It is 21 degrees)/g, plain));
    assert.deepEqual(found(analysis, "F26"), ["F26"]);
  });
}

test("a prompt that was not wholly understood makes no tool unknown, and still tells arguments that do not fit", () => {
  const family = familyById("qwen3-hermes");
  assert.ok(family);
  const conversation = (declaringConversation(family) ?? []).map(({ author, text }) => ({
    author,
    text:
      author === "policy"
        ? text
        : text.replace("\n</tools>", "\nand whatever else you know\n</tools>"),
  }));
  const unknown = analysed(family, written(conversation, /get_weather/g, "get_whether"));
  assert.equal(unknown.trajectory.tools.kind, "partial");
  assert.deepEqual(found(unknown, "F11"), []);
  const misfit = analysed(family, written(conversation, /\bcity\b/g, "town"));
  assert.deepEqual(found(misfit, "F12"), ["F12"]);
});

test("tools that an agent's own words declare are its own: no call of them is plain text", () => {
  const tool =
    '{"name": "look", "parameters": {"type": "object", "properties": {"at": {"type": "string"}}}}';
  const text =
    `<|im_start|>system\nWrite CALL and a line.\n${tool}<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n` +
    '<|im_start|>assistant\nCALL\nlook(at="it")<|im_end|>';
  const analysis = analyseWire(text);
  assert.equal(analysis.trajectory.tools.kind, "unknown");
  assert.deepEqual(found(analysis, "F11", "F12", "F26"), []);
});

test("ids are decoded before their prompt is asked for tools", () => {
  const tools = '<tools>\n{"name": "look", "parameters": {"type": "object"}}\n</tools>';
  const call = '<tool_call>\n{"name": "lock", "arguments": {}}\n</tool_call>';
  assert.deepEqual(found(analyseIds([call], tools), "F11"), ["F11"]);
});

function analysed(family: Family, conversation: readonly Said[]): Analysis {
  const pieces = dumped(conversation).map(({ author, text }) => piece(author, text));
  return analyse(trajectory({ kind: "wire", pieces }), {
    family,
    tokenizer: null,
    chatTemplate: null,
  });
}

/** The same where the policy wrote something else. */
function written(conversation: readonly Said[], from: RegExp, to: string): readonly Said[] {
  return conversation.map((said) =>
    said.author === "policy" ? { ...said, text: said.text.replaceAll(from, to) } : said,
  );
}

function found({ structures }: Analysis, ...rules: readonly string[]): readonly string[] {
  return structures
    .flatMap(({ breaks }) => breaks)
    .map(({ rule }) => rule)
    .filter((rule) => rules.includes(rule));
}
