import type { Range } from "../../grammar/call-body.ts";
import type { TurnScan } from "../../grammar/turn-scan.ts";

/** Asks whether some range holds another one whole, at the cost of a search among their begins. */
export function coverage(ranges: readonly Range[]): (range: Range) => boolean {
  const sorted = ranges.toSorted((a, b) => a.start - b.start);
  // The furthest end of all that begin up to here: one of them reaches it.
  const reach: number[] = [];
  for (const { end } of sorted) reach.push(Math.max(reach.at(-1) ?? 0, end));
  return ({ start, end }) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.start ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (reach[low - 1] ?? 0) >= end;
  };
}

/** Whether a run of control tokens (F19) holds an offset: what each of them would be alone is not told again. */
export function inControlRun(scan: TurnScan, offset: number): boolean {
  const isIn = known.get(scan) ?? coverage(runsOf(scan));
  known.set(scan, isIn);
  return isIn({ start: offset, end: offset });
}

const known = new WeakMap<TurnScan, (range: Range) => boolean>();

function runsOf({ facts }: TurnScan): readonly Range[] {
  const runs = facts.filter((fact) => fact.kind === "control-run");
  return runs.map(({ runStart, end }) => ({ start: runStart, end }));
}
