import type { ChannelWords } from "./recorded-words.ts";

export interface Candidate {
  readonly text: string;
  readonly probability: number;
}

/** A number that the file recorded of a token. */
export interface RecordedValue extends ChannelWords {
  readonly value: number;
}

/** A token that the file names in another's place; `legal` of a control token, null for any other. */
export interface Alternative extends Candidate {
  readonly legal: boolean | null;
}

/** Everything known of one token. */
export interface TokenCard {
  readonly token: number;
  readonly text: string;
  /** -1 where no tokenizer is known. */
  readonly id: number;
  readonly turn: number;
  /** The machine's state before it, in words: `call > arguments > string`. */
  readonly state: string;
  readonly sampled: boolean;
  readonly legal: readonly string[];
  /** Probability of this token, or null. */
  readonly probability: number | null;
  /** In nats. */
  readonly entropy: number | null;
  readonly illegalMass: number | null;
  readonly top: readonly Candidate[];
  readonly controls: readonly (Candidate & { readonly legal: boolean })[];
  /** What the file recorded of it. */
  readonly recorded: readonly RecordedValue[];
  /** What else the file says might have come, best first, and the field that says so; null where none does. */
  readonly alternatives: { readonly key: string; readonly list: readonly Alternative[] } | null;
  /** `scored · step-96 fp32 · exact ids`, `recorded · rollout engine`; null while nothing is known. */
  readonly origin: string | null;
  /** Illegal control mass in the same state over the file. */
  readonly usual: {
    readonly median: number;
    readonly percentile99: number;
    readonly sigmasAbove: number;
    readonly count: number;
  } | null;
  /** Indices of the findings at this token. */
  readonly findings: readonly number[];
  readonly line: number;
}
