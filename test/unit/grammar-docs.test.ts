import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { explanations } from "../../src/core/findings/explanations/index.ts";
import { findRule } from "../../src/core/findings/explanations/find-rule.ts";
import { ruleSection } from "../../src/core/findings/explanations/rules-page.ts";
import type { Explanation } from "../../src/core/findings/explanations/explanation.ts";
import { maskRuleIds, ruleIds } from "../../src/core/grammar/rule-id.ts";
import { families, familyById } from "../../src/core/grammar/families.ts";
import { analyseMasked } from "../support/masked.ts";
import { root } from "../support/paths.ts";
import { analyseIds, analyseWire } from "../support/wire.ts";
import { parse } from "../support/turns.ts";

const tools = [
  {
    name: "get_weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
];

const page = path.join(root, "docs/rules.md");

test("docs/rules.md says of every rule what its explanation says", () => {
  const before = readFileSync(page, "utf8");
  const preface = before.slice(0, before.indexOf('<a id="f01">'));
  const written = `${preface}${explanations.map(ruleSection).join("\n\n")}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, written);
  else assert.equal(before, written, "docs/rules.md differs; UPDATE_GOLDEN=1 rewrites it");
});

test("docs/families.md says of every family which machine reads it and where it is read from", () => {
  const rows = [
    ...readFileSync(path.join(root, "docs/families.md"), "utf8").matchAll(
      /^\| `(\S+)`\s*\| ([\w-]+)\s*\| \S/gm,
    ),
  ].map(([, id = "", machine = ""]) => `${id} ${machine}`);
  assert.deepEqual(
    rows.toSorted(),
    families.map(({ id, machine }) => `${id} ${machine}`).toSorted(),
  );
});

test("no comment cites what a reader of this repository cannot find", () => {
  const folders = ["src", "webview", "test", "scripts", "docs"];
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|mjs|md)$/.test(name))
      .map((name) => path.join(root, folder, name)),
  );
  for (const file of files) {
    const cited =
      /(?<!docs\/)\b(?:families|design|house-style)\.md|reference\/\w+\.md|\/work\//.exec(
        readFileSync(file, "utf8"),
      );
    assert.equal(cited?.[0], undefined, file);
  }
});

test("every rule is explained once", () => {
  assert.deepEqual(
    explanations.map(({ rule }) => rule),
    [...ruleIds, ...maskRuleIds],
  );
});

for (const explanation of explanations) {
  const { rule, level } = explanation;
  test(`the example of ${rule} breaks ${rule} and nothing else, as gravely as is said`, () => {
    const { rules, state, severity } = judged(explanation);
    assert.deepEqual(rules, [rule]);
    assert.ok(
      level.toLowerCase().includes(severity === "info" ? "information" : severity),
      `${level} of a finding that is ${severity}`,
    );
    if (state === "polluted" || state === "collapsed") assert.ok(level.includes(state), level);
    else assert.ok(level.includes("state stays"), level);
  });
}

interface Judged {
  readonly rules: readonly string[];
  readonly severity: string;
  readonly state: string;
}

function judged({ example, family: id, rule }: Explanation): Judged {
  const family = familyById(id);
  assert.ok(family);
  if (rule.startsWith("F") && !["F21", "F25", "F27", "F28", "F29"].includes(rule)) {
    const { breaks, state } = parse(example, { tools, family });
    return { rules: breaks.map((each) => each.rule), severity: breaks[0]?.severity ?? "", state };
  }
  if (rule.startsWith("M")) return ofMask(example);
  const { findings, structures } =
    rule === "F27" ? idsOf(example) : analyseWire(example, { family, tools });
  return {
    rules: findings.map((each) => each.rule),
    severity: findings[0]?.severity ?? "",
    state: structures.at(-1)?.state ?? "",
  };
}

/** A mask between ⟦ and ⟧, or `ids: 12` and the number of another list. */
function ofMask(example: string): Judged {
  const [, due, key = "", found] = /^ids: +(\d+)\n(\w+): +(\d+)$/.exec(example) ?? [];
  const misfits = due === undefined ? [] : [{ key, found: Number(found), due: Number(due) }];
  const whole = "<|im_start|>assistant\n⟦Hi.<|im_end|>⟧";
  const { findings, structures } = analyseMasked(due === undefined ? example : whole, { misfits });
  return {
    rules: findings.map((each) => each.rule),
    severity: findings[0]?.severity ?? "",
    state: structures.at(-1)?.state ?? "",
  };
}

/** `ids:  It| is` and `text: It is`. */
function idsOf(example: string): ReturnType<typeof analyseIds> {
  const [, pieces = "", text = ""] = /^ids: +(.*)\ntext: +(.*)$/.exec(example) ?? [];
  assert.equal(pieces.replaceAll("|", ""), text);
  return analyseIds(pieces.split("|"));
}

test("a rule is found by its id in any writing, its number and its title", () => {
  for (const asked of ["F03", "f3", "3", "03", " F03 ", "Stop inside a call"]) {
    const found = findRule(asked);
    assert.equal(found.kind === "found" ? found.explanation.rule : null, "F03", asked);
  }
});

test("an audit of a mask is found by its id and its title", () => {
  for (const asked of ["M03", "m3", "Mask shifted by one"]) {
    const found = findRule(asked);
    assert.equal(found.kind === "found" ? found.explanation.rule : null, "M03", asked);
  }
});

test("a slip in an id or a word of a title finds what was meant", () => {
  for (const [asked, rule] of [
    ["loop", "F20"],
    ["repetiton", "F20"],
    ["nested", "F02"],
    ["E03", "F03"],
  ] as const) {
    const found = findRule(asked);
    assert.ok(found.kind === "unknown" && found.nearest.some((each) => each.rule === rule), asked);
  }
  assert.deepEqual(findRule("quite something else"), { kind: "unknown", nearest: [] });
  assert.deepEqual(findRule("F99".repeat(100)), { kind: "unknown", nearest: [] });
});
