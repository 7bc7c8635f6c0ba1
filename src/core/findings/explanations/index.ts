import type { RuleId } from "../../grammar/rule-id.ts";
import { ofCalls } from "./of-calls.ts";
import { ofMasks } from "./of-masks.ts";
import { ofRuns } from "./of-runs.ts";
import { ofTrajectories } from "./of-trajectories.ts";
import { ofTurns } from "./of-turns.ts";
import type { Explanation } from "./explanation.ts";

/** Every rule, in order; `docs/rules.md`, `derail explain` and the editor's Problems all say this. */
export const explanations: readonly Explanation[] = [
  ...ofCalls,
  ...ofTurns,
  ...ofRuns,
  ...ofTrajectories,
  ...ofMasks,
];

export function explanationOf(rule: RuleId): Explanation | null {
  return explanations.find((explanation) => explanation.rule === rule) ?? null;
}
