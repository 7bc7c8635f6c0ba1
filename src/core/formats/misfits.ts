import type { Trajectory } from "../trajectory/trajectory.ts";
import type { Notes } from "./notes.ts";

/** The trajectories of a record, each with those of its lists that do not fit its tokens. */
export function withMisfits(
  trajectories: readonly Trajectory[],
  { misfits }: Notes,
): readonly Trajectory[] {
  if (misfits.length === 0) return trajectories;
  return trajectories.map((trajectory) => {
    const { startByte, endByte } = trajectory.source;
    const own = misfits.filter(({ at }) => at.startByte >= startByte && at.endByte <= endByte);
    return own.length === 0
      ? trajectory
      : { ...trajectory, misfits: own.map(({ misfit }) => misfit) };
  });
}
