import type { ControlRole } from "../../grammar/family.ts";
import { nextMarker, tokenIndexAt, type Marker, type MarkerSource } from "../../grammar/markers.ts";
import { toByteRange } from "../../text/source-map.ts";
import type { Turn } from "../../transcript/transcript.ts";
import { visible } from "../rules/rule.ts";
import type { Remark, TrajectoryRule, TrajectoryRuleInput } from "./trajectory-rule.ts";

/**
 * F25: a marker's exact text in data: in an argument, a tool's result or what a user wrote. It becomes the control token
 * itself when the text is tokenized, and then nothing tells it from structure.
 */
export const literalMarkers: TrajectoryRule = (input) => {
  // There every marker is ordinary text anyway.
  if (input.family.machine === "text-tags") return [];
  const found: Remark[] = [];
  const inCalls = new Map(input.structures.map(({ turn, calls }) => [turn, calls]));
  let isPrompt = true;
  for (const turn of input.transcript.turns) {
    if (found.length >= mostTold) break;
    if (turn.sampled) isPrompt = false;
    const markers = turn.sampled
      ? (inCalls.get(turn.index) ?? []).flatMap((call) =>
          call.closed && call.arguments
            ? markersIn(input, call.arguments.start, call.arguments.end)
            : [],
        )
      : inData(input, turn, isPrompt);
    const told = remark(input, turn, markers);
    if (told) found.push(told);
  }
  return found;
};

const mostTold = 50;

/** What cannot be part of how arguments are written. */
const structural: ReadonlySet<ControlRole> = new Set([
  "begin-of-text",
  "turn-start",
  "turn-end",
  "end-of-text",
  "header-end",
  "message-end",
  "channel",
  "constrain",
  "section-begin",
  "section-end",
  "call-begin",
  "call-end",
  "separator",
  "think-begin",
  "think-end",
  "result-begin",
  "result-end",
]);

function markersIn(input: TrajectoryRuleInput, from: number, to: number): readonly Marker[] {
  const { family, transcript, tokens, controlIds } = input;
  const source: MarkerSource = { family, text: transcript.text.slice(0, to), tokens, controlIds };
  const found: Marker[] = [];
  for (
    let marker = nextMarker(source, from);
    marker !== null;
    marker = nextMarker(source, marker.end)
  )
    if (structural.has(marker.role) && isOneToken(input, marker)) found.push(marker);
  return found;
}

/** Whether it is the control token there, or becomes it; unknown tokenizers have a token for each of their markers. */
function isOneToken(
  { tokens, tokenizer, controlIds }: TrajectoryRuleInput,
  { control, start }: Marker,
): boolean {
  if (tokens.origin === "words") return true;
  if (tokens.origin === "written" && tokenizer === null) return true;
  const id = controlIds[control] ?? -1;
  return id >= 0 && tokens.ids[tokenIndexAt(tokens, start)] === id;
}

/** Markers in what a user or a tool said, but for those that wrap a result. */
function inData(input: TrajectoryRuleInput, turn: Turn, isPrompt: boolean): readonly Marker[] {
  if (turn.role !== "user" && turn.role !== "tool") return [];
  const found = markersIn(input, turn.bodyStart, turn.bodyEnd).filter(
    (marker) => !marker.role.startsWith("result-") && isData(input, marker),
  );
  // A prompt that shows how to call must write the markers.
  const teaches =
    isPrompt && found.some(({ role }) => role === "call-begin" || role === "section-begin");
  return teaches ? [] : found;
}

/** Of text that the file has as one, a turn's own markers cannot be told from quoted ones; a template's are not the file's. */
function isData({ transcript }: TrajectoryRuleInput, { role, start }: Marker): boolean {
  if (transcript.origin !== "rendered") return !turnRoles.has(role);
  const { startByte, endByte } = toByteRange(transcript.map, start, start + 1);
  return endByte > startByte;
}

const turnRoles: ReadonlySet<ControlRole> = new Set([
  "begin-of-text",
  "turn-start",
  "turn-end",
  "end-of-text",
  "header-end",
  "message-end",
  "channel",
  "constrain",
]);

function remark(
  { family }: TrajectoryRuleInput,
  turn: Turn,
  markers: readonly Marker[],
): Remark | null {
  const [first] = markers;
  if (!first) return null;
  const text = visible(family.controls[first.control]?.text ?? "");
  const more = markers.length > 1 ? ` (and ${String(markers.length - 1)} more)` : "";
  const where = turn.sampled
    ? "an argument"
    : turn.role === "tool"
      ? "a tool's result"
      : "what the user wrote";
  return {
    rule: "F25",
    severity: "info",
    turn: turn.index,
    start: first.start,
    end: first.end,
    expected: "text that is no marker, or its pieces",
    came: text,
    control: first.control,
    recoversAt: first.end,
    message: `${text} stands in ${where} as data${more}: a tokenizer makes the control token of it.`,
  };
}
