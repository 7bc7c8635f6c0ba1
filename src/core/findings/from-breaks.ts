import type { Break, Structure } from "../grammar/structure.ts";
import type { Family } from "../grammar/family.ts";
import type { Scores } from "../tokens/channel.ts";
import type { TokenTable } from "../tokens/token-table.ts";
import type { Finding } from "./finding.ts";
import type { Audit } from "./trajectory-rules/trajectory-rule.ts";

export interface BreakContext {
  readonly family: Family;
  readonly tokens: TokenTable;
  readonly scores: Scores | null;
  /** Log-probability of each token as the rollout engine recorded it. */
  readonly recorded: Float32Array | null;
}

/**
 * Breaks as findings, with the probability of the token at which they happened. What the engine recorded is what was
 * sampled from, so it wins over a score.
 */
export function findingsFromBreaks(
  structures: readonly Structure[],
  context: BreakContext,
): readonly Finding[] {
  return structures.flatMap((structure) =>
    structure.breaks.map((broken) => toFinding(structure.turn, broken, context)),
  );
}

/** Audits as findings: of the same shape, but no token was sampled against the structure there. */
export function findingsFromAudits(
  audits: readonly Audit[],
  context: BreakContext,
): readonly Finding[] {
  return audits.map((audit) => ({
    ...toFinding(audit.turn, audit, { ...context, scores: null, recorded: null }),
    kind: "audit",
    fired: null,
  }));
}

function toFinding(turn: number, broken: Break, context: BreakContext): Finding {
  const token = context.tokens.origin === "words" ? null : tokenAt(context.tokens, broken.start);
  const measured = token === null ? null : measure(context, token);
  return {
    kind: "break",
    rule: broken.rule,
    severity: broken.severity,
    turn,
    token,
    start: broken.start,
    end: broken.end,
    control:
      broken.control === null ? null : (context.family.controls[broken.control]?.text ?? null),
    probability: measured?.probability ?? null,
    origin: measured?.origin ?? null,
    fired: broken.control === null ? null : true,
    message: broken.message,
  };
}

function measure(
  context: BreakContext,
  token: number,
): { readonly probability: number; readonly origin: "recorded" | "scored" } | null {
  const recorded = context.recorded?.[token] ?? NaN;
  if (!Number.isNaN(recorded)) return { probability: Math.exp(recorded), origin: "recorded" };
  const scored = context.scores?.targetLogProbs[token] ?? NaN;
  return Number.isNaN(scored) ? null : { probability: Math.exp(scored), origin: "scored" };
}

/** The token that covers a UTF-16 offset: the last one that begins at or before it. */
export function tokenAt(tokens: TokenTable, offset: number): number {
  let low = 0;
  let high = tokens.start.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tokens.start[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  // Byte pieces share one range: the first of them is where it began.
  while (low > 0 && tokens.start[low - 1] === tokens.start[low] && offset === tokens.start[low])
    low--;
  return Math.max(0, low);
}
