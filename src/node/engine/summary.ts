import { tellOnce } from "../../core/findings/told-once.ts";
import type { RawFinding } from "../../core/marks/marks.ts";
import type { TurnState } from "../../core/grammar/structure.ts";
import type { TrajectoryRow } from "../../core/views/document.ts";

/** Findings kept with their place in the raw file: what Problems can show. Beyond it they are counted in the rows only. */
const maxRawFindings = 20_000;

/** What is kept of every analysed trajectory: its row in the list and where its findings are. */
export class Summaries {
  readonly #rows: (TrajectoryRow | undefined)[] = [];
  readonly #raw = new Map<number, readonly RawFinding[]>();
  readonly #tokens = new Map<number, number>();
  #rawCount = 0;

  get analysedCount(): number {
    return this.#tokens.size;
  }

  row(trajectory: number): TrajectoryRow | undefined {
    return this.#rows[trajectory];
  }

  get totalTokens(): number {
    let total = 0;
    for (const count of this.#tokens.values()) total += count;
    return total;
  }

  tokenCount(trajectory: number): number {
    return this.#tokens.get(trajectory) ?? 0;
  }

  set(row: TrajectoryRow, tokenCount: number, raw: readonly RawFinding[]): void {
    this.#rows[row.index] = row;
    this.#tokens.set(row.index, tokenCount);
    this.#rawCount -= this.#raw.get(row.index)?.length ?? 0;
    this.#raw.delete(row.index);
    if (raw.length === 0 || this.#rawCount + raw.length > maxRawFindings) return;
    this.#raw.set(row.index, raw);
    this.#rawCount += raw.length;
  }

  rawFindings(limit: number): readonly RawFinding[] {
    const found: RawFinding[] = [];
    for (const index of [...this.#raw.keys()].toSorted((a, b) => a - b)) {
      found.push(...(this.#raw.get(index) ?? []).slice(0, limit - found.length));
      if (found.length >= limit) break;
    }
    return tellOnce(found);
  }

  rawFindingsOf(trajectory: number): readonly RawFinding[] {
    return this.#raw.get(trajectory) ?? [];
  }

  /** Totals over what was analysed. */
  count(): {
    readonly turnsByState: Readonly<Record<TurnState, number>>;
    readonly breaks: number;
    readonly spikes: number;
  } {
    const turnsByState: Record<TurnState, number> = {
      "healthy-call": 0,
      "healthy-response": 0,
      polluted: 0,
      collapsed: 0,
    };
    let breaks = 0;
    let spikes = 0;
    for (const row of this.#rows) {
      for (const state of row?.states ?? []) turnsByState[state]++;
      breaks += row?.breakCount ?? 0;
      spikes += row?.spikeCount ?? 0;
    }
    return { turnsByState, breaks, spikes };
  }

  clear(): void {
    this.#rows.length = 0;
    this.#raw.clear();
    this.#tokens.clear();
    this.#rawCount = 0;
  }
}
