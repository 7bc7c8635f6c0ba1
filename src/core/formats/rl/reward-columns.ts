import { isRecord } from "../../text/json-value.ts";

/** Columns of trainers that are numbers and no rewards. */
const others = new Set([
  "step",
  "global_step",
  "advantage",
  "advantages",
  "entropy",
  "logprobs",
  "id",
  "index",
  "difficulty",
]);

/**
 * The reward of a row in whose table each reward function has a column of its name. One number column is it; of several
 * those with "reward" in their name are summed, as trainers do with equal weights; else nothing tells. A function that did
 * not apply to a row leaves null there, and its column counts all the same: the rows of a file must not differ in what
 * their reward is.
 */
export function rewardOfColumns(row: unknown): number | null {
  if (!isRecord(row)) return null;
  const columns = Object.entries(row).filter(
    ([key, value]) => !others.has(key) && (value === null || typeof value === "number"),
  );
  const named = columns.filter(([key]) => /reward/i.test(key));
  if (named.length === 0 && columns.length > 1) return null;
  const taken = (named.length > 0 ? named : columns).flatMap(([, value]) =>
    typeof value === "number" && Number.isFinite(value) ? [value] : [],
  );
  return taken.length === 0 ? null : taken.reduce((sum, value) => sum + value, 0);
}
