import type { TokenTable } from "../tokens/token-table.ts";
import type { Scores } from "../tokens/channel.ts";

/** How well the policy that scores foretells what was sampled: sums over the sampled tokens of a file. In nats. */
export interface FitSums {
  tokens: number;
  surprisal: number;
  entropy: number;
}

/** The same as means a token. */
export interface PolicyFit {
  readonly tokens: number;
  /** Mean of -log P of what was sampled. */
  readonly surprisal: number;
  /** Mean entropy of the predictions. */
  readonly entropy: number;
  /** `other`: the policy that scores is surely not the one that wrote the text. */
  readonly verdict: "same" | "other" | "too-few";
}

/** Fewer tokens tell nothing: the difference scatters by about one nat a token. */
const minTokens = 500;

/**
 * What a policy samples itself at temperature 1 surprises it by its own entropy, on average: the excess estimates the
 * divergence from the policy that wrote the text. Training steps and temperatures near 1 stay below this.
 */
const maxExcess = 0.5;

export function startFit(): FitSums {
  return { tokens: 0, surprisal: 0, entropy: 0 };
}

/** Add one scored trajectory. */
export function addFit(sums: FitSums, tokens: TokenTable, scores: Scores): void {
  for (let token = 0; token < scores.tokenCount; token++) {
    const logProb = scores.targetLogProbs[token] ?? NaN;
    const entropy = scores.entropy[token] ?? NaN;
    if (tokens.sampled[token] !== 1 || Number.isNaN(logProb) || Number.isNaN(entropy)) continue;
    sums.tokens++;
    sums.surprisal -= logProb;
    sums.entropy += entropy;
  }
}

/** Null where nothing was scored. */
export function fitOf({ tokens, surprisal, entropy }: FitSums): PolicyFit | null {
  if (tokens === 0) return null;
  const excess = (surprisal - entropy) / tokens;
  return {
    tokens,
    surprisal: surprisal / tokens,
    entropy: entropy / tokens,
    verdict: tokens < minTokens ? "too-few" : excess > maxExcess ? "other" : "same",
  };
}

/** What a misfit means for whoever reads the spikes, in plain words; null where there is nothing to say. */
export function misfitSentence(fit: PolicyFit | null, policy: string | null): string | null {
  if (fit?.verdict !== "other" || policy === null) return null;
  return (
    `The ${policy} would not sample these rollouts as it is now: each of their tokens surprises it by ${fit.surprisal.toFixed(1)} nats on average, ` +
    `where its own would by ${fit.entropy.toFixed(1)}. Breaks hold all the same; probabilities and spikes tell what this policy expects, not what the one that wrote them did.`
  );
}
