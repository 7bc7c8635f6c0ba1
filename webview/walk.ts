import type { TrajectoryRow } from "../src/core/views/document.ts";
import type { FindingView } from "../src/core/views/trajectory.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import { inOrder, type WalkKind } from "./finding-order.ts";
import type { Model } from "./model.ts";

/** `finding 2 of 7`, or how many there are. */
export function positionText(model: Model): string {
  const { view, finding } = model.state;
  if (view === null) return "";
  const order = inOrder(view, "any");
  if (order.length === 0) return "no findings";
  const at = order.findIndex((candidate) => candidate.index === finding);
  if (at >= 0) return `finding ${String(at + 1)} of ${String(order.length)}`;
  return order.length === 1 ? "1 finding" : `${String(order.length)} findings`;
}

/** Go to the next or previous finding, over to other trajectories when this one has no more. */
export async function walk(
  model: Model,
  client: Client<ViewerHost>,
  { kind, direction }: { readonly kind: WalkKind; readonly direction: 1 | -1 },
): Promise<void> {
  const { view } = model.state;
  if (view === null) return;
  const next = neighbour(model, inOrder(view, kind), direction);
  if (next !== null) {
    model.selectToken(next.anchorToken, next.line, next.index);
    return;
  }
  const what = kind === "any" ? "finding" : kind;
  const trajectory = await otherTrajectory(model, client, { kind, direction });
  if (trajectory === null) {
    model.say(direction === 1 ? `no later ${what}` : `no earlier ${what}`);
    return;
  }
  await model.goTo(trajectory, null);
  const there = model.state.view;
  if (there?.index !== trajectory) return;
  const found = inOrder(there, kind).at(direction === 1 ? 0 : -1);
  if (found !== undefined) model.selectToken(found.anchorToken, found.line, found.index);
}

function neighbour(
  model: Model,
  order: readonly FindingView[],
  direction: 1 | -1,
): FindingView | null {
  const { finding, token } = model.state;
  const at = order.findIndex((candidate) => candidate.index === finding);
  if (at >= 0) return order[at + direction] ?? null;
  if (token === null) return order.at(direction === 1 ? 0 : -1) ?? null;
  return direction === 1
    ? (order.find((candidate) => candidate.anchorToken > token) ?? null)
    : (order.findLast((candidate) => candidate.anchorToken < token) ?? null);
}

const countOf = { any: "findingCount", break: "breakCount", spike: "spikeCount" } as const;

async function otherTrajectory(
  model: Model,
  client: Client<ViewerHost>,
  { kind, direction }: { readonly kind: WalkKind; readonly direction: 1 | -1 },
): Promise<number | null> {
  const total = model.state.info?.trajectoryCount ?? 0;
  const step = 500;
  let at = (model.state.trajectory ?? 0) + direction;
  // Ten thousand rows are enough of a wait for one key; the next press goes on from here.
  for (let asked = 0; asked < 20 && at >= 0 && at < total; asked++) {
    const from = direction === 1 ? at : Math.max(0, at - step + 1);
    const count = direction === 1 ? step : at - from + 1;
    const { rows } = await client.call("rows", { from, count });
    const wanted = (row: TrajectoryRow): boolean => row[countOf[kind]] > 0;
    const found = direction === 1 ? rows.find(wanted) : rows.findLast(wanted);
    if (found !== undefined) return found.index;
    at = direction === 1 ? from + step : from - 1;
  }
  return null;
}
