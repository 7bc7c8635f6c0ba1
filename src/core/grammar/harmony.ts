import { takeMessageBody } from "./harmony-body.ts";
import {
  blame,
  hasChannels,
  headerNearMiss,
  isRole,
  judgeChannel,
  looksLikeHeader,
  newHeader,
  readHeader,
  spellsRoles,
  textsOf,
  type Header,
} from "./harmony-header.ts";
import { stopAt, type Place } from "./harmony-place.ts";
import { afterSpace, newMachine, note, type Machine, type ScanStart } from "./machine.ts";
import { markerAt, nextMarker, type Marker, type MarkerSource } from "./markers.ts";
import type { Fact, TurnScan } from "./turn-scan.ts";

/**
 * Runs the harmony machine over one sampled turn: messages one after another, each a header, a body and what ends it
 * (gpt-oss, Inkling, Glimmer; openai/harmony, docs/format.md). A single pass, linear in the text. `source.text` ends where the body ends.
 */
export function scanHarmony(source: MarkerSource, start: ScanStart): TurnScan {
  const machine = newMachine(source, start);
  let place: Place | null = opening(machine, start.bodyStart);
  while (place !== null) place = step(machine, place);
  const last = machine.runs.last();
  return {
    runs: machine.runs.build(source.text.length),
    calls: machine.calls,
    facts: [...machine.facts, ...machine.watch.finish()],
    ending: machine.ending,
    // After a call of gpt-oss nothing more is due: its own end stops the policy. Others have a token for that.
    stopsInText:
      last === "turn-start" ||
      last === "header" ||
      last === "prose" ||
      last === "after-think" ||
      (last === "after-call" && !hasChannels(machine)),
    openThink: last === "think",
    hasProse: machine.hasProse,
    hasThought: machine.hasThought,
    controlCount: machine.controlCount,
  };
}

function step(machine: Machine, place: Place): Place | null {
  switch (place.kind) {
    case "between":
      return takeBetween(machine, place.at, place.after);
    case "header":
      return takeHeader(machine, place.header, place.at);
    case "body":
      return takeMessageBody(machine, place);
    case "turn-start":
      return takeTurnStart(machine, place.marker, place.within);
    case "outside":
      return takeOutside(machine, place.at);
    case "ended":
      return takeEnded(machine, place.at);
    default:
      return place satisfies never;
  }
}

// A header that a prompt begins holds a role, a recipient and a channel.
const maxBegunHeader = 300;

/** The generation prompt may have begun the first header, or even finished it. */
function opening(machine: Machine, bodyStart: number): Place {
  const { source, runs } = machine;
  const before = source.text.slice(Math.max(0, bodyStart - maxBegunHeader), bodyStart);
  const opener = textsOf(machine, "turn-start");
  const at = before.lastIndexOf(opener);
  const begun = at < 0 ? "" : before.slice(at + opener.length);
  if (at < 0 || (spellsRoles(source.family) && !/^\s*assistant/.test(begun)) || isOver(begun))
    return { kind: "between", at: bodyStart, after: "nothing" };
  const header = newHeader(bodyStart);
  const word = (pattern: RegExp): Header["role"] => {
    const found = pattern.exec(begun)?.[1];
    return found === undefined ? null : { text: found, start: bodyStart, end: bodyStart };
  };
  header.role = word(/^\s*(assistant)/);
  header.recipient = word(/to=([\w.:/-]+)/);
  header.format = word(/<\|constrain\|>\s*(\w+)/);
  header.channel = word(/<\|channel\|>\s*(\w+)/);
  if (/<\|channel\|>/.test(begun)) header.channelCount = 1;
  if (/<\|channel\|>\s*$/.test(begun)) header.due = "channel";
  if (begun.includes("<|message|>"))
    return { kind: "body", at: bodyStart, header, opener: null, after: "nothing" };
  runs.enter("header", bodyStart);
  return { kind: "header", at: bodyStart, header };

  function isOver(text: string): boolean {
    return source.family.controls.some(
      (control) =>
        (control.role === "message-end" ||
          control.role === "call-end" ||
          control.role === "turn-end") &&
        text.includes(control.text),
    );
  }
}

/** Between two messages: only the beginning of another is due, or the end. */
function takeBetween(
  machine: Machine,
  from: number,
  after: Extract<Place, { kind: "between" }>["after"],
): Place | null {
  const { source, watch } = machine;
  const at = afterSpace(source.text, from);
  if (at >= source.text.length) return null;
  const marker = markerAt(source, at);
  if (marker === null) return takeTextBetween(machine, at, after);
  if (marker.written === "pieces") note(machine, { kind: "pieces", marker });
  const { role } = marker;
  const isOver = after === "final" || after === "call";
  if (role === "turn-start") return { kind: "turn-start", marker, within: "between" };
  if (role === "channel" || role === "constrain" || role === "header-end")
    return headerWithoutStart(machine, at, marker.end, after);
  if (role === "end-of-text")
    // What trainers pad with; after a message that is not the last, the policy stopped too early.
    return isOver ? null : stopAt(machine, marker);
  if (role === "turn-end" && (after === "nothing" || !hasChannels(machine))) {
    watch.see(marker, "legal");
    return stopAt(machine, marker);
  }
  watch.see(marker, "illegal");
  if (isOver) return afterEnd(machine, marker);
  noteStray(machine, marker);
  if (role === "turn-end") return stopAt(machine, marker);
  machine.controlCount++;
  return { kind: "between", at: marker.end, after };
}

function takeTextBetween(
  machine: Machine,
  at: number,
  after: Extract<Place, { kind: "between" }>["after"],
): Place | null {
  const { text } = machine.source;
  const near = headerNearMiss(machine, at);
  const role = near === null ? undefined : machine.source.family.controls[near.control]?.role;
  if (near && role) return takeBroken(machine, { ...near, role, written: "unknown" }, after);
  if (looksLikeHeader(machine, at)) return headerWithoutStart(machine, at, at, after);
  // Nothing at all says that this is Harmony: where special tokens were stripped the text is all that is left.
  if (after === "nothing") return { kind: "body", at, header: newHeader(at), opener: null, after };
  const next = nextMarker(machine.source, at);
  const stop = next?.start ?? text.length;
  if (after === "final" || after === "call") {
    note(machine, { kind: "after-end", start: at, end: stop, control: null });
    machine.runs.enter("outside", at);
    return { kind: "outside", at };
  }
  const opener = textsOf(machine, "turn-start");
  note(machine, {
    kind: "header",
    start: at,
    end: stop,
    control: null,
    expected: opener,
    message: `Text stands between two messages, where ${opener} was due.`,
    recoversAt: next?.start ?? null,
  });
  machine.hasProse ||= /\p{L}/u.test(text.slice(at, Math.min(stop, at + 200)));
  return next === null ? null : { kind: "between", at: next.start, after };
}

/** A broken marker between two messages is told as such, and read as what it was meant for. */
function takeBroken(
  machine: Machine,
  marker: Marker,
  after: Extract<Place, { kind: "between" }>["after"],
): Place {
  note(machine, { kind: "near-miss", ...marker });
  machine.controlCount++;
  if (marker.role === "turn-start") return { kind: "turn-start", marker, within: "told" };
  if (marker.role === "turn-end" || marker.role === "end-of-text") return stopAt(machine, marker);
  if (!headerParts.has(marker.role)) return { kind: "between", at: marker.end, after };
  const header = newHeader(marker.start);
  header.role = { text: "assistant", start: marker.start, end: marker.start };
  header.forgiven = true;
  machine.runs.enter("header", marker.start);
  return { kind: "header", at: marker.end, header };
}

const headerParts: ReadonlySet<string> = new Set(["channel", "constrain", "header-end"]);

/** A header whose `<|start|>` is missing; at the very beginning it may be the prompt's that the file does not hold. */
function headerWithoutStart(
  machine: Machine,
  at: number,
  end: number,
  after: Extract<Place, { kind: "between" }>["after"],
): Place {
  const header = newHeader(at);
  header.role = { text: "assistant", start: at, end: at };
  const opener = textsOf(machine, "turn-start");
  if (after !== "nothing")
    blame(header, {
      start: at,
      end: Math.max(end, at + 1),
      control: markerAt(machine.source, at)?.control ?? null,
      expected: opener,
      message: `A message begins without ${opener}.`,
    });
  machine.runs.enter("header", at);
  return { kind: "header", at: afterRole(machine.source.text, at), header };
}

function afterRole(text: string, at: number): number {
  return text.startsWith("assistant", at) ? at + "assistant".length : at;
}

function takeHeader(machine: Machine, header: Header, from: number): Place | null {
  const { runs } = machine;
  const { at, marker } = readHeader(machine, header, from);
  if (marker === null) {
    noteFault(machine, header, null);
    // A header that the text's end cuts off says what it was for.
    machine.hasProse ||= !isEmpty(header);
    return null;
  }
  const { role } = marker;
  if (role === "header-end" || (!spellsRoles(machine.source.family) && contents.has(role))) {
    if (hasChannels(machine)) judgeChannel(machine, header, marker);
    noteFault(machine, header, marker.end);
    if (at >= machine.source.text.length) machine.hasProse ||= header.recipient !== null;
    return { kind: "body", at, header, opener: marker, after: "message" };
  }
  if (role === "turn-start") {
    const isRepeated = isEmpty(header) && !header.forgiven;
    if (!isRepeated) cutShort(machine, header, marker);
    return { kind: "turn-start", marker, within: isRepeated ? "repeated" : "told" };
  }
  if (role === "turn-end" || role === "end-of-text") {
    machine.controlCount--;
    // A turn that ends at once is empty (F23), not a bad header; Inkling's end is a message of its own.
    if (!isEmpty(header)) cutShort(machine, header, marker);
    else machine.watch.see(marker, "legal");
    return stopAt(machine, marker);
  }
  cutShort(machine, header, marker);
  if (role !== "message-end" && role !== "call-end") return { kind: "header", at, header };
  runs.enter(role === "call-end" ? "after-call" : "turn-start", at);
  return { kind: "between", at, after: role === "call-end" ? "call" : "message" };
}

const contents: ReadonlySet<string> = new Set(["text-begin", "think-begin", "call-begin"]);

function isEmpty(header: Header): boolean {
  return header.channelCount === 0 && header.recipient === null && header.fault === null;
}

/** A control token ended the header before its body began. */
function cutShort(machine: Machine, header: Header, marker: Marker): void {
  const { start, end: stop, control } = marker;
  machine.watch.see(marker, "illegal");
  // A header that names a tool is a call that came to nothing: polluted, not empty.
  machine.hasProse ||= header.recipient !== null;
  const expected = textsOf(machine, "header-end");
  const came = machine.source.family.controls[control]?.text ?? "";
  blame(header, {
    start,
    end: stop,
    control,
    expected,
    message: `The message's header was never ended: ${came} came where ${expected} was due.`,
  });
  noteFault(machine, header, marker.role === "turn-start" ? marker.start : null);
}

function noteFault(machine: Machine, header: Header, recoversAt: number | null): void {
  if (header.fault === null) return;
  note(machine, { kind: "header", ...header.fault, recoversAt });
  header.fault = null;
  header.forgiven = true;
}

/** A `<|start|>`: of another message of the policy's own, or of somebody else's. */
function takeTurnStart(
  machine: Machine,
  marker: Marker,
  within: Extract<Place, { kind: "turn-start" }>["within"],
): Place {
  const { source, runs, watch } = machine;
  if (within !== "repeated" && within !== "told") machine.controlCount++;
  roleWord.lastIndex = marker.end;
  const spelled = spellsRoles(source.family);
  const word = spelled ? (roleWord.exec(source.text)?.[1] ?? "") : "";
  const speaker = source.family.controls[marker.control]?.speaker;
  const isOwn = spelled
    ? word === "assistant" || !isRole(machine, word)
    : speaker === undefined || speaker === "assistant";
  watch.see(marker, isOwn && (within === "between" || within === "told") ? "legal" : "illegal");
  const { start, end: stop, control } = marker;
  if (!isOwn) {
    const isTool = speaker === "tool" || (spelled && !/^(?:user|system|developer)$/.test(word));
    if (isTool) note(machine, { kind: "result", start, end: stop, control });
    else note(machine, { kind: "turn-start", marker, recoversAt: null });
    runs.enter("outside", stop);
    return { kind: "outside", at: stop };
  }
  if (within === "think") note(machine, { kind: "stop-in-think", marker });
  else if (within !== "between" && within !== "told" && within !== "call")
    note(machine, { kind: "turn-start", marker, recoversAt: afterRole(source.text, stop) });
  machine.ending = null;
  runs.enter("header", stop);
  return { kind: "header", at: stop, header: newHeader(start) };
}

const roleWord = /\s*([^\s<|]*)/y;

/** Somebody else's message, which the policy invented: only a header of its own brings it back. */
function takeOutside(machine: Machine, from: number): Place | null {
  const { source } = machine;
  for (let marker = nextMarker(source, from); marker; marker = nextMarker(source, marker.end)) {
    if (marker.role !== "turn-start") continue;
    roleWord.lastIndex = marker.end;
    const word = roleWord.exec(source.text)?.[1] ?? "";
    const speaker = source.family.controls[marker.control]?.speaker ?? "assistant";
    const isOwn = spellsRoles(source.family)
      ? word.startsWith("assistant")
      : speaker === "assistant";
    if (isOwn) return { kind: "turn-start", marker, within: "told" };
  }
  return null;
}

function takeEnded(machine: Machine, from: number): Place | null {
  const { source } = machine;
  const at = afterSpace(source.text, from);
  if (at >= source.text.length) return null;
  const marker = markerAt(source, at);
  if (marker?.role === "end-of-text") return { kind: "ended", at: marker.end };
  if (marker?.role === "turn-start") return { kind: "turn-start", marker, within: "ended" };
  return afterEnd(machine, marker ?? { start: at, end: source.text.length, control: null });
}

function afterEnd(
  machine: Machine,
  {
    start,
    end: stop,
    control,
  }: Pick<Extract<Fact, { kind: "after-end" }>, "start" | "end" | "control">,
): Place {
  note(machine, { kind: "after-end", start, end: stop, control });
  machine.runs.enter("outside", start);
  return { kind: "outside", at: stop };
}

/** A control token between messages that begins none. */
function noteStray(machine: Machine, marker: Marker): void {
  const { start, end: stop, control } = marker;
  const opener = textsOf(machine, "turn-start");
  const came = machine.source.family.controls[control]?.text ?? "";
  note(machine, {
    kind: "header",
    start,
    end: stop,
    control,
    expected: opener,
    message: `${came} came after a message had ended, where ${opener} was due.`,
    recoversAt: stop,
  });
}
