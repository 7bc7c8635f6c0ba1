import { bodyBegins } from "./body-begins.ts";
import { callCloser, closesCall, endsTurn, hasSections, opensCall } from "./call-markers.ts";
import { afterSpace, type Machine } from "./machine.ts";
import { markerAt, type Marker } from "./markers.ts";

/** Ids that the file says were sampled as stop or role tokens are never a quotation. */
export function isQuoted(machine: Machine, marker: Marker): boolean {
  if (marker.start >= machine.codeEnd) return isMention(machine, marker);
  const stops = endsTurn(machine.source.family, marker) || marker.role === "turn-start";
  return !(stops && marker.written === "one");
}

function isClosedLater(machine: Machine, { end }: Marker): boolean {
  if (machine.nextTagClose < end) {
    const found = machine.source.text.indexOf(callCloser(machine.source.family), end);
    machine.nextTagClose = found < 0 ? Infinity : found;
  }
  return machine.nextTagClose !== Infinity;
}

/**
 * Thinking models write about their markers. In thinking, a call or result marker counts only where something
 * follows that such a marker would have: a call's body, another control token, or the end.
 */
function isMention(machine: Machine, marker: Marker): boolean {
  if (machine.runs.last() !== "think") return false;
  const { text, family } = machine.source;
  const { role } = marker;
  const followed = afterSpace(text, marker.end);
  const follower = text[followed];
  const next = markerAt(machine.source, followed);
  const isLast = follower === undefined;
  if (hasSections(family) && (role === "section-begin" || role === "section-end"))
    return !isLast && next === null;
  if (closesCall(family, role) || role === "result-end")
    return !isLast && !(next !== null && endsTurn(family, next));
  if (role === "result-begin")
    return family.results === "own-turn" && !isLast && follower !== "{" && follower !== "[";
  // Everything may be a query; without an end behind it the tag was only named.
  if (opensCall(family, role) && family.calls.kind === "free-text")
    return !isLast && next === null && !isClosedLater(machine, marker);
  if (!opensCall(family, role) || isLast || bodyBegins(family, text, followed)) return false;
  if (family.calls.kind === "react" && isNameAtEnd(machine, followed)) return false;
  return (
    next === null ||
    !(endsTurn(family, next) || opensCall(family, next.role) || next.role === "call-kind")
  );
}

/** A tool's name with which the turn ends: ReAct's input was due behind it. */
function isNameAtEnd({ source, toolNames }: Machine, at: number): boolean {
  toolName.lastIndex = at;
  const [written, name = ""] = toolName.exec(source.text) ?? [];
  if (written === undefined || !(toolNames?.has(name) ?? true)) return false;
  const next = markerAt(source, at + written.length);
  return (
    at + written.length >= source.text.length || (next !== null && endsTurn(source.family, next))
  );
}

const toolName = /([\w.:/-]{1,100})\s*/y;
