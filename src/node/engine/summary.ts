import { tellOnce } from "../../core/findings/told-once.ts";
import type { RawFinding } from "../../core/marks/marks.ts";
import type { TrajectoryRow } from "../../core/views/document.ts";
import { keepRecent } from "./lru.ts";
import { countTotals, type Totals } from "./totals.ts";

/** Findings kept with their place in the raw file: what Problems can show. Beyond it they are counted in the rows only. */
const maxRawFindings = 20_000;

/** Rows kept, some 600 bytes each with their findings; another one is made again when it is asked for. */
const maxRows = 20_000;

/** What is kept of every analysed trajectory: where its findings are and, of the last ones, the row in the list. */
export class Summaries {
  readonly #rows = keepRecent<TrajectoryRow>(maxRows, () => 1);
  readonly #raw = new Map<number, readonly RawFinding[]>();
  readonly #totals = countTotals();
  #rawCount = 0;

  get analysedCount(): number {
    return this.#totals.analysed;
  }

  /** Whether a trajectory is in the totals; its row may have been dropped since. */
  isAnalysed(trajectory: number): boolean {
    return this.#totals.has(trajectory);
  }

  row(trajectory: number): TrajectoryRow | undefined {
    return this.#rows.get(trajectory);
  }

  get totalTokens(): number {
    return this.#totals.tokens;
  }

  tokenCount(trajectory: number): number {
    return this.#totals.tokensOf(trajectory);
  }

  set(row: TrajectoryRow, tokenCount: number, raw: readonly RawFinding[]): void {
    this.#rows.set(row.index, row);
    this.#totals.set(row, tokenCount);
    this.#dropRaw(row.index);
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
  count(): Totals {
    return this.#totals.sum();
  }

  /** Forget this trajectory and all behind it: they are others now. */
  deleteFrom(trajectory: number): void {
    this.#rows.deleteFrom(trajectory);
    this.#totals.deleteFrom(trajectory);
    for (const index of this.#raw.keys()) if (index >= trajectory) this.#dropRaw(index);
  }

  clear(): void {
    this.deleteFrom(0);
  }

  #dropRaw(trajectory: number): void {
    this.#rawCount -= this.#raw.get(trajectory)?.length ?? 0;
    this.#raw.delete(trajectory);
  }
}
