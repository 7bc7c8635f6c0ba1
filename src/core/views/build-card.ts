import type { Analysis } from "../analysis/analysis.ts";
import { turnAt } from "../findings/from-spikes.ts";
import type { Scores } from "../tokens/channel.ts";
import type { Candidate, TokenCard } from "./card.ts";
import { lineOfToken, type LineLayout } from "./line-layout.ts";
import { recordedAt } from "./recorded-at.ts";
import { probabilityChannel } from "./recorded-words.ts";

export interface CardContext {
  readonly layout: LineLayout;
  readonly policyName: string | null;
  /** How to show a token id. */
  readonly showToken: (id: number) => string;
  /** The machine's state before a token, in words. */
  readonly stateWords: (token: number) => string;
  /** Legal controls by state number, as a bit mask. */
  readonly legalMask: (state: number) => number;
}

/** Everything known of one token. A token that does not exist is clamped to the nearest one. */
export function buildCard(analysis: Analysis, wanted: number, context: CardContext): TokenCard {
  const { tokens, transcript } = analysis;
  const token = Math.max(0, Math.min(Math.trunc(wanted) || 0, tokens.ids.length - 1));
  const start = tokens.start[token] ?? 0;
  const sampled = tokens.sampled[token] === 1;
  const state = analysis.stateBefore[token] ?? 0;
  const legal = sampled ? context.legalMask(state) : 0;
  const illegalMass = known(analysis.signals?.["illegal-mass"][token]);
  return {
    token,
    text: transcript.text.slice(start, tokens.end[token]),
    id: tokens.ids[token] ?? -1,
    turn: turnAt(transcript.turns, start),
    state: sampled ? context.stateWords(token) : "not written by the policy",
    sampled,
    legal: analysis.family.controls.flatMap(({ text }, control) =>
      (legal & (1 << control)) === 0 ? [] : [text],
    ),
    probability: probabilityOf(analysis, token),
    entropy: known(analysis.scores?.entropy[token]),
    illegalMass,
    top: analysis.scores ? topOf(analysis.scores, token, context) : [],
    controls: analysis.scores ? controlsOf(analysis, analysis.scores, token, legal) : [],
    ...recordedAt(analysis, token, { legal, sampled, showToken: context.showToken }),
    origin: originWords(analysis, token, context.policyName),
    usual: sampled ? usualIn(analysis, state, illegalMass) : null,
    findings: [...context.layout.anchor.keys()].filter(
      (finding) => context.layout.anchor[finding] === token,
    ),
    line: lineOfToken(context.layout, token),
  };
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** What the policy says wins over what the file recorded, since the card's other numbers are the policy's; `origin` names both. */
function probabilityOf(analysis: Analysis, token: number): number | null {
  const scored = known(analysis.scores?.targetLogProbs[token]);
  const logProb = scored ?? known(probabilityChannel(analysis.transcript.recorded)?.values[token]);
  return logProb === null ? null : Math.exp(logProb);
}

function originWords(analysis: Analysis, token: number, policyName: string | null): string | null {
  const parts: string[] = [];
  if (known(analysis.scores?.targetLogProbs[token]) !== null) {
    const exact = analysis.tokens.origin === "file" ? "exact ids" : "re-tokenized text";
    parts.push("scored", policyName ?? analysis.scores?.policy ?? "", exact);
  }
  const channel = probabilityChannel(analysis.transcript.recorded);
  const recorded = known(channel?.values[token]);
  if (recorded !== null && channel) {
    const trainer = channel.origin.kind === "recorded" && channel.origin.by === "trainer";
    const who = trainer ? "trainer" : "rollout engine";
    if (parts.length === 0) parts.push("recorded", who);
    else parts.push(`${who} recorded ${Math.exp(recorded).toFixed(3)}`);
  }
  return parts.length === 0 ? null : parts.join(" · ");
}

function topOf(scores: Scores, token: number, context: CardContext): readonly Candidate[] {
  const top: Candidate[] = [];
  for (let at = token * scores.topCount; at < (token + 1) * scores.topCount; at++) {
    const id = scores.topIds[at] ?? -1;
    const logProb = known(scores.topLogProbs[at]);
    if (id < 0 || logProb === null) continue;
    top.push({ text: context.showToken(id), probability: Math.exp(logProb) });
  }
  return top;
}

/** Controls with an id, most likely first. */
function controlsOf(
  analysis: Analysis,
  scores: Scores,
  token: number,
  legal: number,
): TokenCard["controls"] {
  const row = token * scores.controlIds.length;
  return analysis.family.controls
    .flatMap(({ text }, control) => {
      const logProb = known(scores.controlLogProbs[row + control]);
      if (logProb === null || (scores.controlIds[control] ?? -1) < 0) return [];
      return [{ text, probability: Math.exp(logProb), legal: (legal & (1 << control)) !== 0 }];
    })
    .toSorted((a, b) => b.probability - a.probability);
}

// Where nearly all values are equal the spread is nearly 0 and any distance would be millions of sigmas.
const smallestSigma = 0.001;

function usualIn(analysis: Analysis, state: number, mass: number | null): TokenCard["usual"] {
  const { baseline } = analysis;
  const median = known(baseline?.median[state]);
  if (!baseline || median === null || mass === null) return null;
  const sigma = Math.max(smallestSigma, known(baseline.robustSigma[state]) ?? 0);
  return {
    median,
    percentile99: known(baseline.percentile99[state]) ?? median,
    sigmasAbove: (mass - median) / sigma,
    count: baseline.count[state] ?? 0,
  };
}
