import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import { piece, trajectory } from "../support/transcripts.ts";

const prompt = "<|start|>user<|message|>Weather?<|end|><|start|>assistant";
const thought = "<|channel|>analysis<|message|>hm<|end|>";
const rest = "<|channel|>final<|message|>Sunny.<|return|>";

/** What stands for the role, and how much of it is still right. */
const garbled = [
  ["assisstant", 0],
  ["assistantcommentary", "assistant".length],
  ["Assistant", 0],
  ["analysis", 0],
] as const;

const cases = garbled.flatMap(([role, right]) =>
  (["policy", "mixed"] as const).map((author) => ({ role, right, author })),
);

for (const { role, right, author } of cases) {
  test(`a header that says ${role} is the policy's, and broken where it says so, in a ${author} text`, () => {
    const pieces = [
      piece("environment", prompt),
      piece(author, `${thought}<|start|>${role}${rest}`),
    ];
    const { findings, structures } = analyse(trajectory({ kind: "wire", pieces }), {
      tokenizer: null,
      chatTemplate: null,
      family: "detect",
    });
    assert.equal(structures.length, 1);
    assert.deepEqual(
      findings.map(({ rule, start }) => [rule, start - prompt.length]),
      [["F17", `${thought}<|start|>`.length + right]],
    );
  });
}

for (const author of ["functions.assess", "functions.f to=assistant", "python", "browser.search"]) {
  test(`a header that says ${author} is a tool's`, () => {
    const result = `<|start|>${author}<|channel|>commentary<|message|>21<|end|>`;
    const call = '<|channel|>commentary to=functions.f<|message|>{"a": 1}<|call|>';
    const pieces = [
      piece("environment", prompt),
      piece("mixed", `${call}${result}<|start|>assistant${rest}`),
    ];
    const { findings, transcript } = analyse(trajectory({ kind: "wire", pieces }), {
      tokenizer: null,
      chatTemplate: null,
      family: "detect",
    });
    assert.deepEqual(
      transcript.turns.map(({ role }) => role),
      ["user", "assistant", "tool", "assistant"],
    );
    assert.deepEqual(findings, []);
  });
}
