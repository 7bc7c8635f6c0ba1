import type { TrajectoryContext } from "./build-trajectory.ts";
import type { TrajectoryView } from "./trajectory.ts";
import { judgeUnreadable } from "./verdict.ts";

/** A record that could not be read, as the page shows it: nothing but the reason. */
export function buildUnreadableView(context: TrajectoryContext, message: string): TrajectoryView {
  return {
    index: context.index,
    revision: context.revision,
    id: `record ${String(context.index + 1)}`,
    step: null,
    group: null,
    sample: null,
    reward: null,
    tokenCount: 0,
    tokensFrom: "words",
    fidelity: "parsed-only",
    specialTokens: "unknown",
    family: null,
    controls: [],
    scoredBy: null,
    verdict: judgeUnreadable(message),
    turns: [],
    lineCount: 0,
    findings: [],
    problem: message,
    notes: [],
  };
}
