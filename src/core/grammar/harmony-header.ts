import { cutsMarker } from "./cut-marker.ts";
import type { ControlToken, Family } from "./family.ts";
import { note, type Machine } from "./machine.ts";
import { markerAt, nextMarker, type Marker } from "./markers.ts";
import { nearMissAt } from "./near-miss.ts";

/** A text in a header with its place, UTF-16. */
export interface HeaderWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A message's header as far as it was read. The machine fills it in, word by word. */
export interface Header {
  /** Where the message begins: its `<|start|>`, or the body of the turn. */
  readonly start: number;
  role: HeaderWord | null;
  channel: HeaderWord | null;
  recipient: HeaderWord | null;
  /** `json`, `code`: what the body is constrained to. */
  format: HeaderWord | null;
  /** Channel markers seen; a second one is a break. */
  channelCount: number;
  /** What follows a marker is due as a word of its own. */
  due: "channel" | "constrain" | null;
  fault: HeaderFault | null;
  /** What went wrong before or in it was told by another rule. */
  forgiven: boolean;
}

/** What does not belong into a header. */
export interface HeaderFault {
  readonly start: number;
  readonly end: number;
  readonly control: number | null;
  readonly expected: string;
  readonly message: string;
}

/** How a header was left. */
export interface HeaderEnd {
  /** Offset after what ended it. */
  readonly at: number;
  /** The header's own end, or a control token that has no place in a header; null at the text's end. */
  readonly marker: Marker | null;
}

export function newHeader(start: number): Header {
  return {
    start,
    role: null,
    channel: null,
    recipient: null,
    format: null,
    channelCount: 0,
    due: null,
    fault: null,
    forgiven: false,
  };
}

/** Channels of Harmony; a policy makes up no others. */
export const channels: ReadonlySet<string> = new Set(["analysis", "commentary", "final"]);

/** Content types that a header names with or without `<|constrain|>`. */
const formats: ReadonlySet<string> = new Set(["json", "code", "python", "text", "xml", "yaml"]);

/** Whether headers spell a role and have an end of their own (gpt-oss, Glimmer), or end in a marker of content (Inkling). */
export function spellsRoles(family: Family): boolean {
  return family.controls.some(({ role }) => role === "header-end");
}

export function hasChannels({ source }: Machine): boolean {
  return source.family.controls.some((control) => control.role === "channel");
}

/** Reads a header from `at` to whatever ends it; what does not belong there is remembered once, as its fault. */
export function readHeader(machine: Machine, header: Header, from: number): HeaderEnd {
  const { source, watch } = machine;
  const { text } = source;
  const spells = spellsRoles(source.family);
  let at = from;
  for (;;) {
    at = afterAnySpace(text, at);
    if (at >= text.length) return { at, marker: null };
    const marker = markerAt(source, at) ?? brokenMarkerAt(machine, header, at);
    if (marker === null) {
      at = readWord(machine, header, at);
      continue;
    }
    if (marker.written === "pieces") note(machine, { kind: "pieces", marker });
    machine.controlCount++;
    if (marker.role === "channel") takeChannel(machine, header, marker);
    else if (marker.role === "constrain") takeConstrain(machine, header, marker);
    else if (spells ? marker.role === "header-end" : endsHeader.has(marker.role)) {
      watch.see(marker, "legal");
      dueNothing(header, marker);
      return { at: marker.end, marker };
    } else return { at: marker.end, marker };
    at = marker.end;
  }
}

/** Inkling's headers end where the content of the message is named. */
const endsHeader: ReadonlySet<ControlToken["role"]> = new Set([
  "text-begin",
  "think-begin",
  "call-begin",
]);

/** Remember the first fault of a header: what follows it is its consequence. */
export function blame(header: Header, fault: HeaderFault): void {
  if (!header.forgiven) header.fault ??= fault;
}

function takeChannel(machine: Machine, header: Header, marker: Marker): void {
  const { start, end, control } = marker;
  header.channelCount++;
  const legal = header.channelCount === 1 && header.format === null;
  machine.watch.see(marker, legal ? "legal" : "illegal");
  if (!legal) {
    const expected = textsOf(machine, "header-end");
    const message =
      header.channelCount > 1
        ? "The message's header names its channel twice."
        : "The channel came after the type of the body.";
    blame(header, { start, end, control, expected, message });
  } else if (header.role === null && spellsRoles(machine.source.family))
    blame(header, {
      start,
      end,
      control,
      expected: "assistant",
      message: "The message's header names no role.",
    });
  dueNothing(header, marker);
  header.due = "channel";
}

function takeConstrain(machine: Machine, header: Header, marker: Marker): void {
  const { start, end, control } = marker;
  const legal = header.format === null && header.due !== "constrain";
  machine.watch.see(marker, legal ? "legal" : "illegal");
  if (!legal)
    blame(header, {
      start,
      end,
      control,
      expected: textsOf(machine, "header-end"),
      message: "The message's header names the type of its body twice.",
    });
  dueNothing(header, marker);
  header.due = "constrain";
}

/** A marker came where the word was due that the marker before it announces. */
function dueNothing(header: Header, { start, end, control }: Marker): void {
  if (header.due === null) return;
  const isChannel = header.due === "channel";
  header.due = null;
  blame(header, {
    start,
    end,
    control,
    expected: isChannel ? "analysis, commentary or final" : "json",
    message: isChannel
      ? "The message's header has no channel after its channel marker."
      : "The message's header has no type after its constrain marker.",
  });
}

// Words end at whitespace and where a marker, whole or broken, may begin.
const word = /[^\s<|][^\s<|]*|[<|][^\s<|]*/y;

/** Reads one word at `at` and returns where the next begins. */
function readWord(machine: Machine, header: Header, at: number): number {
  const { family, text: whole } = machine.source;
  if (cutsMarker(family, whole, at, () => true)) {
    header.forgiven = true;
    return whole.length;
  }
  word.lastIndex = at;
  const text = word.exec(machine.source.text)?.[0] ?? machine.source.text.charAt(at);
  const found = { text, start: at, end: at + text.length };
  // The text's end may have cut it off.
  if (found.end >= machine.source.text.length) header.forgiven = true;
  if (header.due === "channel") takeChannelName(header, found);
  else if (header.due === "constrain") takeFormat(header, found);
  else if (text.startsWith("to=")) takeRecipient(machine, header, found);
  else if (header.role === null) takeRole(machine, header, found);
  else if (header.format === null && formats.has(text.toLowerCase())) header.format = found;
  else blame(header, stray(machine, header, found));
  // What was said in the wrong place was still said: such a turn is polluted, not empty.
  if (header.fault?.start === found.start) machine.hasProse ||= /\p{L}/u.test(text);
  return found.end;
}

function takeChannelName(header: Header, found: HeaderWord): void {
  header.due = null;
  if (channels.has(found.text)) {
    header.channel ??= found;
    return;
  }
  const begun = [...channels].find((name) => found.text.startsWith(name));
  const rest = begun === undefined ? "" : found.text.slice(begun.length);
  // `commentary??` went wrong after the channel, `comments` and `––commentary` did with their first character.
  const isWhole = begun !== undefined && (/^[^\p{L}]/u.test(rest) || joinedWord.test(rest));
  const start = isWhole ? found.start + begun.length : found.start;
  if (isWhole) header.channel ??= { text: begun, start: found.start, end: start };
  if (isWhole && rest.startsWith("to="))
    header.recipient ??= recipientIn({ text: rest, start, end: found.end });
  blame(header, {
    start,
    end: found.end,
    control: null,
    expected: isWhole ? "a recipient, the type of the body, or its beginning" : channelWords,
    message: isWhole
      ? `The channel ${begun} is followed by text that belongs into no header.`
      : "The message's header names a channel that there is not.",
  });
}

const channelWords = "analysis, commentary or final";
/** What is glued to a channel's name as a word of its own. */
const joinedWord = /^(?:assistant|analysis|commentary|final|to=|json|code|user|system)/;

function takeFormat(header: Header, found: HeaderWord): void {
  header.due = null;
  header.format ??= found;
  if (formats.has(found.text.toLowerCase())) return;
  blame(header, {
    start: found.start,
    end: found.end,
    control: null,
    expected: "json",
    message: "The message's header constrains its body to a type that there is not.",
  });
}

function takeRecipient(machine: Machine, header: Header, found: HeaderWord): void {
  // `to=assistant` names nobody, so another one may come after it.
  if (header.recipient?.text === "assistant") header.recipient = null;
  const second = header.recipient !== null;
  const recipient = recipientIn(found);
  header.recipient ??= recipient;
  const { start, end } = found;
  if (second)
    blame(header, {
      start,
      end,
      control: null,
      expected: textsOf(machine, "header-end"),
      message: "The message's header names its recipient twice.",
    });
  else if (!/^to=[\w.:/-]*[^.]$/.test(found.text) || recipient.text === "") {
    const good = /^to=[\w.:/-]*/.exec(found.text)?.[0].length ?? 0;
    blame(header, {
      start: start + Math.min(good, end - start - 1),
      end,
      control: null,
      expected: "the name of a tool",
      message: "The message's header names a recipient that is no tool's name.",
    });
  }
}

/** Of a header that is read: every message has a channel, and the final one goes to the user. */
export function judgeChannel(machine: Machine, header: Header, end: Marker): void {
  const { channel, recipient } = header;
  if (header.channelCount === 0) {
    const expected = textsOf(machine, "channel");
    const message = "The message's header names no channel.";
    blame(header, { start: end.start, end: end.end, control: end.control, expected, message });
  }
  if (channel?.text !== "final" || recipient === null || recipient.text === "assistant") return;
  // Whichever of the two came second is the one that does not belong.
  const isLate = recipient.start > channel.start;
  blame(header, {
    start: isLate ? recipient.start - "to=".length : channel.start,
    end: isLate ? recipient.end : channel.end,
    control: null,
    expected: isLate ? textsOf(machine, "header-end") : "commentary",
    message: "The message's header addresses a tool on the final channel, which is the user's.",
  });
}

function recipientIn({ text, start, end }: HeaderWord): HeaderWord {
  const name = /^to=([\w.:/-]*)/.exec(text)?.[1] ?? "";
  return { text: name, start: start + 3, end: Math.min(end, start + 3 + name.length) };
}

function takeRole(machine: Machine, header: Header, found: HeaderWord): void {
  header.role = found;
  // Inkling's headers have no role, only the name of the tool that is called.
  if (!spellsRoles(machine.source.family)) {
    header.recipient = found;
    if (!/^[\w.:/-]+$/.test(found.text)) blame(header, stray(machine, header, found));
    return;
  }
  if (isRole(machine, found.text)) return;
  const glued = found.text.startsWith("assistant") ? "assistant".length : 0;
  header.role = { ...found, text: "assistant" };
  const rest = found.text.slice(glued);
  const channel = glued > 0 && channels.has(rest);
  if (channel) header.channel = { text: rest, start: found.start + glued, end: found.end };
  blame(header, {
    start: found.start + glued,
    end: found.end,
    control: null,
    expected: channel ? textsOf(machine, "channel") : "assistant",
    message: channel
      ? "The channel stands in the message's header without the marker before it."
      : "The message's header names a role that there is not.",
  });
}

/** Whether a word names who speaks: a role, or a tool. */
export function isRole(machine: Machine, role: string): boolean {
  return (
    /^(?:assistant|user|system|developer|tool)$/.test(role) ||
    /^(?:functions|browser|container|python)(?:\.|$)/.test(role) ||
    (machine.toolNames?.has(role) ?? false)
  );
}

function stray(machine: Machine, header: Header, found: HeaderWord): HeaderFault {
  const channelDue = header.channelCount === 0 && header.recipient === null;
  return {
    start: found.start,
    end: found.end,
    control: null,
    expected:
      channelDue && textsOf(machine, "channel") !== ""
        ? textsOf(machine, "channel")
        : textsOf(machine, "header-end"),
    message: "The message's header holds text that is neither role, channel, recipient nor type.",
  };
}

/** Text of the first control with a role; empty where the family has none. */
export function textsOf({ source }: Machine, role: ControlToken["role"]): string {
  return source.family.controls.find((control) => control.role === role)?.text ?? "";
}

/** `<|mesage|>`, `<|channel>`: told as a broken marker, and read as what it was meant for. */
function brokenMarkerAt(machine: Machine, header: Header, at: number): Marker | null {
  const near = headerNearMiss(machine, at);
  if (near === null) return null;
  const role = machine.source.family.controls[near.control]?.role;
  if (role === undefined) return null;
  note(machine, { kind: "near-miss", ...near });
  header.forgiven = true;
  return { ...near, role, written: "unknown" };
}

/**
 * Only what has the bars of these families' markers, or the colon of Glimmer's tags: `<message>` is anybody's. What the
 * prompt itself writes is no slip, unless it is the beginning of the marker, which prompts are full of.
 */
export function headerNearMiss(machine: Machine, at: number): ReturnType<typeof nearMissAt> {
  const { family, text } = machine.source;
  const near = nearMissAt(family, text, at);
  if (near === null) return null;
  const written = text.slice(near.start, near.end);
  const meant = family.controls[near.control]?.text ?? "";
  if (!written.includes("|") && !meant.includes(":")) return null;
  return !meant.includes(written) && machine.prompt.holds(written) ? null : near;
}

/** Harmony writes no other whitespace than spaces, but models do (U+202F). */
function afterAnySpace(text: string, from: number): number {
  space.lastIndex = from;
  space.exec(text);
  return space.lastIndex;
}

const space = /\s*/y;

/** Whether a header begins soon at `at`, without its `<|start|>`: a few words and then one of its markers. */
export function looksLikeHeader(machine: Machine, at: number): boolean {
  const next = nextMarker(machine.source, at);
  // A role and a recipient are shorter than this.
  if (next === null || next.start - at > 120) return false;
  return next.role === "channel" || next.role === "header-end" || next.role === "constrain";
}
