import type { Analysis } from "../analysis/analysis.ts";
import { fidelityOf } from "./fidelity.ts";
import type { LineLayout } from "./line-layout.ts";
import type { FindingView, TrajectoryView, TurnView } from "./trajectory.ts";
import { recoveryOf } from "../grammar/recoveries.ts";
import type { Recovery } from "../grammar/recovery.ts";
import { turnLabels } from "./turn-labels.ts";
import { judge } from "./verdict.ts";

export interface TrajectoryContext {
  readonly index: number;
  readonly revision: number;
  /** Name of the policy that scores; null: none is chosen. */
  readonly policyName: string | null;
}

/** Notes shown above a trajectory; a record with more has the same one many times. */
const maxNotes = 3;

/** One trajectory for the page, without its text. */
export function buildTrajectoryView(
  analysis: Analysis,
  layout: LineLayout,
  context: TrajectoryContext,
): TrajectoryView {
  const { trajectory, transcript, tokens, family, scores } = analysis;
  return {
    index: context.index,
    revision: context.revision,
    id: trajectory.id,
    step: trajectory.step,
    group: trajectory.group,
    sample: trajectory.sample,
    reward: trajectory.reward,
    tokenCount: tokens.ids.length,
    tokensFrom: tokens.origin,
    fidelity: fidelityOf(analysis).fidelity,
    specialTokens: transcript.specialTokens,
    family: {
      title: family.title,
      confidence: analysis.familyGuess.confidence,
      reason: analysis.familyGuess.reason,
    },
    controls: family.controls.map(({ text }) => text),
    scoredBy: scores ? (context.policyName ?? scores.policy) : null,
    verdict: judge(analysis, context.policyName, layout.facts),
    turns: buildTurns(analysis, layout),
    lineCount: layout.lineCount,
    findings: buildFindings(analysis, layout),
    problem: null,
    notes: analysis.problems.slice(0, maxNotes).map(({ code, message }) => ({ code, message })),
  };
}

function buildTurns(analysis: Analysis, layout: LineLayout): readonly TurnView[] {
  const labels = turnLabels(analysis.transcript.turns);
  const states = new Map(analysis.structures.map(({ turn, state }) => [turn, state]));
  return analysis.transcript.turns.map((turn, at) => {
    const startLine = layout.turnStartLine[at] ?? 0;
    return {
      index: at,
      role: turn.role,
      sampled: turn.sampled,
      label: labels[at] ?? turn.role,
      state: states.get(turn.index) ?? null,
      startToken: layout.turnStartToken[at] ?? 0,
      endToken: layout.turnStartToken[at + 1] ?? 0,
      startLine,
      lineCount: (layout.turnStartLine[at + 1] ?? startLine) - startLine,
    };
  });
}

function buildFindings(analysis: Analysis, layout: LineLayout): readonly FindingView[] {
  return analysis.findings.map((finding, index) => ({
    ...finding,
    index,
    anchorToken: layout.anchor[index] ?? 0,
    line: layout.findingLine[index] ?? 0,
    recovery: recoverySentence(recoveryOf(analysis.structures, finding)),
  }));
}

function recoverySentence(recovery: Recovery | null): string | null {
  if (recovery === null) return null;
  const { recoverable, how } = recovery;
  const judgement =
    recoverable === "yes"
      ? "Recoverable"
      : recoverable === "no"
        ? "Not recoverable"
        : "Perhaps recoverable";
  return `${judgement}: ${how}`;
}
