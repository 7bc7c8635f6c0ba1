import type { Analysis } from "../analysis/analysis.ts";
import type { Finding } from "../findings/finding.ts";
import type { TrajectoryRow } from "./document.ts";
import { showProbability } from "../text/words.ts";
import { showRule } from "./rule-names.ts";

/** What is known of one record. */
type RowSource =
  | { readonly kind: "analysed"; readonly analysis: Analysis }
  | { readonly kind: "unreadable"; readonly problem: string; readonly record: number };

/** One line of the list of trajectories. */
export function buildRow(index: number, source: RowSource): TrajectoryRow {
  if (source.kind === "unreadable") {
    return { ...emptyRow(index, source.record), problem: source.problem };
  }
  const { analysis } = source;
  const { id, step, group, sample, reward } = analysis.trajectory;
  return {
    ...emptyRow(index, index),
    id,
    step,
    group,
    sample,
    reward,
    states: analysis.structures.map(({ state }) => state),
    worst: worstOf(analysis.findings),
    findingCount: analysis.findings.length,
    breakCount: countOf(analysis.findings, "break"),
    spikeCount: countOf(analysis.findings, "spike"),
    scored: analysis.scores !== null,
  };
}

function emptyRow(index: number, record: number): TrajectoryRow {
  return {
    index,
    id: `record ${String(record + 1)}`,
    step: null,
    group: null,
    sample: null,
    reward: null,
    states: [],
    worst: null,
    findingCount: 0,
    breakCount: 0,
    spikeCount: 0,
    scored: false,
    problem: null,
  };
}

function countOf(findings: readonly Finding[], wanted: Finding["kind"]): number {
  return findings.filter(({ kind }) => kind === wanted).length;
}

/** Two rules fit on a line of the list. */
const maxRules = 2;

function worstOf(findings: readonly Finding[]): TrajectoryRow["worst"] {
  const ranked = findings.toSorted((a, b) => weight(b) - weight(a) || a.start - b.start);
  const [worst] = ranked;
  if (!worst) return null;
  if (worst.kind === "spike") return { severity: worst.severity, label: spikeLabel(worst) };
  const rules = ranked
    .filter(({ kind, severity }) => kind !== "spike" && severity === worst.severity)
    .map(({ rule }) => rule);
  const names = [...new Set(rules)].slice(0, maxRules).map(showRule);
  return { severity: worst.severity, label: names.join(" · ") };
}

/** Breaks before spikes at the same severity; among spikes the higher. */
function weight(finding: Finding): number {
  const severity = { error: 30, warning: 20, info: 10 }[finding.severity];
  const kind = { break: 5, audit: 3, spike: 0 }[finding.kind];
  return severity + kind + (finding.kind === "spike" ? (finding.probability ?? 0) : 0);
}

function spikeLabel({ fired, probability, token }: Finding): string {
  const value = probability === null ? "" : ` ${showProbability(probability)}`;
  const place = token === null ? "" : ` at token ${String(token)}`;
  return `${fired === true ? "fired" : "latent"} spike${value}${place}`;
}
