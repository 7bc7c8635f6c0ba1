import type { JsonNode } from "../text/json.ts";
import type { Generation } from "../trajectory/trajectory.ts";
import type { Notes } from "./notes.ts";
import { readColumn, readIds } from "./token-columns.ts";

/** The names that a file has for the parts of a generation. */
export interface GenerationKeys {
  readonly prompt: string;
  readonly sampled: string;
  readonly logProbs: string;
}

/**
 * The token ids that an item carries, or null. An empty list means that they were not captured. Damaged lists are a
 * problem: ids that can't be trusted are not used, log-probabilities that don't fit are left out.
 */
export function readGeneration(
  item: JsonNode,
  keys: GenerationKeys,
  notes: Notes,
): Omit<Generation, "message"> | null {
  const ids = readIds(item.get(keys.sampled), keys.sampled, notes);
  if (!ids || ids.length === 0) return null;
  const prompt = item.get(keys.prompt);
  const promptIds = readIds(prompt, keys.prompt, notes);
  if (!promptIds) {
    const text = `There is no "${keys.prompt}": the sampled ids of this turn have no place and are not used`;
    if (!prompt || prompt.value === null) notes.add("ids-not-usable", text, item.range);
    return null;
  }
  const column = { name: "log-probability", key: keys.logProbs } as const;
  const fit = { kind: "each", count: ids.length } as const;
  const logProbs = readColumn(item.get(keys.logProbs), column, fit, notes)?.values ?? null;
  return { promptIds, ids, logProbs, logProbsKey: keys.logProbs, source: item.range };
}
