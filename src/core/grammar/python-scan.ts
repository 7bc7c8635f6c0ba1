// Own code, since no library fits: @lezer/python tells where an error is but not what was due, and takes names and
// operators for values; py-ast recurses (a nest of 100,000 overflows it), and neither knows markers.

import type { Range } from "./call-body.ts";
import { plainText } from "./plain-text.ts";
import {
  closeBracket,
  innermost,
  newNest,
  openBracket,
  putKey,
  putValue,
  toObject,
  turnInto,
  type Collected,
  type Nest,
} from "./literal-nest.ts";
import { endAt, fail, newLiteralScan, note, type LiteralScan } from "./literal-scan.ts";
import { endingAt } from "./ending-markers.ts";
import type { Marker, MarkerSource } from "./markers.ts";
import {
  isPythonEscape,
  isRaw,
  leadingZero,
  pythonAtomAt,
  pythonQuoteAt,
  pythonText,
  type PythonQuote,
} from "./python-literals.ts";
import type { RunBuilder } from "./runs.ts";
import { isSpace } from "./places.ts";

/** What is due next inside a Python value. */
export type ValueDue = "value" | "value-or-end" | "key-or-end" | "colon" | "comma-or-end" | "done";

/** Told of what stands directly in the brackets at `base`: arguments of a call, members of a dict that is a call. */
export interface PythonOwner {
  /** Brackets open where its values stand; 0 for a value that stands alone. */
  readonly base: number;
  key(text: string, range: Range): void;
  /** A value is complete. Told again, with more of it, where another string follows it. */
  value(value: unknown, range: Range): void;
  /** The bracket is closed right before `end`; what it held, unless it nests too deep. */
  closed(end: number, held: Collected | null): void;
}

export interface PythonScan extends LiteralScan {
  readonly owner: PythonOwner;
  readonly nest: Nest;
  /** Line ends inside brackets are a fault (Olmo 3: harnesses split at them). */
  readonly lineEnds: "free" | "odd";
  due: ValueDue;
  valueStart: number;
  /** The value right before is a string: another one beside it joins it. */
  mayJoin: "yes" | "no";
  /** Where the string that joined it begins, or -1. */
  joinedAt: number;
}

export const kinds = { list: 0x5b, dict: 0x7b, group: 0x28, tuple: 0x29, call: 1, calls: 2 };

export function newPythonScan(
  source: MarkerSource,
  runs: RunBuilder,
  owned: Pick<PythonScan, "owner" | "lineEnds"> & Partial<Pick<PythonScan, "ends">>,
): PythonScan {
  // Written out: spreading the scan that it extends took a third of the time of short calls.
  const { starts, ends, begun, error, done, left, closer, nearCloser } = newLiteralScan(
    source,
    runs,
  );
  return {
    source,
    runs,
    starts,
    ends: owned.ends ?? ends,
    begun,
    error,
    done,
    left,
    closer,
    nearCloser,
    owner: owned.owner,
    lineEnds: owned.lineEnds,
    nest: newNest(),
    due: "value",
    valueStart: -1,
    mayJoin: "no",
    joinedAt: -1,
  };
}

/** Reads one thing of a value at `at`, which is no whitespace, and returns where the next begins. */
export function stepValue(scan: PythonScan, at: number): number {
  const { text } = scan.source;
  const unit = text.charCodeAt(at);
  switch (scan.due) {
    case "colon":
      if (unit !== 0x3a) return wrong(scan, at);
      scan.due = "value";
      return at + 1;
    case "comma-or-end":
      return afterValue(scan, at, unit);
    case "key-or-end":
      return unit === 0x7d ? close(scan, at) : key(scan, at);
    case "value":
    case "value-or-end":
    case "done":
    default:
      return value(scan, at, unit);
  }
}

/** Notes a line end at `at` where a call must stand on one line. */
export function noteLineEnd(scan: PythonScan, at: number, expected: string): void {
  const message = "A call of this format stands on one line: what follows is read as another call.";
  note(scan, { kind: "syntax", at, expected, message });
}

function value(scan: PythonScan, at: number, unit: number): number {
  const { nest, source } = scan;
  if (scan.due === "value-or-end" && unit === endUnit(innermost(nest))) return close(scan, at);
  if (nest.depth === scan.owner.base) scan.valueStart = at;
  if (unit === kinds.list || unit === kinds.dict || unit === kinds.group) {
    openBracket(nest, unit);
    scan.due = unit === kinds.dict ? "key-or-end" : "value-or-end";
    return at + 1;
  }
  const quote = pythonQuoteAt(source.text, at);
  if (quote) return string(scan, at, quote);
  const atom = pythonAtomAt(source.text, at);
  if (atom === null) return wrong(scan, at);
  if (atom === "cut") return source.text.length;
  refuseZero(scan, at);
  return complete(scan, atom.value, atom.end);
}

function key(scan: PythonScan, at: number): number {
  const { text } = scan.source;
  const quote = pythonQuoteAt(text, at);
  if (quote) return string(scan, at, quote);
  // Python has other keys than strings; JSON writes them as strings.
  const atom = pythonAtomAt(text, at);
  if (atom === null) return wrong(scan, at);
  if (atom === "cut") return text.length;
  refuseZero(scan, at);
  return completeKey(scan, String(atom.value), { start: at, end: atom.end });
}

function refuseZero(scan: PythonScan, at: number): void {
  const zero = leadingZero(scan.source.text, at);
  if (zero >= 0)
    note(scan, { kind: "syntax", at: zero, expected: "a number without leading zeros" });
}

function afterValue(scan: PythonScan, at: number, unit: number): number {
  const kind = innermost(scan.nest);
  if (unit === endUnit(kind)) return close(scan, at);
  if (unit === 0x2c) {
    if (kind === kinds.group) turnInto(scan.nest, kinds.tuple);
    scan.due = kind === kinds.dict ? "key-or-end" : "value-or-end";
    return at + 1;
  }
  const quote = scan.mayJoin === "yes" ? pythonQuoteAt(scan.source.text, at) : null;
  if (quote) return string(scan, at, quote);
  // `{"a": "x" "b": 1}`: the second string joined the first, and was meant as a key.
  const isKey = unit === 0x3a && kind === kinds.dict && scan.joinedAt >= 0;
  return wrong(scan, isKey ? scan.joinedAt : at);
}

function endUnit(kind: number): number {
  if (kind === kinds.list || kind === kinds.calls) return 0x5d;
  return kind === kinds.dict ? 0x7d : 0x29;
}

function close(scan: PythonScan, at: number): number {
  const { nest, owner } = scan;
  const { depth } = nest;
  const kind = innermost(nest);
  const held = closeBracket(nest);
  if (depth === owner.base) owner.closed(at + 1, held);
  return kind === kinds.call ? at + 1 : complete(scan, valueOf(kind, held), at + 1);
}

function valueOf(kind: number, held: Collected | null): unknown {
  if (!held) return undefined;
  if (kind === kinds.dict) return toObject(held);
  return kind === kinds.group && held.items.length > 0 ? held.items[0] : held.items;
}

/** A value ended right before `end`. */
function complete(scan: PythonScan, done: unknown, end: number): number {
  const { nest, owner, runs } = scan;
  scan.mayJoin = "no";
  scan.joinedAt = -1;
  putValue(nest, done);
  if (nest.depth === owner.base) owner.value(done, { start: scan.valueStart, end });
  if (nest.depth === 0) {
    scan.due = "done";
    scan.done = end;
    runs.enter("call-done", end);
  } else scan.due = "comma-or-end";
  return end;
}

function completeKey(scan: PythonScan, text: string, range: Range): number {
  putKey(scan.nest, text);
  if (scan.nest.depth === scan.owner.base) scan.owner.key(text, range);
  scan.due = "colon";
  return range.end;
}

/** Reads a string that opens at `at`. */
function string(scan: PythonScan, at: number, { prefix, quote, inner }: PythonQuote): number {
  const { source, runs, starts } = scan;
  const { text } = source;
  const plain = plainText(source.family);
  const raw = isRaw(prefix);
  let marker: Marker | null = null;
  let lineEnd = -1;
  refusePrefix(scan, at, prefix);
  runs.enter("call-string", at + 1);
  for (let next = inner; next < text.length; next++) {
    plain.lastIndex = next;
    plain.test(text);
    next = plain.lastIndex;
    if (next >= text.length) break;
    const unit = text.charCodeAt(next);
    if (unit === quote.charCodeAt(0) && (quote.length === 1 || text.startsWith(quote, next))) {
      const end = next + quote.length;
      // Only a string with a marker in it is doubted: a quote may as well open the next call's first string.
      if (marker && !closesProperly(scan, end)) return endAt(scan, marker);
      runs.enter("call-body", end);
      if (lineEnd >= 0) refuseLineEnd(scan, lineEnd);
      return closeString(scan, { start: at, end }, pythonText(text.slice(inner, next), prefix));
    }
    if (unit === 0x5c) {
      if (!raw && lineEnd < 0 && !isPythonEscape(text, next + 1))
        note(scan, { kind: "syntax", at: next, expected: "a Python escape" });
      next++;
    } else if (unit === 0x0a) {
      if (lineEnd < 0 && (quote.length === 1 || scan.lineEnds === "odd")) lineEnd = next;
    } else if (marker === null && starts[unit] === 1) marker = endingAt(source, next);
  }
  return marker ? endAt(scan, marker) : text.length;
}

function refusePrefix(scan: PythonScan, at: number, prefix: string): void {
  if (prefix === "" || !/[fFbB]/.test(prefix)) return;
  const message = /[fF]/.test(prefix)
    ? "An f-string is code that would have to be run, not a value."
    : "Bytes cannot be sent to a tool: arguments are JSON.";
  note(scan, { kind: "syntax", at, expected: "a plain string", message });
}

function refuseLineEnd(scan: PythonScan, at: number): void {
  if (scan.lineEnds === "odd") noteLineEnd(scan, at, "an escape, such as \\n");
  else note(scan, { kind: "syntax", at, expected: "an escape, such as \\n, or three quotes" });
}

function closeString(scan: PythonScan, range: Range, text: string): number {
  if (scan.due === "key-or-end") return completeKey(scan, text, range);
  if (scan.due === "comma-or-end") return joinString(scan, range, text);
  complete(scan, text, range.end);
  scan.mayJoin = "yes";
  return range.end;
}

/** Strings side by side are one in Python. */
function joinString(scan: PythonScan, range: Range, text: string): number {
  const { nest, owner } = scan;
  const items = nest.values[nest.depth - 1]?.items;
  const before = items?.pop();
  const joined = typeof before === "string" ? before + text : undefined;
  items?.push(joined);
  scan.joinedAt = range.start;
  if (nest.depth === owner.base) owner.value(joined, { start: scan.valueStart, end: range.end });
  return range.end;
}

function closesProperly(scan: PythonScan, after: number): boolean {
  const { text } = scan.source;
  let at = after;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  if (at >= text.length) return false;
  const unit = text.charCodeAt(at);
  if (scan.due === "key-or-end") return unit === 0x3a;
  return unit === 0x2c || unit === endUnit(innermost(scan.nest));
}

function wrong(scan: PythonScan, at: number): number {
  return fail(scan, { kind: "syntax", at, expected: dueWords(scan) });
}

/** What is due, in words. */
export function dueWords(scan: PythonScan): string {
  const end = String.fromCharCode(endUnit(innermost(scan.nest)));
  switch (scan.due) {
    case "colon":
      return "a colon";
    case "comma-or-end":
      return `a comma or ${end}`;
    case "key-or-end":
      return "a key in quotes or }";
    case "value":
      return "a Python value";
    case "value-or-end":
      return `a Python value or ${end}`;
    case "done":
      return "the end of the call";
    default:
      return scan.due;
  }
}
