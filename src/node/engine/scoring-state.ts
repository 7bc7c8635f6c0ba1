import type { Scores } from "../../core/tokens/channel.ts";
import {
  addSamples,
  startSamples,
  summarise,
  type SignalSamples,
  type ThresholdSettings,
  type Usual,
} from "../../core/scoring/baseline.ts";
import {
  addFit,
  fitOf,
  startFit,
  type FitSums,
  type PolicyFit,
} from "../../core/scoring/policy-fit.ts";
import type { SignalColumns } from "../../core/scoring/signals.ts";
import type { TokenTable } from "../../core/tokens/token-table.ts";

/** Scores kept in memory: about 90 bytes a token, so two million tokens. What is usual needs all of them, so none is dropped. */
const maxScoreBytes = 192 * 1024 * 1024;

/** What scoring has found in one file so far. */
export class ScoringState {
  readonly #scores = new Map<number, Scores>();
  #scoreBytes = 0;
  #samples: SignalSamples = startSamples();
  #fit: FitSums = startFit();
  #usual: Usual | null = null;
  #isStale = false;

  get(trajectory: number): Scores | undefined {
    return this.#scores.get(trajectory);
  }

  /** Trajectories scored so far. */
  get count(): number {
    return this.#scores.size;
  }

  /** There is no room for more scores. */
  get isFull(): boolean {
    return this.#scoreBytes >= maxScoreBytes;
  }

  /** A trajectory's values join what is usual once. */
  add(
    trajectory: number,
    scored: {
      readonly scores: Scores;
      readonly signals: SignalColumns;
      readonly stateBefore: Uint8Array;
      readonly tokens: TokenTable;
    },
  ): void {
    if (this.#scores.has(trajectory)) return;
    this.#scores.set(trajectory, scored.scores);
    this.#scoreBytes += sizeOf(scored.scores);
    addSamples(this.#samples, scored.signals, scored.stateBefore);
    addFit(this.#fit, scored.tokens, scored.scores);
    this.#isStale = true;
  }

  /** These trajectories are others now. What is usual keeps their values: they were of this file, too. */
  deleteFrom(trajectory: number): void {
    for (const [key, scores] of this.#scores) {
      if (key < trajectory) continue;
      this.#scores.delete(key);
      this.#scoreBytes -= sizeOf(scores);
    }
  }

  /** What is usual now. Sorting the values takes a while, so callers ask after a batch, not after each trajectory. */
  refresh(settings: ThresholdSettings): Usual | null {
    if (this.#isStale) this.#usual = summarise(this.#samples, settings);
    this.#isStale = false;
    return this.#usual;
  }

  /** How well the policy foretells the file so far. */
  get fit(): PolicyFit | null {
    return fitOf(this.#fit);
  }

  get usual(): Usual | null {
    return this.#usual;
  }

  /** Thresholds changed: the same values, told anew. */
  retell(settings: ThresholdSettings): void {
    if (this.#scores.size > 0) this.#usual = summarise(this.#samples, settings);
  }

  /** Another policy: nothing found so far holds. */
  clear(): void {
    this.#scores.clear();
    this.#scoreBytes = 0;
    this.#samples = startSamples();
    this.#fit = startFit();
    this.#usual = null;
    this.#isStale = false;
  }
}

function sizeOf(scores: Scores): number {
  return (
    scores.controlLogProbs.byteLength +
    scores.targetLogProbs.byteLength +
    scores.entropy.byteLength +
    scores.topIds.byteLength +
    scores.topLogProbs.byteLength
  );
}
