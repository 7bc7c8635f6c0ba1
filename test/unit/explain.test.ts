import assert from "node:assert/strict";
import { test } from "node:test";
import pc from "picocolors";
import { readArguments } from "../../src/cli/arguments.ts";
import { formatExplanation, listRules } from "../../src/cli/explain.ts";
import { explanations } from "../../src/core/findings/explanations/index.ts";
import { golden } from "../support/golden.ts";

const plain = pc.createColors(false);

test("derail explain F03 reads well", () => {
  const command = readArguments(["explain", "F03"]);
  assert.ok(command.kind === "explain" && command.explanation);
  golden("explain.txt", formatExplanation(command.explanation, 80, plain));
});

test("no rule's lines are wider than the terminal, but for its example", () => {
  for (const explanation of explanations) {
    const text = formatExplanation(explanation, 60, plain);
    for (const line of text.split("\n"))
      if (!line.startsWith("    ") && line.includes(" ")) assert.ok(line.length <= 60, line);
  }
});

test("derail explain lists every rule by name", () => {
  assert.deepEqual(readArguments(["explain"]), {
    kind: "explain",
    explanation: null,
    format: "text",
    output: null,
  });
  const lines = listRules(plain).split("\n");
  for (const { rule, title } of explanations)
    assert.ok(
      lines.some((line) => line.includes(rule) && line.includes(title)),
      rule,
    );
});

const wrong: readonly (readonly [asked: readonly string[], says: RegExp])[] = [
  [["F99"], /there is no rule "F99": did you mean /],
  [["repetiton"], /did you mean F20 \(repetition loop\)\?/],
  [["text", "after"], /did you mean F10 \(text after a call\)/],
  [["zzzzzz"], /"derail explain" lists them/],
];
for (const [asked, says] of wrong) {
  test(`derail explain ${asked.join(" ")} says what may have been meant`, () => {
    const command = readArguments(["explain", ...asked]);
    assert.ok(command.kind === "wrong");
    assert.match(command.message, says);
  });
}
