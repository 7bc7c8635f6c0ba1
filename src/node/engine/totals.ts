import { turnStates, type TurnState } from "../../core/grammar/structure.ts";
import type { TrajectoryRow } from "../../core/views/document.ts";

/** Counts over the trajectories analysed so far. */
export interface Totals {
  readonly turnsByState: Readonly<Record<TurnState, number>>;
  readonly breaks: number;
  readonly spikes: number;
}

/** Counts of each trajectory, as columns, so that one that is analysed again replaces what it counted for before. */
export interface CountedTotals {
  readonly analysed: number;
  readonly tokens: number;
  has(trajectory: number): boolean;
  tokensOf(trajectory: number): number;
  set(row: TrajectoryRow, tokenCount: number): void;
  sum(): Totals;
  /** Take this trajectory and all behind it out. */
  deleteFrom(trajectory: number): void;
}

/** Trajectories that are counted, 18 bytes each. Who has more sees those beyond one by one, as they are shown. */
export const mostCounted = 1_000_000;

const breakColumn = turnStates.length;
const spikeColumn = breakColumn + 1;
const width = spikeColumn + 1;

export function countTotals(): CountedTotals {
  /** By trajectory: its tokens and one more; 0 where it was not analysed. */
  let tokens = new Uint32Array(256);
  let counts = new Uint16Array(256 * width);
  const sums = new Float64Array(width);
  let analysed = 0;
  let tokenSum = 0;

  function remove(trajectory: number): void {
    const known = tokens[trajectory] ?? 0;
    if (known === 0) return;
    analysed--;
    tokenSum -= known - 1;
    tokens[trajectory] = 0;
    for (let column = 0; column < width; column++) add(trajectory, column, -1);
  }

  function add(trajectory: number, column: number, sign: number): void {
    sums[column] = (sums[column] ?? 0) + sign * (counts[trajectory * width + column] ?? 0);
  }

  function enlarge(to: number): void {
    if (to < tokens.length) return;
    const [oldTokens, oldCounts] = [tokens, counts];
    const capacity = Math.min(mostCounted, Math.max(to + 1, oldTokens.length * 2));
    tokens = new Uint32Array(capacity);
    counts = new Uint16Array(capacity * width);
    tokens.set(oldTokens);
    counts.set(oldCounts);
  }

  return {
    get analysed() {
      return analysed;
    },
    get tokens() {
      return tokenSum;
    },
    has: (trajectory) => (tokens[trajectory] ?? 0) > 0,
    tokensOf: (trajectory) => Math.max(0, (tokens[trajectory] ?? 0) - 1),
    set({ index, states, breakCount, spikeCount }, tokenCount) {
      if (index >= mostCounted) return;
      enlarge(index);
      remove(index);
      const from = index * width;
      counts.fill(0, from, from + width);
      for (const state of states) {
        const column = from + turnStates.indexOf(state);
        counts[column] = (counts[column] ?? 0) + 1;
      }
      counts[from + breakColumn] = breakCount;
      counts[from + spikeColumn] = spikeCount;
      for (let column = 0; column < width; column++) add(index, column, 1);
      tokens[index] = tokenCount + 1;
      analysed++;
      tokenSum += tokenCount;
    },
    sum() {
      const of = (state: TurnState): number => sums[turnStates.indexOf(state)] ?? 0;
      return {
        turnsByState: {
          "healthy-call": of("healthy-call"),
          "healthy-response": of("healthy-response"),
          polluted: of("polluted"),
          collapsed: of("collapsed"),
        },
        breaks: sums[breakColumn] ?? 0,
        spikes: sums[spikeColumn] ?? 0,
      };
    },
    deleteFrom(trajectory) {
      for (let index = trajectory; index < tokens.length; index++) remove(index);
    },
  };
}
