import assert from "node:assert/strict";
import { test } from "node:test";
import { ruleIds } from "../../src/core/grammar/rule-id.ts";
import { families } from "../../src/core/grammar/families.ts";
import { judgePlaces, type Found } from "../support/grammar/bench/outcome.ts";
import { runBench, type Miss } from "../support/grammar/bench/run.ts";
import { showMiss, toJson, toMarkdown } from "../support/grammar/bench/table.ts";
import { trajectoryCorruptions } from "../support/grammar/corruptions/conversations.ts";
import { makeCase } from "../support/grammar/corruptions/corruption.ts";
import { corruptions } from "../support/grammar/corruptions/index.ts";
import { wordsOf, familyOf } from "../support/grammar/judge.ts";
import { wires } from "../support/grammar/wires/index.ts";

test("every family has a writer and every rule a kind of damage", () => {
  assert.deepEqual(wires.map(({ id }) => id).toSorted(), families.map(({ id }) => id).toSorted());
  // F27 needs a tokenizer and stands apart.
  const rules = new Set<string>([...corruptions, ...trajectoryCorruptions].map(({ rule }) => rule));
  assert.deepEqual([...rules, "F27"].toSorted(), [...ruleIds].toSorted());
});

test("no damage is left out for a family, and no second rule accepted, without a reason", () => {
  for (const corruption of corruptions)
    for (const wire of wires) {
      const why = corruption.unfit(wire);
      assert.ok(why === null || why.length > 15, `${corruption.name} ${wire.id}`);
      if (why !== null) continue;
      const accepted = corruption.accepted(wire);
      assert.ok(accepted.includes(corruption.rule));
      assert.ok(accepted.length === 1 || (corruption.because ?? "").length > 40, corruption.name);
    }
});

test("the same seed gives the same damaged turn, and its place lies in the turn", () => {
  for (const [index, corruption] of corruptions.entries()) {
    const fit = wires.filter((wire) => corruption.unfit(wire) === null);
    const wire = fit[index % fit.length];
    if (!wire) continue;
    const [one, again] = [makeCase(wire, corruption, 5, 0), makeCase(wire, corruption, 5, 0)];
    assert.equal(one.body, again.body);
    assert.equal(one.at, again.at);
    assert.ok(
      one.at >= 0 && one.at < Math.max(1, one.body.length),
      `${corruption.name} ${wire.id}`,
    );
  }
});

const tokens = wordsOf(familyOf("qwen3-hermes"), "one two three");
const found = (rule: Found["rule"], start: number): Found => ({
  rule,
  start,
  severity: "error",
  message: "",
});
const expected = { accepted: ["F08"], places: [4] };

const outcomes: readonly (readonly [string, readonly Found[], readonly boolean[]])[] = [
  ["nothing", [], [false, false, false]],
  ["the rule at its token", [found("F08", 5)], [true, true, true]],
  ["another rule on the same token, too", [found("F11", 4), found("F08", 4)], [true, true, true]],
  ["the rule one token late", [found("F08", 8)], [true, true, false]],
  ["the rule too early", [found("F08", 0)], [false, true, false]],
  ["another rule before it", [found("F11", 0), found("F08", 4)], [true, false, false]],
  ["another rule", [found("F11", 4)], [false, false, false]],
];

for (const [what, given, [recalled, named, exact]] of outcomes)
  test(`recalled ${String(recalled)}, named ${String(named)}, exact ${String(exact)} is what is said of ${what}`, () => {
    const outcome = judgePlaces(expected, given, tokens);
    assert.deepEqual([outcome.recalled, outcome.named, outcome.exact], [recalled, named, exact]);
  });

test("a short run of the bench keeps what is promised, and its tables tell it", () => {
  const misses: Miss[] = [];
  const result = runBench({
    seed: 20261122,
    count: 1,
    healthy: 10,
    family: null,
    rule: null,
    tokenizer: null,
    onMiss: (miss) => void misses.push(miss),
  });
  const { overall, families: byFamily, rules } = toJson(result);
  const told = misses.slice(0, 5).map(showMiss).join("\n");
  assert.ok(overall.precision >= 0.999 && overall.recall >= 0.99 && overall.exact >= 0.95, told);
  for (const [id, { recall }] of Object.entries(byFamily))
    assert.ok(recall >= 0.95, `${id}\n${told}`);
  assert.equal(Object.keys(byFamily).length, 44);
  assert.ok(Object.keys(rules).length >= 28);
  assert.match(toMarkdown(result), /\| \*\*all\*\* \| \d+ \|/);
});
