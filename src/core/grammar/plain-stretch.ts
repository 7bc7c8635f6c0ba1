import type { Family } from "./family.ts";
import type { Machine } from "./machine.ts";
import { startingUnits, type MarkerSource } from "./markers.ts";
import { nearMissUnits } from "./near-miss.ts";

/** Offset after the text from `from` on that nothing can begin in: one expression is faster than a look at each unit. */
export function skipPlain({ family, text }: MarkerSource, from: number): number {
  const pattern = patternOf(family);
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

/** Whether a letter, a number or a symbol such as an emoji stands in a range: punctuation alone is no answer. */
export function sawWord(machine: Machine, from: number, to: number): boolean {
  if (machine.nextWord < from) {
    word.lastIndex = from;
    machine.nextWord = word.exec(machine.source.text)?.index ?? Infinity;
  }
  return machine.nextWord < to;
}

const word = /[\p{L}\p{N}\p{So}]/gu;

const patterns = new WeakMap<Family, RegExp>();

function patternOf(family: Family): RegExp {
  const before = patterns.get(family);
  if (before) return before;
  const { calls } = family;
  const own = calls.kind === "tags" ? calls.call.before.charAt(0) : "";
  const odd = `${nearMissUnits(family)}${own}`.replaceAll(/[\\^\]\-[/]/g, String.raw`\$&`);
  const plain = `[^\\n\`${startingUnits(family)}${odd}]*`;
  // No marker, not even a broken one, begins with `<<`, `<=` or `< (`. Bounded, since each round takes memory.
  const made = new RegExp(`${plain}(?:<(?! ?[/|｜\\w▁.:-])${plain}){0,1000}`, "y");
  patterns.set(family, made);
  return made;
}
