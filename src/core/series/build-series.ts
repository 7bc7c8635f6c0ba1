import type { Analysis } from "../analysis/analysis.ts";
import { illegalProbability } from "../views/heat.ts";
import type { LineLayout } from "../views/line-layout.ts";
import type { Curve, Series, SeriesMark } from "../views/series.ts";
import { count, showProbability } from "../text/words.ts";
import { turnLabels } from "../views/turn-labels.ts";
import { recordedCurves } from "./recorded-curves.ts";
import { sampleHighest, type SampleRange } from "./sample.ts";

export interface SeriesContext {
  readonly revision: number;
  readonly startToken: number;
  /** Null: to the end. */
  readonly endToken: number | null;
  /** Points a curve at most. */
  readonly width: number;
  /** Name of the policy that scores; null: none is chosen. */
  readonly policyName: string | null;
  /** Legal controls by state number, as a bit mask. */
  readonly legalMask: (state: number) => number;
}

/** Below this everywhere a control has no curve of its own: it would lie on the axis. */
const smallestPeak = 0.01;

/** Shown where nothing is scored yet: the default of the setting. */
const defaultThreshold = 0.05;

// Chart libraries get no more than this many points a curve, whatever the page asks.
const maxWidth = 4000;

/** Control-token probability by position. What is legal counts as 0: a likely `<tool_call>` where a call is due is no news. */
export function buildSeries(
  analysis: Analysis,
  layout: LineLayout,
  context: SeriesContext,
): Series {
  const tokenCount = analysis.tokens.ids.length;
  const startToken = clamp(context.startToken, 0, tokenCount);
  const endToken = clamp(context.endToken ?? tokenCount, startToken, tokenCount);
  const range = {
    start: startToken,
    end: endToken,
    width: clamp(Math.trunc(context.width), 1, maxWidth),
  };
  const recorded = recordedCurves(analysis, range, context.legalMask);
  const curves = analysis.scores
    ? [...scoredCurves(analysis, context, range), ...recorded]
    : recorded;
  return {
    revision: context.revision,
    startToken,
    endToken,
    curves,
    threshold: thresholdOf(analysis),
    marks: marksIn(layout, startToken, endToken),
    turns: bandsIn(analysis, layout, startToken, endToken),
    summary: summarise(analysis, layout),
    empty: curves.length > 0 ? null : whyEmpty(analysis, context.policyName),
  };
}

function scoredCurves(
  analysis: Analysis,
  context: SeriesContext,
  range: SampleRange,
): readonly Curve[] {
  const mass = analysis.signals?.["illegal-mass"];
  const total: Curve = {
    name: "illegal control mass",
    kind: "illegal-mass",
    control: null,
    ...ofControls,
    ...sampleHighest(range, (token) => finite(mass?.[token])),
  };
  const own = analysis.family.controls.flatMap(({ text }, control) => {
    const at = (token: number): number =>
      illegalProbability(analysis, token, control, context.legalMask);
    // Over the whole transcript, so that curves keep their colours while one zooms.
    if (!rises(analysis, control, context)) return [];
    const curve = { name: text, kind: "control" as const, control, ...ofControls };
    return [{ ...curve, ...sampleHighest(range, at) }];
  });
  return [total, ...own];
}

const ofControls = { unit: "probability", neutral: 0, title: null } as const;

/** Compared as logarithms: this looks at every token for every control, and an exponential each would be most of its time. */
function rises(
  { scores, tokens, stateBefore }: Analysis,
  control: number,
  context: SeriesContext,
): boolean {
  if (!scores || (scores.controlIds[control] ?? -1) < 0) return false;
  const smallest = Math.log(smallestPeak);
  const width = scores.controlIds.length;
  for (let token = 0; token < scores.tokenCount; token++) {
    if (!((scores.controlLogProbs[token * width + control] ?? NaN) >= smallest)) continue;
    if (tokens.sampled[token] !== 1) continue;
    if ((context.legalMask(stateBefore[token] ?? 0) & (1 << control)) === 0) return true;
  }
  return false;
}

function thresholdOf({ baseline }: Analysis): number {
  const known = [...(baseline?.threshold ?? [])].filter((value) => !Number.isNaN(value));
  // The floor: a state's own threshold is never below it, and most states lie on it.
  return known.length === 0 ? defaultThreshold : Math.min(...known);
}

function marksIn(layout: LineLayout, startToken: number, endToken: number): readonly SeriesMark[] {
  return layout.facts.flatMap(({ index, finding }): SeriesMark[] => {
    const token = layout.anchor[index] ?? 0;
    if (finding.kind === "audit" || token < startToken || token >= endToken) return [];
    const value = finding.probability === null ? "" : ` ${showProbability(finding.probability)}`;
    const kind = finding.kind === "break" ? "break" : finding.fired === true ? "fired" : "latent";
    const label = kind === "break" ? `break ${finding.rule}` : `${kind}${value}`;
    return [{ token, finding: index, kind, label }];
  });
}

function bandsIn(
  { transcript }: Analysis,
  layout: LineLayout,
  startToken: number,
  endToken: number,
): Series["turns"] {
  const labels = turnLabels(transcript.turns);
  return transcript.turns.flatMap((turn, at) => {
    const start = Math.max(startToken, layout.turnStartToken[at] ?? 0);
    const end = Math.min(endToken, layout.turnStartToken[at + 1] ?? 0);
    if (end <= start) return [];
    return [
      { label: labels[at] ?? turn.role, sampled: turn.sampled, startToken: start, endToken: end },
    ];
  });
}

/** `Rises from token 173, 2 spikes fired, 1 latent, 1 break.` */
function summarise(analysis: Analysis, layout: LineLayout): string {
  const marks = marksIn(layout, 0, Infinity);
  const fired = marks.filter(({ kind }) => kind === "fired").length;
  const latent = marks.filter(({ kind }) => kind === "latent").length;
  const breaks = marks.filter(({ kind }) => kind === "break").length;
  const first = analysis.spikes.find(({ signal }) => signal !== "surprise");
  const parts = [
    ...(first ? [`rises from token ${String(first.startToken)}`] : []),
    ...(fired > 0 ? [`${count(fired, "spike")} fired`] : []),
    ...(latent > 0 ? [fired > 0 ? `${String(latent)} latent` : count(latent, "latent spike")] : []),
    ...(breaks > 0 ? [count(breaks, "break")] : []),
  ];
  if (parts.length > 0) return parts.join(", ");
  return analysis.scores ? "stays below the threshold" : "not scored; no break";
}

function whyEmpty(analysis: Analysis, policyName: string | null): string {
  if (analysis.tokens.ids.length === 0) return "There are no tokens in this record.";
  if (policyName !== null) return `Not scored yet by ${policyName}.`;
  return "No policy: choose one to score these tokens and see where control tokens rise.";
}

function finite(value: number | undefined): number {
  return value === undefined || Number.isNaN(value) ? 0 : value;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(Number.isNaN(value) ? low : value, high));
}
