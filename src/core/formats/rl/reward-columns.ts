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
 * those with "reward" in their name are summed, as trainers do with equal weights; else nothing tells.
 */
export function rewardOfColumns(row: unknown): number | null {
  if (!isRecord(row)) return null;
  const found = Object.entries(row).filter(
    ([key, value]) => !others.has(key) && typeof value === "number" && Number.isFinite(value),
  );
  const named = found.filter(([key]) => /reward/i.test(key));
  const taken = named.length > 0 ? named : found;
  if (taken.length === 0 || (named.length === 0 && found.length > 1)) return null;
  return taken.reduce((sum, [, value]) => sum + Number(value), 0);
}
