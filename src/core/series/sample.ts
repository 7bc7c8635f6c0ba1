/** Points of a curve, as columns. */
export interface Points {
  readonly token: Uint32Array;
  readonly value: Float32Array;
}

export interface SampleRange {
  /** Half-open token range. */
  readonly start: number;
  readonly end: number;
  /** Points at most. */
  readonly width: number;
}

/**
 * One point for each of `width` equal buckets: the highest value at its own token, so a spike of one token survives
 * any width. Every token where there are no more than `width`. NaN is left out.
 */
export function sampleHighest(range: SampleRange, valueAt: (token: number) => number): Points {
  return sample(range, valueAt, (value, best) => value > best);
}

/** The same with the value of each bucket that is furthest from `neutral`. Values that are not finite are left out. */
export function sampleFurthest(
  range: SampleRange,
  neutral: number,
  valueAt: (token: number) => number,
): Points {
  const finite = (token: number): number => {
    const value = valueAt(token);
    return Number.isFinite(value) ? value : Number.NaN;
  };
  return sample(
    range,
    finite,
    (value, best) => Math.abs(value - neutral) > Math.abs(best - neutral),
  );
}

function sample(
  { start, end, width }: SampleRange,
  valueAt: (token: number) => number,
  isBetter: (value: number, best: number) => boolean,
): Points {
  const buckets = Math.max(0, Math.min(width, end - start));
  const token = new Uint32Array(buckets);
  const value = new Float32Array(buckets);
  let kept = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = start + Math.floor((bucket * (end - start)) / buckets);
    const to = start + Math.floor(((bucket + 1) * (end - start)) / buckets);
    let bestToken = -1;
    let best = NaN;
    for (let at = from; at < to; at++) {
      const here = valueAt(at);
      if (Number.isNaN(here) || (bestToken >= 0 && !isBetter(here, best))) continue;
      bestToken = at;
      best = here;
    }
    if (bestToken < 0) continue;
    token[kept] = bestToken;
    value[kept] = best;
    kept++;
  }
  return { token: token.slice(0, kept), value: value.slice(0, kept) };
}
