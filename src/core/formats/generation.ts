import { memberOf } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import type { Generation } from "../trajectory/trajectory.ts";
import type { Notes } from "./notes.ts";

/**
 * The token ids that an item carries, or null. An empty list means that they were not captured. Damaged lists are a
 * problem: ids that can't be trusted are not used, log-probabilities that don't fit are left out.
 */
export function readGeneration(item: JsonNode, message: number, notes: Notes): Generation | null {
  const sampled = memberOf(item.value, "generation_token_ids");
  if (!Array.isArray(sampled) || sampled.length === 0) return null;
  const ids = toIds(sampled);
  const promptIds = toIds(memberOf(item.value, "prompt_token_ids"));
  if (!ids || !promptIds) {
    const which = ids ? "prompt_token_ids" : "generation_token_ids";
    const text = `"${which}" is no list of token ids: the ids of this turn are not used`;
    notes.add("ids-not-usable", text, item.get(which)?.range ?? item.range);
    return null;
  }
  return {
    promptIds,
    ids,
    logProbs: readLogProbs(item, ids.length, notes),
    logProbsKey: "generation_log_probs",
    message,
    source: item.range,
  };
}

function readLogProbs(item: JsonNode, count: number, notes: Notes): Float32Array | null {
  const found = memberOf(item.value, "generation_log_probs");
  if (!Array.isArray(found) || found.length === 0) return null;
  if (found.length === count) {
    return Float32Array.from(found, (value: unknown) => (typeof value === "number" ? value : NaN));
  }
  const text = `There are ${String(count)} sampled ids and ${String(found.length)} log-probabilities: these are not used`;
  notes.add("log-probs-do-not-fit", text, item.get("generation_log_probs")?.range ?? item.range);
  return null;
}

/** Null unless every entry is an id: the whole list or nothing, since one lost id moves all others. */
function toIds(value: unknown): Int32Array | null {
  if (!Array.isArray(value)) return null;
  return value.every(isId) ? Int32Array.from(value) : null;
}

function isId(id: unknown): id is number {
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id <= 0x7fffffff;
}
