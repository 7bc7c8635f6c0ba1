import type { Analysis } from "../analysis/analysis.ts";
import type { RuleId } from "../grammar/rule-id.ts";
import type { Structure } from "../grammar/structure.ts";
import { mainBreak } from "./main-break.ts";

/** What a collapsed turn is. */
export interface Collapse {
  /** After `The turn is`. */
  readonly words: string;
  /** The rule that says so. */
  readonly rule: RuleId;
}

/** Why a turn counts as collapsed: what it is as a whole, which its first break need not say. */
export function collapseOf(
  { family, transcript }: Pick<Analysis, "family" | "transcript">,
  { turn, breaks }: Pick<Structure, "turn" | "breaks">,
): Collapse {
  const first = mainBreak(breaks)?.rule ?? "F19";
  const found = (wanted: RuleId): boolean =>
    breaks.some(({ rule, severity }) => rule === wanted && severity === "error");
  if (found("F23")) return { words: "an empty turn", rule: "F23" };
  if (found("F20")) return { words: "a loop up to its end", rule: "F20" };
  const { bodyStart = 0, bodyEnd = 0 } = transcript.turns[turn] ?? {};
  const body = transcript.text.slice(bodyStart, Math.min(bodyEnd, bodyStart + maxLength));
  if (
    isBare(
      body,
      family.controls.map(({ text }) => text),
    )
  )
    return { words: "nothing but control tokens", rule: first };
  if (found("F19")) return { words: "control tokens in a row", rule: "F19" };
  return { words: "a call that cannot be read", rule: first };
}

// What a collapsed turn is shows at its beginning.
const maxLength = 20_000;

/** Whether nothing is left without the control tokens; the longer ones go first, since some hold others. */
function isBare(body: string, controls: readonly string[]): boolean {
  let rest = body;
  for (const text of controls.toSorted((a, b) => b.length - a.length))
    rest = rest.replaceAll(text, " ");
  return rest.trim() === "";
}
