import type { TokenTable } from "../tokens/token-table.ts";
import { tokenIndexAt, type Marker, type MarkerSource } from "./markers.ts";
import type { ControlRun } from "./turn-scan.ts";

/**
 * Watches for runs of control tokens (F19): three or more in a row, or one of them three times within eight tokens, of
 * which at least two are illegal. A single slip next to legal markers (`</tool_call><tool_call><|im_end|>`) is no run:
 * its own rule tells it better.
 */
export interface RunWatch {
  /** Tell of a control token that was taken as structure. */
  see(marker: Marker, legal: "legal" | "illegal"): void;
  /** The runs found, in order. */
  finish(): readonly ControlRun[];
}

export function watchRuns(source: MarkerSource): RunWatch {
  const found: Found[] = [];
  // Stand-in words are longer than tokens, so "within eight" would mean something else.
  const tokens = source.tokens?.origin === "words" ? null : source.tokens;
  const recent = new Map<number, readonly Row[]>();
  let row: Row | null = null;

  return {
    see(marker, legal) {
      const alone = rowOf(marker, legal);
      row = row && onlySpaceBetween(source, row.last, marker) ? joined(row, alone) : alone;
      if (row.count >= 3) report(found, row, "adjacent");
      if (tokens === null) return;
      const same = [...(recent.get(marker.control) ?? []), alone].slice(-3);
      recent.set(marker.control, same);
      if (row.count < 3 && withinEight(tokens, same)) report(found, same.reduce(joined), "near");
    },
    finish: () => found,
  };
}

/** Markers taken together; only what is told of them is kept, since a collapsed turn can be a million of one. */
interface Row {
  readonly first: Marker;
  readonly last: Marker;
  readonly count: number;
  readonly illegal: Marker | null;
  readonly illegalCount: number;
}

function rowOf(marker: Marker, legal: "legal" | "illegal"): Row {
  const illegal = legal === "illegal" ? marker : null;
  return { first: marker, last: marker, count: 1, illegal, illegalCount: illegal ? 1 : 0 };
}

function joined(a: Row, b: Row): Row {
  return {
    first: a.first,
    last: b.last,
    count: a.count + b.count,
    illegal: a.illegal ?? b.illegal,
    illegalCount: a.illegalCount + b.illegalCount,
  };
}

/** The last one grows in place: it may be a million markers long. */
type Found = { -readonly [Key in keyof ControlRun]: ControlRun[Key] };

function report(found: Found[], row: Row, spacing: ControlRun["spacing"]): void {
  const { first, last, count, illegal, illegalCount } = row;
  if (!illegal || illegalCount < 2) return;
  const before = found.at(-1);
  const runStart = first.start;
  if (before && before.end > runStart) {
    before.end = last.end;
    before.count = Math.max(before.count + 1, count);
    return;
  }
  const { start, control } = illegal;
  found.push({ kind: "control-run", runStart, start, end: last.end, count, spacing, control });
}

function withinEight(tokens: TokenTable, [first, , third]: readonly Row[]): boolean {
  if (!first || !third) return false;
  const from = tokenIndexAt(tokens, first.first.start);
  return from >= 0 && tokenIndexAt(tokens, third.first.start) - from < 8;
}

function onlySpaceBetween(source: MarkerSource, a: Marker, b: Marker): boolean {
  // Sixty-four: longer stretches of whitespace are a text of their own, and a limit keeps this linear.
  return b.start - a.end <= 64 && source.text.slice(a.end, b.start).trim() === "";
}
