import type { FindingView, TrajectoryView } from "../src/core/views/trajectory.ts";
import { mainBreak } from "../src/core/views/main-break.ts";

export type WalkKind = "spike" | "break" | "any";

/** The finding a trajectory opens at: the break its verdict speaks of, or else the first of the worst. */
export function primaryFinding(view: TrajectoryView): FindingView | null {
  const order = inOrder(view, "any");
  const sick = view.turns.find(({ state }) => state === "polluted" || state === "collapsed");
  return (
    mainBreak(inOrder(view, "break").filter((finding) => finding.turn === sick?.index)) ??
    order.find((finding) => finding.severity === "error") ??
    order.find((finding) => finding.severity === "warning") ??
    order[0] ??
    null
  );
}

export function inOrder(view: TrajectoryView, kind: WalkKind): readonly FindingView[] {
  return view.findings
    .filter((finding) => kind === "any" || finding.kind === kind)
    .toSorted((a, b) => a.anchorToken - b.anchorToken || a.index - b.index);
}
