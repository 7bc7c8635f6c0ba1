/** Where a number comes from. Numbers are never shown without it. */
export type Origin =
  | { readonly kind: "recorded"; readonly by: "rollout" | "trainer" }
  | { readonly kind: "scored"; readonly policy: string; readonly exactIds: boolean };

/**
 * What a number a token is. Log-probabilities are natural, entropy is in nats. The plain one is of the engine that
 * sampled; `previous` is the policy's at the beginning of the optimiser's step. `masked-out` is 1 where the trainer left
 * the token out of the loss (its importance ratio was too far from 1).
 */
export type ChannelName =
  | "log-probability"
  | "trainer-log-probability"
  | "reference-log-probability"
  | "previous-log-probability"
  | "entropy"
  | "advantage"
  | "importance-ratio"
  | "log-importance-ratio"
  | "mismatch-kl"
  | "probability-difference"
  | "loss-mask"
  | "loss-weight"
  | "masked-out";

/** One number a token; NaN where there is none. */
export interface Channel {
  readonly name: ChannelName;
  /** The field's own name in the file (`inference_logprobs`); several channels of one name differ by it. */
  readonly key?: string;
  readonly origin: Origin;
  readonly values: Float32Array;
}

/** Other tokens that the file names for a position, with their log-probabilities. Often the token itself is among them. */
export interface Alternatives {
  /** The field's own name in the file. */
  readonly key: string;
  /** Those of token t are `[row[t], row[t + 1])`; one longer than the tokens. */
  readonly row: Uint32Array;
  /** As the file spells them; null where it gives the id alone. */
  readonly texts: readonly (string | null)[];
  /** -1 where the file gives no id. */
  readonly ids: Int32Array;
  readonly logProbs: Float32Array;
}

/**
 * What a policy says of a token table, as columns. Row t is the prediction of token t from the tokens before it;
 * row 0 has none and is NaN (ids: -1). All logarithms are natural.
 */
export interface Scores {
  readonly policy: string;
  readonly tokenCount: number;
  /** Tokens from here on are beyond the policy's context and were not scored; absent: all were. */
  readonly scoredCount?: number;
  readonly controlIds: Int32Array;
  /** tokenCount x controlIds.length, row-major: log P of each control token. */
  readonly controlLogProbs: Float32Array;
  /** log P of the token that is there. */
  readonly targetLogProbs: Float32Array;
  /** Entropy of the prediction in nats. */
  readonly entropy: Float32Array;
  /** tokenCount x topCount, best first. */
  readonly topCount: number;
  readonly topIds: Int32Array;
  readonly topLogProbs: Float32Array;
}
