import type { RuleId } from "../../grammar/rule-id.ts";
import type { Offence } from "./rule.ts";

/**
 * Without what only follows from something else in the turn: from a loop, another model's grammar, a broken marker.
 * Linear but for the sorting.
 */
export function oneCause(found: readonly Offence[]): readonly Offence[] {
  if (!found.some(({ rule }) => causes.has(rule))) return found;
  const slips = startsOf(found, new Set(["F04", "F05", "F06"]));
  const others = startsOf(found, new Set(sameCall).add("F05").add("F24"));
  const loop = found.reduce(
    (first, one) => (isEndless(one) ? Math.min(first, one.start) : first),
    Infinity,
  );
  const foreign = found
    .filter(({ rule, start }) => rule === "F24" && !slips.has(start))
    .toSorted((a, b) => a.start - b.start);
  return found.filter((one) => {
    const { rule, start } = one;
    if (rule === "F24") return !slips.has(start);
    if (rule === "F05") return !isInside(one, foreign);
    if (rule === "F26") return slips.size === 0 && foreign.length === 0;
    if (rule === "F10") return !others.has(start) && !isInside(one, foreign);
    if (cutOff.has(rule) && start >= loop) return false;
    return !sameCall.has(rule) || !isInside(one, foreign);
  });
}

const causes: ReadonlySet<RuleId> = new Set(["F10", "F20", "F24", "F26"]);

/** A loop up to the length limit: of course nothing was closed after it. */
function isEndless({ rule, severity }: Offence): boolean {
  return rule === "F20" && severity === "error";
}

const cutOff: ReadonlySet<RuleId> = new Set(["F01", "F07", "F14", "F22"]);

const sameCall: ReadonlySet<RuleId> = new Set(["F04", "F06", "F07", "F08", "F11", "F12", "F13"]);

function startsOf(found: readonly Offence[], rules: ReadonlySet<RuleId>): ReadonlySet<number> {
  return new Set(found.filter(({ rule }) => rules.has(rule)).map(({ start }) => start));
}

/** Whether it stands in a foreign call: from its opener to where structure is legal again. */
function isInside({ start }: Offence, foreign: readonly Offence[]): boolean {
  let low = 0;
  let high = foreign.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((foreign[middle]?.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const before = foreign[low - 1];
  return before !== undefined && start < (before.recoversAt ?? Infinity);
}
