import { memberOf } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import type { Alternatives } from "../tokens/channel.ts";
import type { RecordedColumn } from "../trajectory/trajectory.ts";
import type { Notes } from "./notes.ts";

/** Rows of alternatives, written from left to right. */
export interface AlternativesBuilder {
  add(other: { readonly text: string | null; readonly id: number; readonly logProb: number }): void;
  /** The alternatives of one token are complete. */
  endRow(): void;
  finish(): Alternatives;
}

export function startAlternatives(key: string): AlternativesBuilder {
  const row = [0];
  const texts: (string | null)[] = [];
  const ids: number[] = [];
  const logProbs: number[] = [];
  return {
    add({ text, id, logProb }) {
      texts.push(text);
      ids.push(id);
      logProbs.push(logProb);
    },
    endRow: () => void row.push(texts.length),
    finish: () => ({
      key,
      row: Uint32Array.from(row),
      texts,
      ids: Int32Array.from(ids),
      logProbs: Float32Array.from(logProbs),
    }),
  };
}

/** What vLLM says of a prompt: `prompt_logprobs`, a list of null or `{"<id>": {logprob, rank, decoded_token}}`. */
export function readPromptLogProbs(
  list: JsonNode | null,
  promptIds: Int32Array,
  notes: Notes,
): { readonly columns: readonly RecordedColumn[]; readonly alternatives: Alternatives } | null {
  const key = "prompt_logprobs";
  if (!list || !Array.isArray(list.value) || list.value.length === 0) return null;
  const rows: readonly unknown[] = list.value;
  if (rows.length !== promptIds.length) {
    notes.addMisfit({ key, found: rows.length, due: promptIds.length }, list.range);
    return null;
  }
  const values = new Float32Array(promptIds.length).fill(Number.NaN);
  const alternatives = startAlternatives(key);
  for (const [token, row] of rows.entries()) {
    const others = typeof row === "object" && row !== null ? Object.entries(row) : [];
    for (const [name, said] of others) {
      const logProb = memberOf(said, "logprob");
      const id = Number(name);
      if (typeof logProb !== "number" || !Number.isInteger(id)) continue;
      const text = memberOf(said, "decoded_token");
      if (id === promptIds[token]) values[token] = logProb;
      alternatives.add({ text: typeof text === "string" ? text : null, id, logProb });
    }
    alternatives.endRow();
  }
  return {
    columns: [{ name: "log-probability", key, by: "rollout", values }],
    alternatives: alternatives.finish(),
  };
}
