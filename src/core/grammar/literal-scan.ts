import type { BodyCall, BodyError, CallBody } from "./call-body.ts";
import { bodyBegins } from "./body-begins.ts";
import { cutsCloser } from "./cut-marker.ts";
import { callCloser, closesCall, endsItself, opensCall } from "./call-markers.ts";
import { endingAt, endsBody } from "./ending-markers.ts";
import type { Family } from "./family.ts";
import { afterSpace } from "./machine.ts";
import { markerStarts, nextMarker, type Marker, type MarkerSource } from "./markers.ts";
import { editDistance, nearMissAt, type NearMiss } from "./near-miss.ts";
import type { RunBuilder } from "./runs.ts";

/** What the walks over literals share: where they are read, the first fault, and what ended the body. */
export interface LiteralScan {
  readonly source: MarkerSource;
  readonly runs: RunBuilder;
  /** By unit: whether a marker may begin with it. */
  readonly starts: Uint8Array;
  /** `marker`: the call's end is due after it. `itself`: it ends where its brackets are closed. */
  readonly ends: "marker" | "itself";
  begun: boolean;
  error: BodyError | null;
  /** Offset after the complete body, or -1. */
  done: number;
  /** Where a body that ends by itself was left, or -1. */
  left: number;
  closer: Marker | null;
  nearCloser: NearMiss | null;
}

export function newLiteralScan(source: MarkerSource, runs: RunBuilder): LiteralScan {
  return {
    source,
    runs,
    starts: markerStarts(source.family),
    ends: endsItself(source.family) ? "itself" : "marker",
    begun: false,
    error: null,
    done: -1,
    left: -1,
    closer: null,
    nearCloser: null,
  };
}

/**
 * Walks to the body's end: `step` reads what stands at an offset that is no whitespace and begins no marker, and returns
 * where the next thing begins.
 */
export function walk<Scan extends LiteralScan>(
  scan: Scan,
  start: number,
  step: (scan: Scan, at: number) => number,
): void {
  const { source, starts } = scan;
  const { text } = source;
  let at = start;
  while (at < text.length && !scan.closer && !scan.nearCloser && scan.left < 0) {
    const unit = text.charCodeAt(at);
    if (starts[unit] === 1) scan.closer = endingAt(source, at);
    if (!scan.closer) at = step(scan, at);
  }
}

/** Where the body ends: at what ended it, or at the text's end. */
export function endOf(scan: LiteralScan): number {
  if (scan.left >= 0) return scan.left;
  return scan.closer?.start ?? scan.nearCloser?.start ?? scan.source.text.length;
}

/** The walk's result; `due` is what was due where it stopped. */
export function verdictOf(
  scan: LiteralScan,
  due: string,
): Pick<CallBody, "end" | "closer" | "nearCloser" | "verdict" | "error" | "done"> {
  const { closer, nearCloser, done } = scan;
  const end = endOf(scan);
  const error: BodyError | null =
    scan.error ?? (done >= 0 ? null : { kind: "truncated", at: end, expected: due });
  const verdict = !scan.begun
    ? "empty"
    : error === null
      ? "valid"
      : error.kind === "truncated"
        ? "truncated"
        : "invalid";
  return { end, closer, nearCloser, verdict, error, done };
}

/** A body whose calls are told. */
export function bodyOf(
  scan: LiteralScan,
  start: number,
  told: { readonly due: string; readonly opens: string; readonly calls: readonly BodyCall[] },
): CallBody {
  const { due, opens, calls } = told;
  return { start, ...verdictOf(scan, due), calls, opens };
}

/** A fault that does not stop the scan: strings after it can still be told. */
export function note(scan: LiteralScan, fault: BodyError): void {
  scan.error ??= fault;
}

/** After a fault that leaves no structure to follow, the first marker ends the body. */
export function fail(scan: LiteralScan, fault: BodyError): number {
  scan.error ??= fault;
  scan.runs.enter("call-broken", fault.at + 1);
  scan.closer = nextMarker(scan.source, fault.at);
  while (scan.closer && !endsBody(scan.closer.role))
    scan.closer = nextMarker(scan.source, scan.closer.end);
  return scan.closer?.start ?? scan.source.text.length;
}

/** A string never closed: its first marker ended the body after all. */
export function endAt(scan: LiteralScan, marker: Marker): number {
  scan.runs.rewind(marker.start);
  scan.closer = marker;
  return marker.start;
}

/** Reads what stands after a complete body. */
export function afterDone(scan: LiteralScan, at: number): number {
  const { family, text } = scan.source;
  if (scan.ends === "itself" && !goesOn.includes(text.charAt(at))) {
    scan.left = scan.done;
    return at;
  }
  if (cutsCloser(scan.source, at)) return text.length;
  scan.nearCloser = brokenCloserAt(family, text, at);
  if (scan.nearCloser) return at;
  return fail(scan, { kind: "trailing", at, expected: callCloser(family) });
}

/** A broken marker where the call's end is due; one that may as well be a broken opener is the end, unless a call follows. */
function brokenCloserAt(family: Family, text: string, at: number): NearMiss | null {
  const near = nearMissAt(family, text, at);
  const meant = near && family.controls[near.control];
  if (!near || !meant || closesCall(family, meant.role)) return near;
  const control = family.controls.findIndex(({ role }) => closesCall(family, role));
  const closer = family.controls[control];
  if (
    !closer ||
    !opensCall(family, meant.role) ||
    bodyBegins(family, text, afterSpace(text, near.end))
  )
    return null;
  const written = text.slice(near.start, near.end).toLowerCase();
  const isAsClose = editDistance(written, closer.text) <= editDistance(written, meant.text);
  return isAsClose ? { ...near, control } : null;
}

// After a body that ends by itself these are one bracket or value too many; anything else is text after the call.
const goesOn = "[](){},:'\"";
