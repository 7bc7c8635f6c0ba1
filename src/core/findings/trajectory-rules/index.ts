import { describeState } from "../../grammar/state-words.ts";
import { auditLossMask } from "./audit-loss-mask.ts";
import { repeatedCalls } from "./f21-repeated-calls.ts";
import { literalMarkers } from "./f25-literal-markers.ts";
import { tokenMismatch } from "./f27-token-mismatch.ts";
import { callIds } from "./f28-call-ids.ts";
import { strippedSpecials } from "./f29-stripped-specials.ts";
import { countsOffByOne } from "./m04-counts.ts";
import type { Audit, TrajectoryRule, TrajectoryRuleInput } from "./trajectory-rule.ts";

const rules: readonly TrajectoryRule[] = [
  repeatedCalls,
  literalMarkers,
  tokenMismatch,
  callIds,
  strippedSpecials,
  auditLossMask,
  countsOffByOne,
];

/** What can only be told of a whole trajectory (F21, F25, F27 to F29, M01 to M04), in the order of the text. */
export function auditTrajectory(input: TrajectoryRuleInput): readonly Audit[] {
  const structureOf = new Map(input.structures.map((structure) => [structure.turn, structure]));
  return rules
    .flatMap((rule) => rule(input))
    .map((remark) => {
      const structure = structureOf.get(remark.turn);
      const state = structure
        ? describeState(structure, remark.start, input.transcript.text)
        : "not written by the policy";
      return { ...remark, state };
    })
    .toSorted((a, b) => a.start - b.start);
}
