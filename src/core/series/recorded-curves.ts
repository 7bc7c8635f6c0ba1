import type { Analysis } from "../analysis/analysis.ts";
import type { Channel } from "../tokens/channel.ts";
import { channelWords, neutralValue, shownValue } from "../views/recorded-words.ts";
import type { Curve } from "../views/series.ts";
import { sampleFurthest, sampleHighest, type SampleRange } from "./sample.ts";

/** A curve for each channel that the file recorded, and for each control token that it names where it is out of turn. */
export function recordedCurves(
  analysis: Analysis,
  range: SampleRange,
  legalMask: (state: number) => number,
): readonly Curve[] {
  const { recorded } = analysis.transcript;
  const curves = recorded.map((channel) => channelCurve(channel, recorded, range));
  const named = analysis.family.controls.flatMap(
    (_control, control) => namedCurve(analysis, control, range, legalMask) ?? [],
  );
  return [...curves, ...named].filter(({ token }) => token.length > 0);
}

/** Each bucket keeps the value that is furthest from where the channel says nothing. */
function channelCurve(channel: Channel, all: readonly Channel[], range: SampleRange): Curve {
  const { name, by, key, unit } = channelWords(channel);
  const neutral = neutralValue(channel.name);
  const alike = all.filter((each) => each.name === channel.name).length > 1;
  const field = key === null ? "" : ` in ${key}`;
  return {
    name: `${name}${alike ? field : ""}, recorded`,
    kind: "recorded",
    control: null,
    unit,
    neutral,
    title: `${name} of each token as the ${by} recorded it${field}${unit === "probability" ? "; what is low stands out" : ""}`,
    ...sampleFurthest(range, neutral, (token) =>
      shownValue(channel, channel.values[token] ?? Number.NaN),
    ),
  };
}

/** Below this everywhere a control token that the file names is no news. */
const smallestPeak = 0.01;

/** What the file says of a control token where that is illegal; nothing where it does not name it. */
function namedCurve(
  { transcript, tokens, family, controlIds, stateBefore }: Analysis,
  control: number,
  range: SampleRange,
  legalMask: (state: number) => number,
): Curve | null {
  const { alternatives } = transcript;
  const text = family.controls[control]?.text;
  if (!alternatives || text === undefined) return null;
  const { key, row, texts, ids, logProbs } = alternatives;
  const id = controlIds[control] ?? -1;
  const valueAt = (token: number): number => {
    if (tokens.sampled[token] !== 1) return Number.NaN;
    if ((legalMask(stateBefore[token] ?? 0) & (1 << control)) !== 0) return Number.NaN;
    for (let at = row[token] ?? 0; at < (row[token + 1] ?? 0); at++) {
      if (texts[at] === text || (id >= 0 && ids[at] === id))
        return Math.exp(logProbs[at] ?? Number.NaN);
    }
    return Number.NaN;
  };
  const points = sampleHighest(range, valueAt);
  if (points.value.every((value) => value < smallestPeak)) return null;
  return {
    name: `${text} in ${key}`,
    kind: "recorded",
    control: null,
    unit: "probability",
    neutral: 0,
    title: `${text} where it is illegal, as the file names it among its alternatives; it says nothing of the other tokens`,
    ...points,
  };
}
