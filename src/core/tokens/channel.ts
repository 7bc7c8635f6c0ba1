/** Where a number comes from. Numbers are never shown without it. */
export type Origin =
  | { readonly kind: "recorded"; readonly by: "rollout" | "trainer" }
  | { readonly kind: "scored"; readonly policy: string; readonly exactIds: boolean };

/** One number a token; NaN where there is none. */
export interface Channel {
  readonly name: "log-probability";
  readonly origin: Origin;
  readonly values: Float32Array;
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
