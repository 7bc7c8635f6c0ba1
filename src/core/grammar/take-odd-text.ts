import { bodyBegins } from "./body-begins.ts";
import { callOpener, closesCall, endsTurn, hasSections, opensCall } from "./call-markers.ts";
import { textOf } from "./controls.ts";
import { afterSpace, note, type Machine } from "./machine.ts";
import { markerAt } from "./markers.ts";
import { nearMissAt, type NearMiss } from "./near-miss.ts";
import { takeCall, takeUnopened } from "./take-call.ts";
import { taughtCallAt } from "./taught-call.ts";
import { closeSection, openSection } from "./take-section.ts";

/** Text that stands for structure without being a marker: broken ones, another grammar's, an invented observation. */
export function takeOddText(machine: Machine, at: number, unit: number): number | null {
  const { source, runs } = machine;
  if (machine.outside !== null) return null;
  const taught = taughtCallAt(machine, at);
  if (taught) return takeCall(machine, taught);
  const unopened = takeTagWithoutOpener(machine, at) ?? takeParameterWithoutCall(machine, at);
  if (unopened !== null) return unopened;
  const numbered = takeNumberedName(machine, at);
  if (numbered !== null) return numbered;
  const parameter = takeParameterAlone(machine, at);
  if (parameter !== null) return parameter;
  if (unit === 0x3c && source.family.calls.kind === "json") {
    const foreign = takeForeign(machine, at);
    if (foreign !== null) return foreign;
  }
  if (unit === 0x4f && runs.last() !== "think" && isObservation(machine, at)) {
    const end = at + "Observation:".length;
    note(machine, { kind: "result", start: at, end, control: null });
    machine.outside = "result";
    runs.enter("outside", end);
    return end;
  }
  const near = nearMissAt(source.family, source.text, at);
  if (near === null) return null;
  // `<tool_calls>` is another family's marker, and no broken one where the prompt asks for it.
  const written = source.text.slice(near.start, near.end);
  const isPart = source.family.controls[near.control]?.text.includes(written) ?? false;
  if (!isPart && machine.prompt.holds(written)) return null;
  return takeNearMiss(machine, near);
}

/** ReAct's marker is an ordinary word: only at a line's start, after a call or an `Action Input:` of the same turn. */
function isObservation(machine: Machine, at: number): boolean {
  const { text } = machine.source;
  if (!text.startsWith("Observation:", at) || (at > 0 && text[at - 1] !== "\n")) return false;
  if (machine.calls.length > 0) return true;
  // Only what was not searched for the last one.
  machine.sawActionInput ||= text.slice(machine.actionSearchedTo, at).includes("Action Input:");
  machine.actionSearchedTo = at;
  return machine.sawActionInput;
}

function takeNearMiss(machine: Machine, near: NearMiss): number | null {
  const { source, runs } = machine;
  const { family, text } = source;
  const role = family.controls[near.control]?.role;
  if (role === undefined) return null;
  const marker = { ...near, role, written: "unknown" } as const;
  const thinking = runs.last() === "think";
  if (thinking && role !== "think-end" && !endsTurn(family, marker)) return null;
  note(machine, { kind: "near-miss", ...near });
  machine.controlCount++;
  if (hasSections(family) && !thinking) {
    if (role === "section-begin") return openSection(machine, marker);
    if (role === "section-end" && machine.section === "open") return closeSection(machine, marker);
  }
  if (opensCall(family, role) && bodyBegins(family, text, afterSpace(text, near.end)))
    return takeCall(machine, { ...near, marker });
  if (thinking && role === "think-end") runs.enter("after-think", near.end);
  else if (!thinking && machine.section !== "open") runs.enter("prose", near.end);
  // A broken opener or closer leaves its partner alone; that is the same cause.
  machine.forgivesClose ||= opensCall(family, role) || role === "section-begin";
  return near.end;
}

/** A family's own tag of a call without the marker that should stand around it. */
function takeTagWithoutOpener(machine: Machine, at: number): number | null {
  const name = tagWithoutOpener(machine, at);
  const { calls } = machine.source.family;
  if (name === null || calls.kind !== "tags") return null;
  return takeUnopened(
    machine,
    { start: at, end: at + calls.call.before.length, marker: null },
    { name, marker: null },
  );
}

/** Kimi's `functions.NAME:0{…}` as text: every marker around it was lost. */
function takeNumberedName(machine: Machine, at: number): number | null {
  const { source, runs, toolNames } = machine;
  const { calls } = source.family;
  if (calls.kind !== "named-json" || !calls.numbered || runs.last() === "think") return null;
  if (!source.text.startsWith(calls.prefix, at)) return null;
  numberedName.lastIndex = at + calls.prefix.length;
  const [written, name = ""] = numberedName.exec(source.text) ?? [];
  if (written === undefined || !(toolNames?.has(name) ?? true)) return null;
  const end = at + calls.prefix.length + written.length;
  const expected = textOf(source.family, "section-begin");
  note(machine, { kind: "missing-opener", start: at, end, control: null, expected, name });
  machine.controlCount++;
  machine.forgivesClose = true;
  runs.enter("prose", end);
  return end;
}

const numberedName = /([\w.-]{1,100}):\d{1,6}(?=\s{0,4}\{)/y;

/** A parameter's tag where the call's own tag, which is the family's control token, is missing (MiniCPM5). */
function takeParameterWithoutCall(machine: Machine, at: number): number | null {
  const { source, runs } = machine;
  const { calls, controls } = source.family;
  if (calls.kind !== "tags" || !source.text.startsWith(calls.parameter.before, at)) return null;
  const { before, close } = calls.call;
  // In mid-sentence it is a quotation; of one call the first parameter tells it.
  if (runs.last() === "think" || runs.last() === "prose" || machine.forgivesClose) return null;
  if (!controls.some(({ text }) => text === before) || !closes(machine, close, at)) return null;
  const end = at + calls.parameter.before.length;
  note(machine, {
    kind: "missing-opener",
    start: at,
    end,
    control: null,
    expected: before,
    name: null,
  });
  machine.forgivesClose = true;
  runs.enter("prose", end);
  return end;
}

/** The tool that such a tag at `at` names; null where there is none, or where it may be a quotation. */
export function tagWithoutOpener(machine: Machine, at: number): string | null {
  const { source, runs } = machine;
  const { calls, controls } = source.family;
  if (calls.kind !== "tags" || runs.last() === "think") return null;
  const { before, close } = calls.call;
  if (!source.text.startsWith(before, at) || controls.some(({ text }) => text === before))
    return null;
  // Names are short.
  const name = /^[\w.:-]{1,100}/.exec(
    source.text.slice(at + before.length, at + before.length + 100),
  )?.[0];
  if (name === undefined || !isOffered(machine, name)) return null;
  // Prose that quotes a tag is no call: the tag must be closed.
  return closes(machine, close, at) ? name : null;
}

/** Whether a closing tag comes after `at`; the search goes on where the last one ended. */
function closes(machine: Machine, close: string, at: number): boolean {
  if (machine.nextTagClose < at) {
    const found = machine.source.text.indexOf(close, at);
    machine.nextTagClose = found < 0 ? Infinity : found;
  }
  return machine.nextTagClose !== Infinity;
}

function isOffered(machine: Machine, name: string): boolean {
  if (machine.toolNames) return machine.toolNames.has(name);
  return machine.runs.last() !== "prose";
}

/** A parameter's tag without any call around it. */
function takeParameterAlone(machine: Machine, at: number): number | null {
  const { source, runs } = machine;
  const { calls } = source.family;
  if (calls.kind !== "tags" || calls.values === "elements" || runs.last() === "think") return null;
  const { before } = calls.parameter;
  if (machine.forgivesClose || !source.text.startsWith(before, at)) return null;
  // Web pages have parameters too: a call must be closed behind them.
  if (!closes(machine, calls.call.close, at)) return null;
  const expected = callOpener(source.family);
  const end = at + before.length;
  note(machine, { kind: "missing-opener", start: at, end, control: null, expected, name: null });
  machine.controlCount++;
  machine.forgivesClose = true;
  runs.enter("prose", end);
  return end;
}

/** Qwen3-Coder's `<function=NAME>` without the call around it, in a family of JSON calls. */
function takeForeign(machine: Machine, at: number): number | null {
  const { source, runs } = machine;
  const second = source.text.charAt(at + 1);
  if ((second !== "/" && second !== "f") || runs.last() === "think") return null;
  if (source.text.startsWith("</function>", at)) {
    const end = at + "</function>".length;
    if (machine.forgivesClose) return end;
    const next = markerAt(source, afterSpace(source.text, end));
    if (next === null || !closesCall(source.family, next.role)) return null;
    note(machine, { kind: "orphan-close", start: at, end, control: null });
    machine.forgivesClose = true;
    runs.enter("prose", end);
    return end;
  }
  foreignOpener.lastIndex = at;
  const [found = "", name = ""] = foreignOpener.exec(source.text) ?? [];
  if (found === "" || !isAccepted(machine, name)) return null;
  // `<function=NAME>{…}` is Llama's; that is told as another model's grammar.
  if (source.text[afterSpace(source.text, at + found.length)] === "{") return null;
  note(machine, { kind: "foreign-open", start: at, end: at + found.length, name });
  machine.controlCount++;
  machine.forgivesClose = true;
  runs.enter("prose", at + found.length);
  return at + found.length;
}

const foreignOpener = /<function=([^\s<>=]{1,100})>/y;

/**
 * A recovered opener must name a declared tool; where tools are unknown it must at least begin a line. A prompt that
 * teaches this notation without `<tool_call>` (SWE-agent's does) gets what it asks for.
 */
function isAccepted(machine: Machine, name: string): boolean {
  const { prompt, source } = machine;
  if (prompt.holds("<function=") && !prompt.holds(callOpener(source.family))) return false;
  return isOffered(machine, name);
}
