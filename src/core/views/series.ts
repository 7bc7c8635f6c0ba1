import type { RecordedUnit } from "./recorded-words.ts";

/**
 * One curve by token. Points are the value of each bucket that is furthest from `neutral`, so a spike of one token survives
 * any width.
 */
export interface Curve {
  readonly name: string;
  /** `recorded`: as the file tells it; it says nothing of tokens that the file does not name. */
  readonly kind: "illegal-mass" | "control" | "recorded";
  /** Index of the control token; null where the curve is not of one. */
  readonly control: number | null;
  readonly unit: RecordedUnit;
  /** Where it says nothing: 1 of the probability of what was sampled, 0 of a control token's. */
  readonly neutral: number;
  /** What it is and who recorded it, as a clause; null of curves that a policy scored. */
  readonly title: string | null;
  /** Token numbers and values, equal length. */
  readonly token: Uint32Array;
  readonly value: Float32Array;
}

export interface SeriesMark {
  readonly token: number;
  readonly finding: number;
  readonly kind: "break" | "fired" | "latent";
  readonly label: string;
}

/** Chart-ready numbers of one trajectory. */
export interface Series {
  readonly revision: number;
  readonly startToken: number;
  readonly endToken: number;
  readonly curves: readonly Curve[];
  readonly threshold: number;
  readonly marks: readonly SeriesMark[];
  readonly turns: readonly {
    readonly label: string;
    readonly sampled: boolean;
    readonly startToken: number;
    readonly endToken: number;
  }[];
  /** The chart in one sentence, for those who can't see it. */
  readonly summary: string;
  /** Why there is nothing to draw; null where there is. */
  readonly empty: string | null;
}
