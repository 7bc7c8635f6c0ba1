import assert from "node:assert/strict";
import { test } from "node:test";
import { healthyTurn, type HealthyTurn } from "../support/grammar/healthy.ts";
import { familyOf } from "../support/grammar/judge.ts";
import { textOf, type Part, type PartRole } from "../support/grammar/part.ts";
import { declaredTools } from "../support/grammar/tools.ts";
import { wires } from "../support/grammar/wires/index.ts";
import type { Wire } from "../support/grammar/wires/wire.ts";
import { parse } from "../support/turns.ts";

/** The calls' own tags are no control tokens there: the call is whole behind its closing tag. */
const closedByTag: ReadonlySet<string> = new Set([
  "deepseek-dsml",
  "kimi-k3",
  "minimax-m2",
  "minimax-m3",
  "glimmer",
]);

/** Nothing but the closing marker says that the arguments are complete, so it must have begun. */
const closedByMarker: ReadonlySet<string> = new Set(["minicpm5", "function-tags", "search-r1"]);

/** The opener is the beginning of a tag, or the name stands before it: behind it something is cut off. */
const openedByTag: ReadonlySet<string> = new Set(["minicpm5", "function-tags", "react"]);

/** Before this part nothing says that it is a call: a header, a word, a label in a text. */
const begins: Readonly<Record<string, PartRole>> = {
  "gpt-oss-harmony": "separator",
  inkling: "body",
  "phi4-mini": "body",
  react: "separator",
};

const closing: ReadonlySet<PartRole> = new Set(["call-close", "section-close"]);

/** A turn of one short call, without thinking where the family can do without. */
function callOf(wire: Wire): HealthyTurn {
  const wish = {
    calls: "some",
    thought: "none",
    prose: "none",
    after: "none",
    quotes: "none",
  } as const;
  for (let seed = 1; seed < 100; seed++) {
    const turn = healthyTurn(wire, seed, "cut", { ...wish, long: 0 });
    const [call, second] = turn.plan.calls;
    if (second === undefined && (call?.entries.length ?? 0) > 0 && textOf(turn.parts).length < 400)
      return turn;
  }
  throw new Error(`No short call of ${wire.id}`);
}

/** The call's parts by what is known behind each of them. */
interface Outline {
  /** The last part before the call's body. */
  readonly opener: number;
  /** With this part the arguments are complete. */
  readonly whole: number;
  /** The last part that closes, or -1. */
  readonly closed: number;
}

function outlineOf({ wire, parts }: HealthyTurn): Outline {
  const isPart = (index: number): boolean => parts[index]?.text.trim() !== "";
  const first = parts.findIndex(({ role }) => closing.has(role));
  const closed = parts.findLastIndex(({ role }) => closing.has(role));
  const end = first < 0 ? parts.findIndex(({ role }) => role === "turn-end") : first;
  let whole = closedByTag.has(wire.id) ? first : (end < 0 ? parts.length : end) - 1;
  while (!isPart(whole)) whole--;
  const begin = begins[wire.id] ?? "call-open";
  const opener = parts.findIndex(({ role }) => role === begin);
  const section = parts.findIndex(({ role }) => role === "section-open");
  const hasCallMarker = !closedByTag.has(wire.id) && opener >= 0;
  const name = parts.findIndex(({ role }) => role === "name");
  return { opener: hasCallMarker ? opener : section < 0 ? name : section, whole, closed };
}

/** Where a cut leaves the call. */
function dueAfter({ wire, parts }: HealthyTurn, at: number, outline: Outline): string | null {
  const { opener, whole, closed } = outline;
  if (at < opener) return null;
  const between = parts.slice(opener + 1, at + 1);
  const isMarker = ["call-open", "section-open", "separator"].includes(parts[opener]?.role ?? "");
  if (isMarker && between.every(({ text }) => text.trim() === ""))
    return openedByTag.has(wire.id) ? "F07" : "F01";
  if (at < whole || (closedByMarker.has(wire.id) && at < closed)) return "F07";
  return at < closed ? "F01" : null;
}

for (const wire of wires) {
  const turn = callOf(wire);
  const outline = outlineOf(turn);
  const { parts, prompt, thinkingOpen } = turn;
  const judge = (kept: string) =>
    parse(kept, { family: familyOf(wire.id), tools: declaredTools, before: prompt, thinkingOpen });

  test(`${wire.id}: a call that the text's end cuts off is F07 until it is whole, and F01 until it is closed`, () => {
    for (const [index] of parts.entries()) {
      const due = dueAfter(turn, index, outline);
      if (due === null) continue;
      const kept = textOf(parts.slice(0, index + 1));
      const { breaks, state, recoveries } = judge(kept);
      const [first] = breaks;
      // GLM's values are each complete; a fence that is all that is missing was due in the call itself.
      const isEither = wire.id === "glm-4.5" || familyFenced(wire, parts[index]);
      const rules = breaks.map(({ rule }) => rule);
      if (isEither && rules[0] !== undefined) assert.ok(["F01", "F07"].includes(rules[0]), kept);
      else assert.deepEqual(rules, [due], kept);
      assert.notEqual(first?.state, "", kept);
      assert.notEqual(state, "healthy-call");
      if (index >= outline.whole && due === "F01")
        assert.deepEqual(
          recoveries.map(({ recoverable }) => recoverable),
          ["yes"],
          kept,
        );
    }
  });

  test(`${wire.id}: a closing marker that the text's end cuts is missing, and nothing else is wrong`, () => {
    for (const [index, { role, text }] of parts.entries()) {
      if (!closing.has(role) || index <= outline.whole) continue;
      const kept = textOf(parts.slice(0, index)) + text.trim().slice(0, -3);
      const { breaks } = judge(kept);
      assert.deepEqual(
        breaks.map(({ rule }) => rule),
        ["F01"],
        kept,
      );
    }
  });

  test(`${wire.id}: arguments that are cut off are never completed`, () => {
    const value = parts.findIndex(({ role }) => role === "value");
    const kept = textOf(parts.slice(0, value)) + (parts[value]?.text.slice(0, 1) ?? "");
    const { recoveries } = judge(kept);
    assert.ok(
      recoveries.every(({ recoverable }) => recoverable === "no"),
      kept,
    );
  });
}

function familyFenced({ id }: Wire, at: Part | undefined): boolean {
  return id === "deepseek-v3" && at?.role === "args-close";
}
