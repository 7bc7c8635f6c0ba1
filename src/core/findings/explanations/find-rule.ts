import { editDistance } from "../../grammar/near-miss.ts";
import type { Explanation } from "./explanation.ts";
import { explanations } from "./index.ts";

/** What somebody who asked for a rule may have meant. */
export type FoundRule =
  | { readonly kind: "found"; readonly explanation: Explanation }
  | { readonly kind: "unknown"; readonly nearest: readonly Explanation[] };

/** A rule by its id (`F03`, `f3`, `3`, `M02`) or its title; else those that come near. */
export function findRule(asked: string): FoundRule {
  const wanted = asked.trim().toLowerCase();
  const [, letter = "f", number] = /^([fm])?0*(\d{1,2})$/.exec(wanted) ?? [];
  const id = number === undefined ? null : `${letter.toUpperCase()}${number.padStart(2, "0")}`;
  const explanation = explanations.find(
    ({ rule, title }) => rule === id || title.toLowerCase() === wanted,
  );
  if (explanation) return { kind: "found", explanation };
  return { kind: "unknown", nearest: nearestTo(wanted) };
}

const mostSuggested = 3;

function nearestTo(wanted: string): readonly Explanation[] {
  // Nobody's slip is longer, and comparing costs.
  if (wanted === "" || wanted.length > 60) return [];
  return explanations
    .map((explanation) => ({ explanation, distance: distance(wanted, explanation) }))
    .filter(({ distance: edits }) => edits <= 2)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, mostSuggested)
    .map((each) => each.explanation);
}

/** Edits from a rule's id or from a word of its title; a word that is part of it is near. */
function distance(wanted: string, { rule, title }: Explanation): number {
  const words = title.toLowerCase().split(/\W+/);
  const isPart = wanted.length >= 3 && title.toLowerCase().includes(wanted);
  const near = [rule.toLowerCase(), ...words.filter((word) => word.length > 3)].map((word) =>
    editDistance(wanted, word),
  );
  return isPart ? 0 : Math.min(...near);
}
