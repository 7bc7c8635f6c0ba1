import type { BodyError, Range } from "./call-body.ts";
import { cutsCloser } from "./cut-marker.ts";
import { callCloser, closesCall } from "./call-markers.ts";
import type { Family } from "./family.ts";
import {
  opensJson,
  type JsonBody,
  type JsonObject,
  type JsonShape,
  type Member,
} from "./json-shape.ts";
import { markerAt, markerStarts, nextMarker, startingUnits, type Marker } from "./markers.ts";
import type { MarkerSource } from "./markers.ts";
import { nearMissAt, type NearMiss } from "./near-miss.ts";
import type { RunBuilder } from "./runs.ts";
import { isSpace } from "./places.ts";

/**
 * Scans a call's body: one pass, no recursion. A marker outside strings ends the body. A marker inside a string is
 * data if the string is properly closed (a quote with a JSON-legal follower); else the first such marker ends it.
 */
export function scanJson(
  source: MarkerSource,
  start: number,
  shape: JsonShape,
  runs: RunBuilder,
): JsonBody {
  const scan = newScan(source, start, shape, runs);
  runs.enter("call-start", start);
  let at = start;
  while (
    at < source.text.length &&
    scan.closer === null &&
    scan.nearCloser === null &&
    scan.left < 0
  )
    at = step(scan, at);
  const end =
    scan.closer?.start ??
    scan.nearCloser?.start ??
    (scan.left < 0 ? source.text.length : scan.left);
  return result(scan, start, end);
}

type Expect = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" | "done";

interface Scan {
  readonly source: MarkerSource;
  readonly shape: JsonShape;
  readonly runs: RunBuilder;
  /** By unit: whether a marker may begin with it. */
  readonly starts: Uint8Array;
  /** Everything in a string that needs no look. */
  readonly plain: RegExp;
  expect: Expect;
  begun: boolean;
  /** Brackets open inside an object that should be a call; 0 where there is none such. */
  level: number;
  /** Open brackets, `{` or `[` by code; a column, since hostile text nests 100,000 deep. */
  stack: Uint8Array;
  depth: number;
  deepest: number;
  error: BodyError | null;
  done: number;
  /** Where a body that ends by itself was left, or -1. */
  left: number;
  closer: Marker | null;
  nearCloser: NearMiss | null;
  /** Made when the first object closes. */
  objects: JsonObject[];
  objectStart: number;
  /** Made when the first member comes: a collapsed turn can hold a million empty calls. */
  members: Map<string, Member>;
  key: Range | null;
  keyText: string;
  valueStart: number;
}

function newScan(source: MarkerSource, start: number, shape: JsonShape, runs: RunBuilder): Scan {
  return {
    source,
    shape,
    runs,
    starts: markerStarts(source.family),
    plain: plainOf(source.family),
    level: shape.holds === "arguments" ? 0 : 1,
    expect: "value",
    begun: false,
    stack: noStack,
    depth: 0,
    deepest: 0,
    error: null,
    done: -1,
    left: -1,
    closer: null,
    nearCloser: null,
    objects: noObjects,
    objectStart: -1,
    members: noMembers,
    key: null,
    keyText: "",
    valueStart: start,
  };
}

function result(scan: Scan, start: number, end: number): JsonBody {
  if (scan.objectStart >= 0) keepObject(scan, -1);
  const { closer, nearCloser, done, objects, deepest } = scan;
  const whole = scan.error === null && done >= 0;
  const error =
    scan.error ??
    (whole ? null : ({ kind: "truncated", at: end, expected: wanted(scan) } satisfies BodyError));
  const verdict = !scan.begun
    ? "empty"
    : whole
      ? "valid"
      : error?.kind === "truncated"
        ? "truncated"
        : "invalid";
  return { start, end, closer, nearCloser, verdict, error, done, objects, depth: deepest };
}

/** Reads one thing at `at` and returns where the next begins. */
function step(scan: Scan, at: number): number {
  const { source, runs } = scan;
  const unit = source.text.charCodeAt(at);
  if (isSpace(unit)) return at + 1;
  if (scan.starts[unit] === 1) {
    scan.closer = markerAt(source, at);
    if (scan.closer) return at;
  }
  if (!scan.begun) {
    scan.begun = true;
    runs.enter("call-body", at + 1);
    if (!opensWith(scan.shape, unit)) return fail(scan, "syntax", at, opensJson(scan.shape));
    if (unit === 0x5b) scan.level = 2;
  }
  switch (scan.expect) {
    case "done":
      return afterObject(scan, at);
    case "colon":
      if (unit !== 0x3a) return fail(scan, "syntax", at, wanted(scan));
      scan.expect = "value";
      return at + 1;
    case "comma-or-end":
      return afterValue(scan, at, unit);
    case "key":
    case "key-or-end":
      if (unit === 0x7d && scan.expect === "key-or-end") return close(scan, at);
      if (unit !== 0x22) return fail(scan, "syntax", at, wanted(scan));
      return string(scan, at);
    case "value":
    case "value-or-end":
      return value(scan, at, unit);
    default:
      return at + 1;
  }
}

function opensWith({ holds }: JsonShape, unit: number): boolean {
  if (unit === 0x5b) return holds === "list" || holds === "either";
  return unit === 0x7b && holds !== "list";
}

function value(scan: Scan, at: number, unit: number): number {
  if (unit === 0x5d && scan.expect === "value-or-end") return close(scan, at);
  if (scan.depth === scan.level) scan.valueStart = at;
  if (isListOfCalls(scan) && unit !== 0x7b) return fail(scan, "syntax", at, wanted(scan));
  if (unit === 0x22) return string(scan, at);
  if (unit === 0x7b || unit === 0x5b) return open(scan, at, unit);
  literal.lastIndex = at;
  const { text } = scan.source;
  const next = literal.test(text) ? literal.lastIndex : at;
  // `tru` or `1.5e` at the very end of the text is a value that was cut off, not a wrong one.
  if (next < text.length && text.length - at <= maxCut && cut.test(text.slice(at)))
    return text.length;
  return next === at ? fail(scan, "syntax", at, wanted(scan)) : complete(scan, next);
}

/** Directly inside the outermost list nothing but calls may stand. */
function isListOfCalls(scan: Scan): boolean {
  return scan.level === 2 && scan.depth === 1;
}

const literal = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

const cut =
  /^(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-|-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][+-]?)?)$/;

// A number that was cut off is no longer; a limit keeps this from being asked all over a long text.
const maxCut = 64;

function open(scan: Scan, at: number, unit: number): number {
  if (scan.depth === scan.stack.length) {
    const larger = new Uint8Array(Math.max(16, scan.stack.length * 2));
    larger.set(scan.stack);
    scan.stack = larger;
  }
  scan.stack[scan.depth++] = unit;
  if (unit === 0x7b && scan.depth === scan.level) scan.objectStart = at;
  scan.deepest = Math.max(scan.deepest, scan.depth);
  // A list of calls holds at least one.
  scan.expect = unit === 0x7b ? "key-or-end" : isListOfCalls(scan) ? "value" : "value-or-end";
  return at + 1;
}

function close(scan: Scan, at: number): number {
  if (scan.depth === scan.level && scan.objectStart >= 0) keepObject(scan, at + 1);
  scan.depth--;
  return complete(scan, at + 1);
}

/** A value ended right before `end`. */
function complete(scan: Scan, end: number): number {
  if (scan.depth === scan.level && scan.key)
    membersOf(scan).set(scan.keyText, { key: scan.key, value: { start: scan.valueStart, end } });
  if (scan.depth === 0) {
    scan.expect = "done";
    scan.done = end;
    scan.runs.enter("call-done", end);
  } else scan.expect = "comma-or-end";
  return end;
}

function keepObject(scan: Scan, end: number): void {
  if (scan.objects === noObjects) scan.objects = [];
  scan.objects.push({ start: scan.objectStart, end, members: scan.members });
  scan.objectStart = -1;
  scan.members = noMembers;
  scan.key = null;
}

function membersOf(scan: Scan): Map<string, Member> {
  if (scan.members === noMembers) scan.members = new Map();
  return scan.members;
}

const noObjects: JsonObject[] = [];
const noMembers = new Map<string, Member>();
const noStack = new Uint8Array(0);

function afterValue(scan: Scan, at: number, unit: number): number {
  const inObject = scan.stack[scan.depth - 1] === 0x7b;
  if (unit === (inObject ? 0x7d : 0x5d)) return close(scan, at);
  if (unit !== 0x2c) return fail(scan, "syntax", at, wanted(scan));
  scan.expect = inObject ? "key" : "value";
  return at + 1;
}

function afterObject(scan: Scan, at: number): number {
  const { source, shape } = scan;
  const unit = source.text.charCodeAt(at);
  if (shape.separated === "by-semicolon" && unit === 0x3b) {
    scan.expect = "value";
    scan.done = -1;
    return at + 1;
  }
  if (shape.ends === "marker" && cutsCloser(source, at)) return source.text.length;
  const near = nearMissAt(source.family, source.text, at);
  if (shape.ends === "itself" && (near !== null || !goesOn.has(unit))) {
    scan.left = scan.done;
    return at;
  }
  if (near && closesCall(source.family, source.family.controls[near.control]?.role ?? "turn-end")) {
    scan.nearCloser = near;
    return at;
  }
  return fail(scan, "trailing", at, callCloser(source.family));
}

/** After a value that ends by itself these are one bracket or value too many; anything else is text after the call. */
const goesOn: ReadonlySet<number> = new Set([0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x22]);

/** Reads a string whose opening quote is at `at`. */
function string(scan: Scan, at: number): number {
  const { source, runs, starts, plain } = scan;
  const { text } = source;
  const end = text.length;
  let marker: Marker | null = null;
  let badControl = -1;
  runs.enter("call-string", at + 1);
  for (let next = at + 1; next < end; next++) {
    plain.lastIndex = next;
    plain.test(text);
    next = plain.lastIndex;
    if (next >= end) break;
    const unit = text.charCodeAt(next);
    if (unit === 0x22) {
      // Only a string with a marker in it is doubted: `"` may as well open the next call's first key.
      if (marker && !closesProperly(scan, next + 1)) return endAt(scan, marker);
      runs.enter("call-body", next + 1);
      if (badControl >= 0) note(scan, badControl, "an escape, such as \\n");
      return closeString(scan, at, next + 1);
    }
    if (unit === 0x5c) {
      if (!isEscape(text, next + 1)) note(scan, next, "a JSON escape");
      next++;
    } else if (unit < 0x20 && badControl < 0) badControl = next;
    else if (marker === null && starts[unit] === 1) marker = markerAt(source, next);
  }
  return marker ? endAt(scan, marker) : end;
}

const plains = new WeakMap<Family, RegExp>();

function plainOf(family: Family): RegExp {
  const before = plains.get(family);
  if (before) return before;
  const made = new RegExp(`[^"\\\\\\x00-\\x1f${startingUnits(family)}]*`, "y");
  plains.set(family, made);
  return made;
}

function closeString(scan: Scan, start: number, end: number): number {
  if (scan.expect === "key" || scan.expect === "key-or-end") {
    if (scan.depth === scan.level) {
      scan.key = { start, end };
      scan.keyText = scan.source.text.slice(start + 1, end - 1);
    }
    scan.expect = "colon";
    return end;
  }
  return complete(scan, end);
}

/** The string never closed: its first marker ended the body after all. */
function endAt(scan: Scan, marker: Marker): number {
  scan.runs.rewind(marker.start);
  scan.closer = marker;
  return marker.start;
}

function closesProperly(scan: Scan, after: number): boolean {
  const { text } = scan.source;
  let at = after;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  if (at >= text.length) return false;
  const unit = text.charCodeAt(at);
  if (scan.expect === "key" || scan.expect === "key-or-end") return unit === 0x3a;
  return unit === 0x2c || unit === (scan.stack[scan.depth - 1] === 0x7b ? 0x7d : 0x5d);
}

/** A fault that does not stop the scan: strings after it can still be told. */
function note(scan: Scan, at: number, expected: string): void {
  scan.error ??= { kind: "syntax", at, expected };
}

/** After a fault that leaves no structure to follow, the first marker ends the body. */
function fail(scan: Scan, kind: BodyError["kind"], at: number, expected: string): number {
  scan.error ??= { kind, at, expected };
  scan.runs.enter("call-broken", at + 1);
  scan.closer = nextMarker(scan.source, at);
  return scan.closer?.start ?? scan.source.text.length;
}

function wanted(scan: Scan): string {
  if (!scan.begun) return opensJson(scan.shape);
  if (scan.runs.last() === "call-string") return "the end of the string";
  const inObject = scan.stack[scan.depth - 1] === 0x7b;
  const key = "a key in double quotes";
  const any = isListOfCalls(scan) ? "a call: {" : "a JSON value";
  switch (scan.expect) {
    case "colon":
      return "a colon";
    case "comma-or-end":
      return inObject ? "a comma or }" : "a comma or ]";
    case "key":
      return key;
    case "key-or-end":
      return `${key} or }`;
    case "value":
      return any;
    case "value-or-end":
      return `${any} or ]`;
    case "done":
      return callCloser(scan.source.family);
    default:
      return scan.expect;
  }
}

function isEscape(text: string, at: number): boolean {
  if (at >= text.length) return true;
  if (text[at] !== "u") return '"\\/bfnrt'.includes(text.charAt(at));
  return at + 5 > text.length || /^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5));
}
