import { bareCallAt } from "./bare-call.ts";
import { endsItself, hasRole, opensCall } from "./call-markers.ts";
import type { State } from "./family.ts";
import { newMachine, note, type Machine, type ScanStart } from "./machine.ts";
import { markerAt, markerStarts, type Marker, type MarkerSource } from "./markers.ts";
import { skipPlain, sawWord } from "./plain-stretch.ts";
import { isQuoted } from "./quoted.ts";
import { takeCall } from "./take-call.ts";
import { takeMarker } from "./take-marker.ts";
import { takeOddText } from "./take-odd-text.ts";
import { takeSectionText } from "./take-section-text.ts";
import type { TurnScan } from "./turn-scan.ts";

/**
 * Walks over one sampled turn of any machine but Harmony's: they differ in the family's data. A single pass, linear in
 * the text, no recursion. `source.text` ends where the body ends.
 */
export function scanTurn(source: MarkerSource, start: ScanStart): TurnScan {
  const machine = newMachine(source, start);
  const { text, family } = source;
  const starts = markerStarts(family);
  let at = opening(machine);
  while (at < text.length) at = step(machine, at, starts);
  const last = machine.runs.last();
  if (last === "section")
    note(machine, { kind: "open-section", start: text.length, end: text.length, control: null });
  return {
    runs: machine.runs.build(text.length),
    calls: machine.calls,
    facts: [...machine.facts, ...machine.watch.finish()],
    ending: machine.ending,
    // Where tags are text the harness stops the policy at one.
    stopsInText:
      (inText.has(last) && !(last === "after-call" && family.machine === "text-tags")) ||
      (last === "think" && !hasRole(family, "think-end")),
    openThink: last === "think" && family.controls.some(({ role }) => role === "think-end"),
    hasProse: machine.hasProse,
    hasThought: machine.hasThought,
    controlCount: machine.controlCount,
  };
}

const inText: ReadonlySet<State> = new Set([
  "turn-start",
  "prose",
  "line-start",
  "after-think",
  "after-call",
]);

/** Functionary's prompt ends in the marker that begins a call, or text for everybody. */
function opening(machine: Machine): number {
  const { source, bodyStart } = machine;
  const { text, family } = source;
  if (!endsItself(family) || family.calls.kind !== "named-json") return bodyStart;
  const before = text.slice(Math.max(0, bodyStart - longestOpener), bodyStart);
  const opener = family.controls.find(
    (control) => opensCall(family, control.role) && before.endsWith(control.text),
  );
  if (!opener || bodyStart >= text.length) return bodyStart;
  const plain = family.controls.find(
    (control) => control.role === "text-begin" && control.text.startsWith(opener.text),
  );
  const word = plain?.text.slice(opener.text.length) ?? "";
  if (word !== "" && text.startsWith(word, bodyStart)) {
    machine.runs.enter("prose", bodyStart + word.length);
    return bodyStart + word.length;
  }
  return takeCall(machine, { start: bodyStart, end: bodyStart, marker: null });
}

const longestOpener = 40;

/** Reads one thing of text outside calls and returns where the next begins. */
function step(machine: Machine, at: number, starts: Uint8Array): number {
  const { source, runs } = machine;
  const unit = source.text.charCodeAt(at);
  const state = runs.last();
  if (unit === 0x0a && (state === "prose" || state === "line-start")) {
    runs.enter("line-start", at + 1);
    return at + 1;
  }
  if (unit <= 0x20) return at + 1;
  if (starts[unit] === 1) {
    const marker = markerAt(source, at);
    if (marker && !isQuoted(machine, marker))
      return takePiece(machine, marker, unit) ?? takeMarker(machine, marker);
  }
  if (at >= machine.codeEnd && state !== "ended") {
    const next = takeOddText(machine, at, unit);
    if (next !== null) return next;
    const body = bareCallAt(machine, at);
    if (body >= 0) return takeCall(machine, { start: at, end: body, marker: null });
  }
  if (state === "section") return takeSectionText(machine, at);
  return takeText(machine, at, unit);
}

/** A piece of a marker begins a tag, or a marker that is broken. */
function takePiece(machine: Machine, marker: Marker, unit: number): number | null {
  if (marker.role !== "markup" || machine.runs.last() === "ended") return null;
  return takeOddText(machine, marker.start, unit);
}

function takeText(machine: Machine, at: number, unit: number): number {
  const { runs, code, source } = machine;
  const state = runs.last();
  if (state === "ended") {
    note(machine, { kind: "after-end", start: at, end: source.text.length, control: null });
    machine.outside = "after-end";
    runs.enter("outside", at);
    return at + 1;
  }
  const end = skipPlain(source, at + 1);
  machine.mayClose = false;
  if (state === "outside") {
    if (machine.outside === "result") machine.hasProse ||= sawWord(machine, at, end);
    return end;
  }
  if (state === "think") {
    machine.hasThought ||= sawWord(machine, at, end);
    machine.mayRepeatThink = false;
  } else {
    machine.hasProse ||= sawWord(machine, at, end);
    runs.enter("prose", at + 1);
  }
  if ((unit === 0x60 || unit === 0x7e) && at >= machine.codeEnd) {
    const beginsLine = at === 0 || "\n>".includes(source.text.charAt(at - 1));
    const place = beginsLine || state === "turn-start" ? "line-start" : "inline";
    machine.codeEnd = code.endOf(at, place) ?? machine.codeEnd;
    return at + 1;
  }
  // After `>` a fence may begin, or a marker without its bracket.
  return unit === 0x3e ? at + 1 : end;
}
