import type { Colors } from "picocolors/types";
import { canTellOnset } from "../core/run/onset.ts";
import { measures, type OnsetReport, type RunReport } from "../core/run/run-report.ts";
import { shareOf, type MassFigures, type StepFigures } from "../core/run/step-figures.ts";

/** A run's steps as a table for a person, and where each measure left what was usual. */
export function formatRun({ steps, onsets, policy }: RunReport, colors: Colors): string {
  const all = steps.map(cells);
  // What no step has would only push the table over the edge of the terminal.
  const shown = head.map((_title, column) => all.some((row) => row[column] !== "-"));
  const [titles = [], ...rows] = [head, ...all].map((row) => row.filter((_, at) => shown[at]));
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ");
  const told = onsets.flatMap((onset) => tellOnset(onset, steps));
  // Standard error says what was found instead.
  if (steps.length === 0) return "";
  return [
    colors.bold(line(titles)),
    ...steps.map((figures, index) => paint(figures, line(rows[index] ?? []), colors)),
    "",
    "Recoverable: broken calls in which a forgiving parser still reads a declared tool with valid arguments.",
    `Shares of turns and tokens in percent. Masses are ${policy === null ? "not scored: no policy" : `what the ${policy} finds likely`}.`,
    "Onset: the first of three steps in a row outside what the first eight show.",
    ...told,
    "",
  ].join("\n");
}

/** A measure that no step has is not told of. */
function tellOnset(
  { measure, step, usual }: OnsetReport,
  steps: readonly StepFigures[],
): readonly string[] {
  if (step !== null)
    return [`  ${measure}: leaves its usual ${short(usual ?? NaN)} at step ${String(step)}`];
  const of = measures.find(({ name }) => name === measure)?.of;
  const values = of === undefined ? [] : steps.map(of);
  if (values.every((value) => Number.isNaN(value))) return [];
  return [`  ${measure}: ${canTellOnset(values) ? "stays as it was" : "too few steps to tell"}`];
}

const head = [
  "step",
  "rollouts",
  "reward",
  "healthy",
  "polluted",
  "collapsed",
  "recoverable",
  "illegal mean",
  "illegal p99",
  "> 0.05",
  "stop mean",
  "entropy",
];

function cells(figures: StepFigures): readonly string[] {
  const { illegalMass, prematureStop, entropy, reward } = figures;
  return [
    String(figures.step),
    String(figures.trajectories),
    reward === null ? "-" : reward.toFixed(2),
    percent(shareOf(figures, "healthy-call", "healthy-response")),
    percent(shareOf(figures, "polluted")),
    percent(shareOf(figures, "collapsed")),
    recoverable(figures),
    mass(illegalMass, "mean"),
    mass(illegalMass, "percentile99"),
    illegalMass === null ? "-" : (illegalMass.notableShare * 100).toFixed(2),
    mass(prematureStop, "mean"),
    entropy === null ? "-" : entropy.toFixed(3),
  ];
}

/** `17/20`: broken calls that a forgiving parser still reads, of those that could be judged. */
function recoverable({ recoverable: rate }: StepFigures): string {
  const judged = rate.recoverable + rate.unrecoverable;
  return judged === 0 ? "-" : `${String(rate.recoverable)}/${String(judged)}`;
}

function paint(figures: StepFigures, text: string, colors: Colors): string {
  if (shareOf(figures, "collapsed") >= 0.1) return colors.red(text);
  return shareOf(figures, "polluted", "collapsed") >= 0.1 ? colors.yellow(text) : text;
}

function mass(figures: MassFigures | null, of: "mean" | "percentile99"): string {
  return figures === null ? "-" : short(figures[of]);
}

function percent(share: number): string {
  return (share * 100).toFixed(share > 0 && share < 0.01 ? 1 : 0);
}

/** Two digits that count: masses span eight decades. */
function short(value: number): string {
  if (value === 0 || value >= 0.01) return value.toFixed(2);
  return value.toExponential(0);
}
