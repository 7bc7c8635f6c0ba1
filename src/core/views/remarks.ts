import type { Severity } from "../grammar/rule-id.ts";
import type { Signal } from "../scoring/signals.ts";
import type { FindingFacts } from "./finding-facts.ts";
import type { LineRemark } from "./lines.ts";
import { clip, showProbability } from "../text/words.ts";
import { showRule } from "./rule-names.ts";

/** Units of an expectation that are shown; the card has the rest. */
const maxExpectedUnits = 60;

/**
 * One remark for the findings at one token: a break and the spike that fired in it are one event. The break speaks,
 * since it says what was due.
 */
export function remarkOf(together: readonly FindingFacts[]): LineRemark | null {
  const lead = together.toSorted((a, b) => weight(b) - weight(a))[0];
  if (!lead) return null;
  const fired = together.some(({ finding }) => finding.kind === "spike" && finding.fired === true);
  return {
    finding: lead.index,
    glyph: glyphOf(lead, fired),
    severity: worst(together),
    text: remarkText(lead),
  };
}

/** ◆ fired, ◇ latent, ✕ collapsed, ▲ a break without a spike, or a remark of the audit. */
export function glyphOf(facts: FindingFacts, firedBeside: boolean): LineRemark["glyph"] {
  const { finding } = facts;
  if (facts.collapse !== null) return "✕";
  if (finding.kind === "spike") return finding.fired === true ? "◆" : "◇";
  return firedBeside ? "◆" : "▲";
}

function weight({ finding }: FindingFacts): number {
  if (finding.kind === "break") return 4 - rank(finding.severity);
  return finding.kind === "spike" ? (finding.fired === true ? 1 : 0) : -1;
}

function rank(severity: Severity): number {
  return severity === "error" ? 0 : severity === "warning" ? 1 : 2;
}

function worst(together: readonly FindingFacts[]): Severity {
  const severities = together.map(({ finding }) => finding.severity);
  return severities.toSorted((a, b) => rank(a) - rank(b))[0] ?? "info";
}

function remarkText(facts: FindingFacts): string {
  const { finding, broken, spike } = facts;
  if (facts.collapse !== null) return `collapsed: ${facts.collapse}`;
  const probability = finding.probability === null ? [] : [shownProbability(facts)];
  if (spike) {
    // The token that stands there is another one, so the likely one must be named.
    const latent = `${finding.control ?? "control"} ${showProbability(spike.probability)}`;
    return [...(spike.fired ? probability : [latent]), signalWords(spike.signal, spike.fired)].join(
      " · ",
    );
  }
  if (!broken) return clip(finding.message, 120);
  const expected =
    broken.expected === "" ? [] : [`expected ${clip(broken.expected, maxExpectedUnits)}`];
  return broken.control !== null && probability.length > 0
    ? [...probability, "illegal here", ...expected].join(" · ")
    : [showRule(finding.rule), ...expected].join(" · ");
}

/** `P 0.97`; a probability that was not scored says so. */
function shownProbability({ finding }: FindingFacts): string {
  const value = showProbability(finding.probability ?? NaN);
  return finding.origin === "recorded" ? `P ${value} recorded` : `P ${value}`;
}

/** What a spike means at its place, in a few words. */
export function signalWords(signal: Signal, fired: boolean): string {
  const words: Record<Signal, readonly [fired: string, latent: string]> = {
    "illegal-mass": ["illegal here", "illegal here, not sampled"],
    "premature-stop": ["stop inside a call or thinking", "may stop inside a call or thinking"],
    "early-open": ["call opened in mid-prose", "may open a call in mid-prose"],
    surprise: ["sampled against the odds", "improbable here"],
  };
  return words[signal][fired ? 0 : 1];
}
