import assert from "node:assert/strict";
import { test } from "node:test";
import type { Prose, Verdict } from "../../src/core/views/trajectory.ts";
import { judge, judgeUnreadable } from "../../src/core/views/verdict.ts";
import { analysisOf } from "../support/analysis-builder.ts";
import { golden } from "../support/golden.ts";
import { rollouts } from "../support/noted-rollouts.ts";

test("verdicts read as plain words", () => {
  const pages = rollouts.map(({ title, notation, options, policyName }) => {
    const verdict = judge(analysisOf(notation, options), policyName ?? null);
    return `## ${title}\n${show(verdict)}`;
  });
  pages.push(`## a record that is no JSON\n${show(judgeUnreadable("Line 3 is not JSON."))}`);
  golden("verdicts.md", `${pages.join("\n\n")}\n`);
});

test("no verdict speaks of NaN, null or undefined", () => {
  for (const { notation, options } of rollouts) {
    const text = show(judge(analysisOf(notation, options), null));
    assert.doesNotMatch(text, /NaN|null|undefined|\(\)|\.\./);
  }
});

function show({ tone, headline, sentences }: Verdict): string {
  return [`[${tone}] **${line(headline)}**`, ...sentences.map(line)].join("\n");
}

function line(prose: Prose): string {
  return prose.map((piece) => ("code" in piece ? `\`${piece.code}\`` : piece.text)).join("");
}

for (const [what, body, said] of [
  ["a loop behind another break", "Let me ⟦F06⟧see ⟦F20⟧no no no no", "a loop up to its end (F20)"],
  [
    "a call of which nothing is left",
    "<tool_call>⟦F08⟧hm hm<|im_end|>",
    "a call that cannot be read (F08)",
  ],
  [
    "ends behind an answer",
    "Done.<|im_end|>⟦F19⟧<|im_end|><|im_end|>",
    "control tokens in a row (F19)",
  ],
  ["a call that is empty", "<tool_call>⟦F03⟧<|im_end|>", "nothing but control tokens (F03)"],
] as const)
  test(`a collapsed turn is told as what it is: ${what}`, () => {
    const analysis = analysisOf(`@user\nhi\n@assistant collapsed\n${body}\n`);
    const [first] = judge(analysis, null).sentences;
    assert.equal(line(first ?? []), `The turn is ${said}.`);
  });
