/** Where a series of figures by step leaves what was usual, for three steps at least. */
export interface Onset {
  /** Index of the first step outside. */
  readonly index: number;
  /** What it left: the middle of the first steps, and the bound that was passed. */
  readonly usual: number;
  readonly bound: number;
}

/** Steps that say what is usual. */
const baselineSteps = 8;

/** Fewer tell no spread. */
const leastSteps = 5;

/** Robust sigmas of the first steps that a value must pass. */
const sigmas = 4;

/** A run is noisy from step to step: so many in a row must be outside. */
const inARow = 3;

/**
 * The onset of a change, where a run starts to collapse: the first of three
 * steps in a row that lie beyond the median of the first eight by four robust sigmas (1.4826 x median absolute
 * deviation) and by `least`, below which a change means nothing. Null where there is none.
 *
 * A step without a value (NaN) breaks a row.
 */
export function findOnset(
  values: readonly number[],
  direction: "rises" | "falls",
  least: number,
): Onset | null {
  const first = firstOf(values);
  if (!canTellOnset(values)) return null;
  const usual = median(first);
  const spread = 1.4826 * median(first.map((value) => Math.abs(value - usual)));
  const margin = Math.max(sigmas * spread, least);
  const bound = direction === "rises" ? usual + margin : usual - margin;
  const isOutside = (value: number): boolean =>
    direction === "rises" ? value > bound : value < bound;
  for (let index = 0; index + inARow <= values.length; index++) {
    if (values.slice(index, index + inARow).every(isOutside)) return { index, usual, bound };
  }
  return null;
}

/** Whether the first steps say what is usual; if not, that nothing was found means nothing. */
export function canTellOnset(values: readonly number[]): boolean {
  return firstOf(values).length >= leastSteps;
}

function firstOf(values: readonly number[]): readonly number[] {
  return values.slice(0, baselineSteps).filter((value) => !Number.isNaN(value));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}
