import type { Analysis } from "../analysis/analysis.ts";
import type { Alternative, TokenCard } from "./card.ts";
import { channelWords, shownValue } from "./recorded-words.ts";

/** What is legal at a token, and how to show ids. */
interface Place {
  /** Legal controls, as a bit mask. */
  readonly legal: number;
  readonly sampled: boolean;
  readonly showToken: (id: number) => string;
}

/** What the file recorded of one token, and which others it names there: no more than it says. */
export function recordedAt(
  analysis: Analysis,
  token: number,
  place: Place,
): Pick<TokenCard, "recorded" | "alternatives"> {
  const recorded = analysis.transcript.recorded.flatMap((channel) => {
    const value = shownValue(channel, channel.values[token] ?? Number.NaN);
    return Number.isNaN(value) ? [] : [{ ...channelWords(channel), value }];
  });
  return { recorded, alternatives: alternativesAt(analysis, token, place) };
}

function alternativesAt(
  { transcript: { alternatives }, family, controlIds }: Analysis,
  token: number,
  { legal, sampled, showToken }: Place,
): TokenCard["alternatives"] {
  if (!alternatives) return null;
  const { key, row, texts, ids, logProbs } = alternatives;
  const list: Alternative[] = [];
  for (let at = row[token] ?? 0; at < (row[token + 1] ?? 0); at++) {
    const id = ids[at] ?? -1;
    const probability = Math.exp(logProbs[at] ?? Number.NaN);
    if (Number.isNaN(probability)) continue;
    const text = texts[at] ?? showToken(id);
    const control = family.controls.findIndex(
      (each, index) => each.text === text || (id >= 0 && controlIds[index] === id),
    );
    const isControl = control >= 0 && sampled;
    list.push({ text, probability, legal: isControl ? (legal & (1 << control)) !== 0 : null });
  }
  return list.length === 0
    ? null
    : { key, list: list.toSorted((a, b) => b.probability - a.probability) };
}
