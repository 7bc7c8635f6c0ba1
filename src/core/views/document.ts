import type { Fidelity, FidelityFacts } from "./fidelity.ts";
import type { TurnState } from "../grammar/structure.ts";
import type { Packed } from "../records/packed.ts";
import type { Container } from "../records/record.ts";
import type { Problem } from "../result.ts";
import type { SpecialTokens } from "../trajectory/trajectory.ts";
import type { Severity } from "../grammar/rule-id.ts";

/** A file as a whole, at one moment. */
export interface DocumentInfo {
  readonly path: string;
  readonly name: string;
  /** Counts up with every change; a reply of an older revision is dropped. */
  readonly revision: number;
  readonly format: string | null;
  readonly formatTitle: string;
  readonly container: Container;
  /** Null: the file is read as it is. */
  readonly packed: Packed | null;
  readonly sizeBytes: number;
  readonly trajectoryCount: number;
  /** The line index is still being made. */
  readonly indexing: boolean;
  /** Bytes that the index has come to; of `sizeBytes` those on disk, packed or not. */
  readonly indexedBytes: number;
  readonly indexBytesPerSecond: number;
  /** The index was stopped before the end of the file: what was found is there, the rest is not. */
  readonly indexingStopped: boolean;
  readonly specialTokens: SpecialTokens;
  readonly fidelity: Fidelity;
  /** Whether its first trajectory was re-tokenized. */
  readonly tokens: FidelityFacts["tokens"];
  readonly family: string;
  /** Name of the policy that scores, or null; and of the tokenizer, or null. */
  readonly policy: string | null;
  readonly tokenizer: string | null;
  /** Floor of the spike threshold, a probability: the setting. */
  readonly thresholdFloor: number;
  readonly problemCount: number;
  /** The first hundred. */
  readonly problems: readonly Problem[];
  /** Turns by state over the trajectories analysed so far. */
  readonly turnsByState: Readonly<Record<TurnState, number>>;
  readonly analysedCount: number;
  readonly scoredCount: number;
  readonly spikeCount: number;
  readonly breakCount: number;
  /** Set while scoring runs. */
  readonly scoring: ScoringProgress | null;
  /** Why scoring does not work, in plain words, with what to do. */
  readonly scoringProblem: string | null;
  /** That the policy that scores would not sample the file, in plain words; null where it fits or is not known. */
  readonly misfit: string | null;
}

export interface ScoringProgress {
  readonly doneTokens: number;
  readonly totalTokens: number;
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** One line of the list of trajectories. */
export interface TrajectoryRow {
  readonly index: number;
  readonly id: string;
  readonly step: number | null;
  readonly group: string | null;
  readonly sample: number | null;
  readonly reward: number | null;
  /** State of each sampled turn, in order. */
  readonly states: readonly TurnState[];
  /** The worst finding, in a few words; null where there is none. */
  readonly worst: { readonly severity: Severity; readonly label: string } | null;
  /** Breaks, spikes and audits together. */
  readonly findingCount: number;
  readonly breakCount: number;
  readonly spikeCount: number;
  readonly scored: boolean;
  /** The record could not be read: why. */
  readonly problem: string | null;
}
