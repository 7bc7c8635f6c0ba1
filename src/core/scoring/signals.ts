export const signals = ["illegal-mass", "premature-stop", "early-open", "surprise"] as const;
export type Signal = (typeof signals)[number];

/**
 * The signals of `docs/signals.md` at every token; NaN where a token is not sampled or not scored.
 * `illegal-mass`, `premature-stop` and `early-open` are probabilities; `surprise` is in nats.
 */
export type SignalColumns = Readonly<Record<Signal, Float32Array>>;

/** A stretch of tokens where a signal stands above its threshold. */
export interface Spike {
  readonly signal: Signal;
  /** Half-open token range, and the token of its highest value. */
  readonly startToken: number;
  readonly endToken: number;
  readonly peakToken: number;
  readonly peak: number;
  /** Median of the same state in the file, and the threshold it passed. */
  readonly usual: number;
  readonly threshold: number;
  /** Index in the family of the control token with the largest share at the peak. */
  readonly control: number;
  /** That control's own probability at the peak. */
  readonly probability: number;
  /** Where `probability` comes from: recorded by the rollout engine, or scored by the policy. */
  readonly origin: "recorded" | "scored";
  /** Fired: the control token was sampled within the stretch. Latent: it was not, yet. */
  readonly fired: boolean;
}
