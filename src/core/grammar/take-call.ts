import { readBody } from "./body-readers.ts";
import type { CallBody } from "./call-body.ts";
import {
  callOpener,
  closesCall,
  endsItself,
  endsTurn,
  hasRole,
  hasSections,
  opensCall,
} from "./call-markers.ts";
import { afterSpace, note, type CallStart, type Machine } from "./machine.ts";
import { markerAt, type Marker } from "./markers.ts";
import { readCode } from "./read-code.ts";
import { takeHeader, takeResult } from "./take-turn.ts";
import { openSection } from "./take-section.ts";

/** Reads a call from its opener to whatever ends it, and those that are nested in it; returns where text goes on. */
export function takeCall(machine: Machine, first: CallStart): number {
  const { source, watch, calls } = machine;
  const inThink = leaveThinking(machine, first);
  machine.outside = null;
  if (first.marker) watch.see(first.marker, "legal");
  for (let opener = first; ;) {
    const body = bodyOf(machine, opener);
    const { closer } = body;
    const { closed, end } = ending(machine, body, opener);
    calls.push({
      start: opener.start,
      end,
      body,
      closed,
      inThink: inThink && opener === first,
      ...(opener.isMissing ? { opened: "no" as const } : {}),
    });
    for (const near of body.nearMisses ?? []) note(machine, { kind: "near-miss", ...near });
    if (closed !== "no") return closeCall(machine, body, end);
    if (!closer) return source.text.length;
    if (!opensCall(source.family, closer.role)) return leaveCall(machine, closer);
    machine.controlCount++;
    if (closer.written === "pieces") note(machine, { kind: "pieces", marker: closer });
    watch.see(closer, "illegal");
    opener = { start: closer.start, end: closer.end, marker: closer };
  }
}

function bodyOf(machine: Machine, { end, marker, read }: CallStart): CallBody {
  const { source, runs } = machine;
  const taught = read?.(source, end, runs) ?? (marker === null ? null : readCode(machine, marker));
  return taught ? { ...taught, isTaught: true } : readBody(source, afterKind(machine, end), runs);
}

/** A call ends thinking, whether thinking was closed or not. */
function leaveThinking(machine: Machine, { marker }: CallStart): boolean {
  if (machine.runs.last() !== "think") return false;
  // Where nothing closes thinking, a call is what comes after it.
  if (!hasRole(machine.source.family, "think-end")) return false;
  if (marker && !needsSection(machine)) note(machine, { kind: "call-in-think", marker });
  machine.thinkLeftByCall = true;
  return true;
}

/** Calls of the family stand in sections, and none is open. */
export function needsSection({ source, section }: Machine): boolean {
  return hasSections(source.family) && section === "none";
}

/** A call's kind stands between its marker and its body (`<|plugin|>`). */
function afterKind({ source }: Machine, from: number): number {
  const marker = markerAt(source, afterSpace(source.text, from));
  return marker?.role === "call-kind" ? marker.end : from;
}

function ending(
  { source }: Machine,
  { closer, nearCloser, done, end, verdict, unclosed }: CallBody,
  { isMissing }: CallStart,
): { readonly closed: "yes" | "near" | "no"; readonly end: number } {
  const { family } = source;
  if (closer && closesCall(family, closer.role)) return { closed: "yes", end: closer.end };
  if (nearCloser) return { closed: "near", end: nearCloser.end };
  if (unclosed !== undefined) return { closed: "no", end };
  // Nothing closes it but its last bracket; what follows is text, or a marker that stands for itself.
  const isOver = closer === null && verdict === "valid" && (end < source.text.length || isMissing);
  if (done >= 0 && (endsItself(family) || isOver))
    return { closed: "yes", end: closer === null ? end : closer.start };
  return { closed: "no", end };
}

function closeCall(machine: Machine, body: CallBody, end: number): number {
  const { runs, watch } = machine;
  const { closer, nearCloser, verdict } = body;
  if (closer && closer.end === end) {
    machine.controlCount++;
    watch.see(closer, "legal");
    if (closer.written === "pieces") note(machine, { kind: "pieces", marker: closer });
  }
  if (nearCloser) {
    machine.controlCount++;
    note(machine, { kind: "near-miss", ...nearCloser });
  }
  machine.forgivesClose = verdict === "invalid" || verdict === "truncated";
  machine.mayClose = closer === null && endsItself(machine.source.family);
  runs.enter(machine.section === "open" ? "section" : "after-call", end);
  return end;
}

/** A control token broke off a call: the call's own rule tells it, the machine goes on after it. */
function leaveCall(machine: Machine, marker: Marker): number {
  const { source, runs, watch } = machine;
  if (marker.written === "pieces") note(machine, { kind: "pieces", marker });
  machine.forgivesClose = true;
  const { role, end } = marker;
  if (role === "result-begin" || role === "result-end") {
    machine.controlCount++;
    return takeResult(machine, marker);
  }
  watch.see(marker, "illegal");
  if (endsTurn(source.family, marker)) {
    machine.section = "none";
    machine.ending = marker;
    runs.enter("ended", end);
    return end;
  }
  if (role === "turn-start") return takeHeader(machine, marker);
  machine.controlCount++;
  if (role === "section-begin") return openSection(machine, marker);
  if (role === "section-end") machine.section = "none";
  runs.enter(
    role === "think-begin" ? "think" : role === "section-end" ? "after-call" : "prose",
    end,
  );
  return end;
}

/** A call whose opening marker is missing (F05); what follows is read as a call all the same. */
export function takeUnopened(
  machine: Machine,
  at: CallStart,
  { name, marker }: { readonly name: string | null; readonly marker: Marker | null },
): number {
  const { source } = machine;
  const expected = callOpener(source.family);
  // A marker of the call's inside is where everybody sees it; without one the text itself.
  const place = marker ?? { start: at.start, end: Math.max(at.end, at.start + 1), control: null };
  const { start, end, control } = place;
  note(machine, { kind: "missing-opener", start, end, control, expected, name });
  machine.controlCount++;
  machine.runs.rewind(at.start);
  const next = takeCall(machine, { ...at, isMissing: true });
  // What would have closed it may still come.
  machine.forgivesClose = true;
  return next;
}
