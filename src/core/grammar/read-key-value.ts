import type { BodyCall, BodyError, CallBody, Range } from "./call-body.ts";
import { cutsCloser } from "./cut-marker.ts";
import { firstWrong } from "./broken-tag.ts";
import { closesCalls, endingAt } from "./ending-markers.ts";
import { keyValuePlaces, type KeyValuePlaces } from "./key-value-tags.ts";
import { findKeyValueEnd } from "./key-value-end.ts";
import type { Marker, MarkerSource } from "./markers.ts";
import { nearEndingAt } from "./near-ending.ts";
import type { NearMiss } from "./near-miss.ts";
import { nowhere, skipSpace } from "./places.ts";
import { valueAsItLooks } from "./raw-value.ts";
import type { RunBuilder } from "./runs.ts";

/**
 * Reads a GLM call: `NAME<arg_key>K</arg_key><arg_value>V</arg_value>`, with or without line breaks between its parts, up
 * to the marker that ends it. A call without arguments is its name alone. One pass, never throws.
 */
export function readKeyValue(source: MarkerSource, start: number, runs: RunBuilder): CallBody {
  const scan: Scan = {
    places: keyValuePlaces(source),
    text: source.text,
    runs,
    name: null,
    values: new Map(),
    ranges: new Map(),
    argumentsStart: start,
    error: null,
    end: -1,
    closer: null,
    nearCloser: null,
  };
  runs.enter("call-start", start);
  let at = readName(scan, start);
  while (scan.end < 0) at = readPair(scan, at);
  return result(scan, start);
}

interface Scan {
  readonly places: KeyValuePlaces;
  readonly text: string;
  readonly runs: RunBuilder;
  name: (Range & { readonly text: string }) | null;
  readonly values: Map<string, string>;
  readonly ranges: Map<string, Range>;
  argumentsStart: number;
  error: BodyError | null;
  end: number;
  closer: Marker | null;
  nearCloser: NearMiss | null;
}

function result(scan: Scan, start: number): CallBody {
  const { text, end, name, values, ranges, closer, nearCloser, argumentsStart } = scan;
  const isEmpty = skipSpace(text, start) >= end;
  const empty = { kind: "truncated", at: end, expected: "the tool's name" } as const;
  const error = scan.error ?? (isEmpty ? empty : null);
  const value = Object.fromEntries([...values].map(([key, raw]) => [key, valueAsItLooks(raw)]));
  const args = { start: Math.min(argumentsStart, end), end, value };
  const call: BodyCall = {
    start,
    end,
    name,
    arguments: error === null ? { ...args, ...(values.size > 0 ? { raw: values } : {}) } : null,
    argumentRanges: ranges,
    fault: null,
  };
  return {
    start,
    end,
    closer,
    nearCloser,
    verdict: isEmpty
      ? "empty"
      : error === null
        ? "valid"
        : error.kind === "truncated"
          ? "truncated"
          : "invalid",
    error,
    done: error === null ? end : -1,
    calls: isEmpty ? [] : [call],
    opens: "the tool's name",
  };
}

// No tool's name is longer; one that never ends must not be searched to the end of the text.
const toolName = /[^\s<>{}()[\]"',:=]{1,500}/y;
const keyName = /[^<>\r\n]{1,500}/y;

function readName(scan: Scan, start: number): number {
  const { text, runs, places } = scan;
  const at = skipSpace(text, start);
  if (ends(scan, at)) return at;
  toolName.lastIndex = at;
  const found = toolName.exec(text)?.[0] ?? "";
  if (found === "") {
    const isOther = text[at] === "{" || text[at] === "[";
    const message = "The tool's name is missing.";
    const expected = "the tool's name";
    fault(
      scan,
      isOther ? { kind: "syntax", at, expected } : { kind: "markup", at, expected, message },
    );
    runs.enter("call-broken", at + 1);
    if (!isOther) return goOn(scan, at);
    return finish(scan, Math.min(places.ending.next(at), text.length));
  }
  const end = at + found.length;
  runs.enter("call-name", at);
  scan.name = { start: at, end, text: found };
  scan.argumentsStart = end;
  runs.enter("call-body", end);
  return end;
}

/** Reads a key and its value from `from`, or ends the body. */
function readPair(scan: Scan, from: number): number {
  const { text, places, runs } = scan;
  const { keyBegin, keyEnd, valueBegin } = places.tags;
  const at = skipSpace(text, from);
  if (ends(scan, at)) return at;
  // `grep_toolpattern</arg_key>`: where the tool's name ends nobody can tell.
  if (scan.name?.end === at && text.startsWith(keyEnd, at)) scan.name = null;
  if (!text.startsWith(keyBegin, at)) return notDue(scan, at, keyBegin, betweenFault(scan, at));
  const start = at + keyBegin.length;
  runs.enter("call-name", start);
  keyName.lastIndex = start;
  const end = start + (keyName.exec(text)?.[0].length ?? 0);
  runs.enter("call-body", end);
  const key = text.slice(start, end).trim();
  if (end === start) return notDue(scan, end, "a parameter's name", "A key is empty.");
  const close = skipSpace(text, end);
  if (!text.startsWith(keyEnd, close))
    return notDue(scan, close, keyEnd, `A key is never closed: ${keyEnd} was due.`);
  const value = skipSpace(text, close + keyEnd.length);
  if (!text.startsWith(valueBegin, value))
    return notDue(scan, value, valueBegin, `A key has no value: ${valueBegin} was due after it.`);
  const valueStart = value + valueBegin.length;
  runs.enter("call-argument", valueStart);
  const found = findKeyValueEnd(places, valueStart);
  scan.values.set(key, text.slice(valueStart, found.end));
  scan.ranges.set(key, { start: valueStart, end: found.end });
  if (!found.fault) {
    runs.enter("call-body", found.end);
    return found.next;
  }
  fault(scan, found.fault);
  if (found.fault.kind === "truncated") return finish(scan, found.next);
  runs.enter("call-broken", Math.min(found.fault.at + 1, text.length));
  return goOn(scan, found.next);
}

function betweenFault({ places: { tags }, text, values }: Scan, at: number): string {
  const tag = [tags.keyEnd, tags.valueBegin, tags.valueEnd].find((one) => text.startsWith(one, at));
  if (tag === tags.valueEnd && values.size > 0)
    return `${tag} stands twice, or ${tags.valueBegin} is missing.`;
  if (tag !== undefined) return `${tags.keyBegin} is missing: ${tag} stands without it.`;
  return `Text stands where ${tags.keyBegin} or the call's end was due.`;
}

/** Something else came at `at`; the text may also just end there. */
function notDue(scan: Scan, at: number, expected: string, message: string): number {
  const { text, runs } = scan;
  const closer = endingAt(scan.places.source, at);
  const wrong = closer ? at : firstWrong(scan.places.source, at, [expected]);
  if (wrong >= text.length || (closer && !closesCalls(closer.role))) {
    fault(scan, { kind: "truncated", at: wrong, expected });
    return finish(scan, wrong >= text.length ? text.length : at);
  }
  fault(scan, { kind: "markup", at: wrong, expected, message });
  runs.enter("call-broken", wrong + 1);
  return goOn(scan, wrong);
}

/** After a fault: the next key, or the marker that ends the body. */
function goOn(scan: Scan, from: number): number {
  const { text, places } = scan;
  const next = Math.min(places.keyBegin.next(from), places.ending.next(from));
  return next === nowhere ? text.length : next;
}

/** Whether the body ends at `at`: by the text's end, a marker, or a broken marker that was surely meant as the end. */
function ends(scan: Scan, at: number): boolean {
  const { text, places } = scan;
  const { source } = places;
  if (at >= text.length || endingAt(source, at)) {
    finish(scan, at);
    return true;
  }
  if (scan.name === null || text.startsWith(places.tags.keyBegin, at)) return false;
  if (cutsCloser(source, at)) {
    finish(scan, text.length);
    return true;
  }
  const near = nearEndingAt(source, at);
  if (near === null) return false;
  scan.end = at;
  scan.nearCloser = near;
  return true;
}

function finish(scan: Scan, at: number): number {
  scan.end = at;
  scan.closer = endingAt(scan.places.source, at);
  const isWhole = scan.error === null && scan.name !== null;
  if (isWhole) scan.runs.enter("call-done", at);
  return at;
}

function fault(scan: Scan, error: BodyError): void {
  scan.error ??= error;
}
