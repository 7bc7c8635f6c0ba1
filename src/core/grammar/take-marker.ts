import { bodyBegins } from "./body-begins.ts";
import {
  callOpener,
  endsTurn,
  hasRole,
  hasSections,
  opensCall,
  closesCall,
} from "./call-markers.ts";
import { afterSpace, note, type Machine } from "./machine.ts";
import type { Marker } from "./markers.ts";
import { needsSection, takeCall, takeUnopened } from "./take-call.ts";
import { closeSection, leaveSection, openSection } from "./take-section.ts";
import { takeAfterEnd, takeHeader, takeResult, takeStop } from "./take-turn.ts";

/** Moves the machine over a control token met outside calls; returns where text goes on. */
export function takeMarker(machine: Machine, marker: Marker): number {
  const { runs, source } = machine;
  const { family } = source;
  if (marker.written === "pieces") note(machine, { kind: "pieces", marker });
  if (machine.outside === "invented-turn" || machine.outside === "after-end") {
    if (marker.role === "turn-start" && machine.outside === "invented-turn")
      return takeHeader(machine, marker);
    return marker.end;
  }
  if (runs.last() === "ended") return takeAfterEnd(machine, marker);
  if (endsTurn(family, marker)) return takeStop(machine, marker);
  machine.controlCount++;
  if (hasSections(family)) {
    if (marker.role === "section-begin") return openSection(machine, marker);
    if (marker.role === "section-end") return closeSection(machine, marker);
  }
  if (opensCall(family, marker.role)) return takeOpener(machine, marker);
  if (closesCall(family, marker.role)) return takeClose(machine, marker);
  const { role } = marker;
  if (role === "think-begin") return takeThink(machine, marker);
  if (role === "think-end") return takeThinkEnd(machine, marker);
  if (role === "result-begin" || role === "result-end") return takeResult(machine, marker);
  if (role === "text-begin" || role === "text-end") return takeTextMarker(machine, marker);
  if (role !== "turn-start" && role !== "header-end") return takeInner(machine, marker);
  machine.watch.see(marker, "illegal");
  return takeHeader(machine, marker);
}

function takeOpener(machine: Machine, marker: Marker): number {
  if (!needsSection(machine)) return takeCall(machine, { ...marker, marker });
  // The section's own opener was left out: one cause, told once for all its calls.
  const { start, end, control } = marker;
  const expected = sectionOpener(machine);
  note(machine, { kind: "missing-opener", start, end, control, expected, name: null });
  const next = takeCall(machine, { ...marker, marker });
  if (machine.section === "none" && machine.runs.last() === "after-call") {
    machine.section = "implied";
  }
  return next;
}

function sectionOpener({ source }: Machine): string {
  return source.family.controls.find(({ role }) => role === "section-begin")?.text ?? "";
}

function takeClose(machine: Machine, marker: Marker): number {
  const { runs, watch } = machine;
  if (machine.forgivesClose || machine.mayClose) watch.see(marker, "legal");
  else {
    const { start, end, control } = marker;
    note(machine, { kind: "orphan-close", start, end, control });
    watch.see(marker, "illegal");
  }
  machine.forgivesClose = false;
  machine.mayClose = false;
  machine.outside = null;
  runs.enter(machine.section === "open" ? "section" : "after-call", marker.end);
  return marker.end;
}

function takeThink(machine: Machine, marker: Marker): number {
  const { runs, watch, source } = machine;
  const state = runs.last();
  const isLegal =
    state === "turn-start" ||
    (state === "think" && machine.mayRepeatThink) ||
    // A label that nothing closes (ReAct's `Thought:`) may come again.
    !hasRole(source.family, "think-end");
  if (isLegal) watch.see(marker, "legal");
  else {
    note(machine, { kind: state === "think" ? "second-think" : "late-think", marker });
    watch.see(marker, "illegal");
  }
  if (machine.section === "open") machine.section = "none";
  machine.mayRepeatThink = false;
  machine.outside = null;
  runs.enter("think", marker.end);
  return marker.end;
}

function takeThinkEnd(machine: Machine, marker: Marker): number {
  const { runs, watch } = machine;
  const isUsual = !machine.hasThinkEnd && mayComeAlone(machine, marker);
  machine.hasThinkEnd = true;
  if (runs.last() === "think" || machine.thinkLeftByCall || isUsual) {
    if (runs.last() !== "think" && !machine.thinkLeftByCall) {
      // What came so far was thinking that the prompt had opened.
      machine.hasThought ||= machine.hasProse;
      machine.hasProse = false;
    }
    machine.thinkLeftByCall = false;
    watch.see(marker, "legal");
    runs.enter("after-think", marker.end);
    return marker.end;
  }
  note(machine, { kind: "orphan-think-end", marker });
  watch.see(marker, "illegal");
  runs.enter("prose", marker.end);
  return marker.end;
}

/** A template's own, where it stands before anything the policy wrote and not a second time. */
function mayComeAlone({ source, runs, bodyStart }: Machine, { start, end }: Marker): boolean {
  const { thinkEndAlone } = source.family;
  if (thinkEndAlone !== "first") return thinkEndAlone === "usual";
  if (runs.last() !== "turn-start") return false;
  // Further back is no header.
  const before = source.text.slice(Math.max(0, bodyStart - 100), bodyStart).trimEnd();
  return !before.endsWith(source.text.slice(start, end));
}

/** `<answer>`, `<|START_RESPONSE|>`: around plain text. */
function takeTextMarker(machine: Machine, marker: Marker): number {
  const { runs, watch, source } = machine;
  leaveSection(machine, marker);
  watch.see(marker, "legal");
  machine.outside = null;
  // Where tags are text, harnesses stop at the answer's end.
  const mayEnd = marker.role === "text-end" && source.family.machine === "text-tags";
  if (runs.last() !== "think" || !hasRole(source.family, "think-end"))
    runs.enter(mayEnd ? "after-call" : "prose", marker.end);
  return marker.end;
}

/** A marker of a call's inside, or of a prompt, outside of any. */
function takeInner(machine: Machine, marker: Marker): number {
  const { runs, source, watch } = machine;
  if (marker.role === "separator" && source.family.calls.kind === "react")
    return takeInputAlone(machine, marker);
  const opened = callBefore(machine, marker);
  if (opened !== null) {
    const { start, name } = opened;
    return takeUnopened(machine, { start, end: start, marker: null }, { name, marker });
  }
  const counts = isUnmistakable(marker, source.family.controls[marker.control]?.text ?? "");
  if (counts && marker.role !== "markup") {
    watch.see(marker, "illegal");
    note(machine, { kind: "stray", marker });
  }
  if (runs.last() !== "think" && runs.last() !== "section") runs.enter("prose", marker.end);
  return marker.end;
}

/** `[ARGS]` and `<s>` stand in manuals and web pages too. */
function isUnmistakable(marker: Marker, text: string): boolean {
  return marker.written === "one" || /[|｜]/.test(text) || /^<\/?\w+[_:]\w+>$/.test(text);
}

/** `Action Input:` without an action: there is no tool that it could be for. */
function takeInputAlone(machine: Machine, marker: Marker): number {
  const { start, end, control } = marker;
  const expected = callOpener(machine.source.family);
  note(machine, { kind: "missing-opener", start, end, control, expected, name: null });
  machine.watch.see(marker, "illegal");
  machine.sawActionInput = true;
  machine.runs.enter("prose", end);
  return end;
}

/** A call without its opener: where it begins, which is before its first marker if a tool's name stands there. */
function callBefore(
  machine: Machine,
  marker: Marker,
): { readonly start: number; readonly name: string | null } | null {
  const { source, runs } = machine;
  const { calls } = source.family;
  const thinks = runs.last() === "think" && hasRole(source.family, "think-end");
  if (thinks || machine.outside !== null) return null;
  const { role, start } = marker;
  if (role === "call-kind" && calls.kind !== "named-json")
    return bodyBegins(source.family, source.text, afterSpace(source.text, marker.end))
      ? { start, name: null }
      : null;
  // Names are short, and a limit keeps a row of separators linear.
  const from = Math.max(machine.bodyStart, start - 120);
  const [written = "", word = ""] =
    /([\p{L}\p{N}_.:-]+)\s*$/u.exec(source.text.slice(from, start)) ?? [];
  const at = start - written.length;
  if (role === "key-begin" && calls.kind === "key-value")
    return word === "" ? { start, name: null } : { start: at, name: word };
  // `NAME[CALL_ID]…[ARGS]`: the name stands before the id.
  if (role === "call-kind")
    return word !== "" && (machine.toolNames?.has(word) ?? true) ? { start: at, name: word } : null;
  if (role !== "separator" || calls.kind !== "named-json" || written !== word) return null;
  return namesCall(machine, marker, word) ? { start: at, name: word } : null;
}

/** Whether a word before a separator is a tool's name: declared, or followed by arguments. */
function namesCall({ source, toolNames }: Machine, marker: Marker, word: string): boolean {
  const { calls } = source.family;
  if (calls.kind !== "named-json" || word === "") return false;
  // DeepSeek V3's word before the separator is always `function`.
  if (calls.prefix === word + source.text.slice(marker.start, marker.end)) return true;
  const name = word.replace(/^functions\./, "").replace(/:\d+$/, "");
  if (toolNames && !toolNames.has(name)) return false;
  return source.text
    .slice(marker.end, marker.end + 40)
    .trimStart()
    .startsWith("{");
}
