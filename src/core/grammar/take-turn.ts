import { endsTurn, hasRole } from "./call-markers.ts";
import { afterSpace, note, type Machine } from "./machine.ts";
import type { TokenTable } from "../tokens/token-table.ts";
import { markerAt, nextMarker, tokenIndexAt, type Marker } from "./markers.ts";
import { leaveSection } from "./take-section.ts";

/** The turn's end. */
export function takeStop(machine: Machine, marker: Marker): number {
  const { runs, watch, source } = machine;
  // Where nothing closes thinking, the end of the turn does.
  const thinking = runs.last() === "think" && hasRole(source.family, "think-end");
  if (thinking) note(machine, { kind: "stop-in-think", marker });
  const inSection = machine.section === "open";
  leaveSection(machine, marker);
  watch.see(marker, thinking || inSection ? "illegal" : "legal");
  machine.ending = marker;
  machine.outside = null;
  runs.enter("ended", marker.end);
  return marker.end;
}

/** A control token after the turn's end. */
export function takeAfterEnd(machine: Machine, marker: Marker): number {
  // `<|endoftext|>` after the end is what trainers pad with; nothing tells it from a sampled one.
  if (marker.role === "end-of-text") return marker.end;
  if (machine.ending?.role === "end-of-text" && marker.role === "turn-end") return marker.end;
  machine.watch.see(marker, "illegal");
  if (marker.role === "turn-start") return takeHeader(machine, marker);
  const { start, end, control } = marker;
  if (!machine.toldAfterEnd) note(machine, { kind: "after-end", start, end, control });
  machine.toldAfterEnd = true;
  if (endsTurn(machine.source.family, marker)) return marker.end;
  machine.outside = "after-end";
  machine.runs.enter("outside", marker.end);
  return marker.end;
}

/** A header such as `<|im_start|>user`: the policy invents a turn. Only another header of its own brings it back. */
export function takeHeader(machine: Machine, marker: Marker): number {
  const { runs } = machine;
  const own = ownHeaderEnd(machine, marker);
  if (machine.outside !== "invented-turn") {
    const { start, end, control } = marker;
    if (own === null && isToolsHeader(machine, marker))
      note(machine, { kind: "result", start, end, control });
    else note(machine, { kind: "turn-start", marker, recoversAt: own });
  }
  machine.controlCount++;
  machine.section = "none";
  if (own === null) {
    machine.outside = "invented-turn";
    runs.enter("outside", marker.end);
    return marker.end;
  }
  machine.outside = null;
  machine.ending = null;
  runs.enter("turn-start", own);
  return own;
}

/** A turn that a tool's result stands in: who opens it invents the result. */
function isToolsHeader({ source }: Machine, marker: Marker): boolean {
  const { text } = source;
  toolsRole.lastIndex = marker.end;
  if (toolsRole.test(text)) return true;
  usersRole.lastIndex = marker.end;
  const user = usersRole.exec(text)?.[0];
  if (user === undefined) return false;
  return markerAt(source, marker.end + user.length)?.role === "result-begin";
}

const toolsRole =
  /\s*(?:tools?|ipython|tool_re(?:sponse|sult)s?|observation|environment|function)(?![\w-])/y;
/** Qwen's results stand in a turn of the user's. */
const usersRole = /\s*user\s*/y;

/** Where a header of the policy's own ends, or null where it is somebody else's. */
function ownHeaderEnd({ source }: Machine, marker: Marker): number | null {
  const { text, family } = source;
  const speaker = family.controls[marker.control]?.speaker;
  if (speaker !== undefined) return speaker === "assistant" ? afterLineEnd(text, marker.end) : null;
  const next = markerAt(source, afterSpace(text, marker.end));
  const named = next ? family.controls[next.control]?.speaker : undefined;
  if (next && named !== undefined)
    return named === "assistant" ? afterLineEnd(text, next.end) : null;
  ownRole.lastIndex = marker.end;
  const role = ownRole.exec(text)?.[0];
  if (role === undefined) return null;
  const end = marker.end + role.length;
  const after = markerAt(source, end);
  if (after?.role === "header-end") return afterLineEnd(text, after.end);
  lineEnd.lastIndex = end;
  const rest = lineEnd.exec(text)?.[0];
  return rest === undefined ? null : end + rest.length;
}

const ownRole = /\s*(?:assistant|model|ai|bot)(?![\w-])[^\S\n]*/y;
const lineEnd = /\s*\n/y;

function afterLineEnd(text: string, at: number): number {
  lineEnd.lastIndex = at;
  return at + (lineEnd.exec(text)?.[0].length ?? 0);
}

/** A tool's result. In some families the environment writes it into the policy's own turn. */
export function takeResult(machine: Machine, marker: Marker): number {
  const { runs, watch, source } = machine;
  if (machine.outside === "result" && isOneOfSeveral(machine, marker)) {
    runs.enter("outside", marker.end);
    return marker.end;
  }
  if (marker.role === "result-end" && machine.outside === "result") {
    watch.see(marker, "illegal");
    machine.outside = null;
    runs.enter("prose", marker.end);
    return marker.end;
  }
  if (marker.role === "result-begin" && isEnvironments(machine, marker))
    return takeInjected(machine, marker);
  const { start, end, control } = marker;
  note(machine, { kind: "result", start, end, control });
  watch.see(marker, "illegal");
  machine.section = "none";
  const isOpen = marker.role === "result-begin" && hasRole(source.family, "result-end");
  machine.outside = isOpen || marker.role === "result-begin" ? "result" : null;
  runs.enter(machine.outside ? "outside" : "prose", marker.end);
  return marker.end;
}

/** DeepSeek V3's markers around each result, where those around all of them are open. */
function isOneOfSeveral({ source, facts }: Machine, marker: Marker): boolean {
  const { controls } = source.family;
  const outer = controls.findIndex(({ role }) => role === marker.role);
  if (marker.control === outer) return false;
  const opener = facts.findLast(({ kind }) => kind === "result");
  return (
    opener?.kind === "result" &&
    opener.control === controls.findIndex(({ role }) => role === "result-begin")
  );
}

/** Whether the environment wrote what follows a result's marker; the marker itself may be the policy's stop token. */
function isEnvironments(machine: Machine, marker: Marker): boolean {
  const { source, calls, runs } = machine;
  const { family, text, tokens } = source;
  if (family.results !== "same-turn") return false;
  const follows = calls.at(-1)?.closed !== "no" && calls.length > 0 && runs.last() === "after-call";
  if (afterSpace(text, marker.end) >= text.length) return follows;
  if (tokens?.origin !== "file" || !isMasked(machine, tokens)) return follows;
  return tokens.sampled[tokenIndexAt(tokens, marker.end)] === 0;
}

/** Whether some token of the turn is not the policy's; asked once. */
function isMasked(machine: Machine, { start, sampled }: TokenTable): boolean {
  if (machine.isMasked !== null) return machine.isMasked;
  const { text } = machine.source;
  let token = start.findIndex((offset) => offset >= machine.bodyStart);
  if (token < 0) token = start.length;
  while (token < start.length && (start[token] ?? 0) < text.length && sampled[token] === 1) token++;
  machine.isMasked = token < start.length && (start[token] ?? 0) < text.length;
  return machine.isMasked;
}

/** Text of the environment's in the policy's turn; at the very end the marker is what stopped the policy. */
function takeInjected(machine: Machine, marker: Marker): number {
  const { source, runs, watch } = machine;
  const { text, family } = source;
  watch.see(marker, "legal");
  if (afterSpace(text, marker.end) >= text.length) {
    machine.ending = marker;
    runs.enter("ended", marker.end);
    return marker.end;
  }
  runs.enter("outside", marker.end);
  if (!hasRole(family, "result-end")) {
    machine.outside = "injected";
    return marker.end;
  }
  let closer = nextMarker(source, marker.end);
  while (closer && closer.role !== "result-end") closer = nextMarker(source, closer.end);
  const end = closer?.end ?? text.length;
  machine.outside = null;
  machine.forgivesClose = false;
  // The policy goes on as at the beginning of a turn: it may think, call or answer.
  runs.enter(closer ? "turn-start" : "outside", end);
  return end;
}
