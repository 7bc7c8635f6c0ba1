import type { Analysis } from "../analysis/analysis.ts";
import type { Finding } from "../findings/finding.ts";
import type { Break } from "../grammar/structure.ts";
import type { Spike } from "../scoring/signals.ts";
import { collapseOf } from "./collapse-words.ts";
import { mainBreak } from "./main-break.ts";

/** A finding joined with what it was made from. */
export interface FindingFacts {
  readonly index: number;
  readonly finding: Finding;
  readonly broken: Break | null;
  readonly spike: Spike | null;
  /** Median of illegal control mass in the same state (of the signal, for a spike); null where unknown. */
  readonly usual: number | null;
  /** It is the first break of a turn that collapsed: what that turn is, in words. */
  readonly collapse: string | null;
}

/** One entry for each finding, in the order of `analysis.findings`. */
export function factsOfFindings(analysis: Analysis): readonly FindingFacts[] {
  const breaks = indexBreaks(analysis);
  for (const audit of analysis.audits)
    breaks.set(breakKey(audit.turn, audit), { broken: audit, collapse: null });
  const spikes = new Map(
    analysis.spikes.map((each) => [`spike/${each.signal}@${String(each.peakToken)}`, each]),
  );
  return analysis.findings.map((finding, index) => {
    const found =
      finding.kind !== "spike" ? breaks.get(breakKey(finding.turn, finding)) : undefined;
    const spike = spikes.get(`${finding.rule}@${String(finding.token)}`) ?? null;
    return {
      index,
      finding,
      broken: found?.broken ?? null,
      spike,
      usual: spike ? known(spike.usual) : usualAt(analysis, finding),
      collapse: found?.collapse ?? null,
    };
  });
}

interface IndexedBreak {
  readonly broken: Break;
  readonly collapse: string | null;
}

/** Looked up by key: a degenerate turn can have thousands of breaks, and as many findings. */
function indexBreaks(analysis: Analysis): Map<string, IndexedBreak> {
  const index = new Map<string, IndexedBreak>();
  for (const structure of analysis.structures) {
    const { turn, state, breaks } = structure;
    const main = state === "collapsed" ? mainBreak(breaks) : null;
    const words = main ? collapseOf(analysis, structure).words : null;
    for (const broken of breaks) {
      index.set(breakKey(turn, broken), { broken, collapse: broken === main ? words : null });
    }
  }
  return index;
}

function breakKey(turn: number, at: { readonly rule: string; readonly start: number }): string {
  return `${String(turn)}/${at.rule}/${String(at.start)}`;
}

/** What is usual says nothing of a break that is not about a control token. */
function usualAt(analysis: Analysis, finding: Finding): number | null {
  if (finding.token === null || finding.control === null || !analysis.baseline) return null;
  return known(analysis.baseline.median[analysis.stateBefore[finding.token] ?? 0] ?? NaN);
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
