import { count } from "../../text/words.ts";
import type { Remark, TrajectoryRule } from "./trajectory-rule.ts";

/** M04: a list of the file has one value more or less than there are ids, so nothing says which value is whose. */
export const countsOffByOne: TrajectoryRule = ({ trajectory: { misfits = [] }, transcript }) => {
  const turn = transcript.turns.find(({ sampled }) => sampled) ?? transcript.turns[0];
  const off = misfits.filter(({ found, due }) => Math.abs(found - due) === 1);
  if (!turn || off.length === 0) return [];
  return off.slice(0, mostTold).map(({ key, found, due }): Remark => ({
    rule: "M04",
    severity: "warning",
    turn: turn.index,
    start: turn.bodyStart,
    end: Math.min(turn.bodyStart + 1, turn.end),
    expected: count(due, "value"),
    came: String(found),
    control: null,
    recoversAt: null,
    message: `\`${key}\` has ${count(found, "value")} for ${count(due, "token")}: one ${found > due ? "more" : "less"}, so each may belong to the token beside it. It is not used.`,
  }));
};

/** Lists that went wrong together have one cause. */
const mostTold = 5;
