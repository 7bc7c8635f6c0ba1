import type { Alternatives, Channel } from "../tokens/channel.ts";
import type { RecordedColumn } from "../trajectory/trajectory.ts";

/** A stretch of a transcript's tokens for which the file recorded something. */
export interface RecordedStretch {
  /** First token of the stretch in the transcript. */
  readonly at: number;
  readonly length: number;
  /** Where in the columns and alternatives it begins. */
  readonly from: number;
  readonly columns: readonly RecordedColumn[];
  readonly alternatives: Alternatives | null | undefined;
}

export interface RecordedOfTranscript {
  readonly recorded: readonly Channel[];
  readonly alternatives?: Alternatives;
}

/** All stretches as channels over `tokenCount` tokens. Stretches ascend and do not overlap. */
export function layRecorded(
  stretches: readonly RecordedStretch[],
  tokenCount: number,
): RecordedOfTranscript {
  const alternatives = layAlternatives(stretches, tokenCount);
  return {
    recorded: toChannels(layColumns(stretches, tokenCount)),
    ...(alternatives ? { alternatives } : {}),
  };
}

/**
 * Columns as channels. The engine's log-probabilities come first, since cards and findings that have room for one take
 * those.
 */
function toChannels(columns: readonly RecordedColumn[]): readonly Channel[] {
  const channels = columns.map(({ name, key, by, values }): Channel => ({
    name,
    key,
    origin: { kind: "recorded", by },
    values,
  }));
  return channels.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ name }: Channel): number {
  if (name === "log-probability") return 0;
  return name.endsWith("log-probability") ? 1 : 2;
}

function layColumns(
  stretches: readonly RecordedStretch[],
  tokenCount: number,
): readonly RecordedColumn[] {
  const laid = new Map<string, RecordedColumn>();
  for (const { at, from, length, columns } of stretches) {
    for (const { values, ...column } of columns) {
      // What a prompt's and a response's field are called differs; what they mean does not.
      const own = `${column.name} ${column.name === "log-probability" ? "" : column.key}`;
      const known = laid.get(own) ?? {
        ...column,
        values: new Float32Array(tokenCount).fill(Number.NaN),
      };
      known.values.set(values.subarray(from, from + length), at);
      laid.set(own, { ...known, key: joinKeys(known.key, column.key) });
    }
  }
  return [...laid.values()];
}

/** `prompt_logprobs, logprobs.content`: both fields say the same of their own tokens. */
function joinKeys(known: string, key: string): string {
  if (known === "" || key === "") return known + key;
  return known.split(", ").includes(key) ? known : `${known}, ${key}`;
}

function layAlternatives(
  stretches: readonly RecordedStretch[],
  tokenCount: number,
): Alternatives | null {
  const row = new Uint32Array(tokenCount + 1);
  const texts: (string | null)[] = [];
  const ids: number[] = [];
  const logProbs: number[] = [];
  let key: string | null = null;
  let filled = 0;
  for (const { at, from, length, alternatives } of stretches) {
    if (!alternatives) continue;
    key ??= alternatives.key;
    row.fill(texts.length, filled, at + 1);
    for (let token = 0; token < length; token++) {
      const last = alternatives.row[from + token + 1] ?? 0;
      for (let one = alternatives.row[from + token] ?? last; one < last; one++) {
        texts.push(alternatives.texts[one] ?? null);
        ids.push(alternatives.ids[one] ?? -1);
        logProbs.push(alternatives.logProbs[one] ?? Number.NaN);
      }
      row[at + token + 1] = texts.length;
    }
    filled = at + length + 1;
  }
  if (key === null) return null;
  row.fill(texts.length, filled);
  return { key, row, texts, ids: Int32Array.from(ids), logProbs: Float32Array.from(logProbs) };
}
