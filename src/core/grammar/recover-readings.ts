import { readBody } from "./body-readers.ts";
import type { BodyCall } from "./call-body.ts";
import { opensCall } from "./call-markers.ts";
import { families } from "./families.ts";
import type { Family } from "./family.ts";
import { scanHarmony } from "./harmony.ts";
import { readLenientJson } from "./lenient-json.ts";
import { readLenientTags } from "./lenient-tags.ts";
import type { ScanStart } from "./machine.ts";
import type { MarkerSource } from "./markers.ts";
import type { NamedJsonSyntax } from "./read-named-json.ts";
import { runBuilder } from "./runs.ts";
import { scanTurn } from "./scan-turn.ts";
import type { CallScan } from "./turn-scan.ts";
import { isRecord, jsonValue } from "../text/json-value.ts";

/** A call that was read out of a broken one. */
export interface ReadCall {
  readonly name: string;
  /** As a reader gives them: text that only a schema gives a type to is kept beside. */
  readonly arguments: NonNullable<BodyCall["arguments"]>;
}

/** One way to read a broken call. */
export type Reading =
  | { readonly kind: "calls"; readonly calls: readonly ReadCall[]; readonly how: string }
  /** It stops in the middle: what is missing cannot be known. */
  | { readonly kind: "cut" };

/** What is read again. */
export interface Attempt {
  readonly family: Family;
  /** The call's inside, or the text that stands for a call. */
  readonly text: string;
  /** How the machine read it, where it took it for a call. */
  readonly scan: CallScan | null;
  /** A marker says that the text is complete. */
  readonly closed: boolean;
  readonly toolNames: ReadonlySet<string> | null;
}

/** The ways to read a broken call, the nearest to its own format first; each is tried only when asked for. */
export function* readAgain(attempt: Attempt): Generator<Reading> {
  const own = asItStands(attempt);
  if (own) yield own;
  yield* fromJson(attempt);
  yield* fromTags(attempt);
  yield* inOtherGrammars(attempt);
}

/** The body itself is whole: only what surrounds it is wrong. */
function asItStands({ scan, family, closed }: Attempt): Reading | null {
  const verdict = scan?.body.verdict;
  // Of JSON the arguments' own last bracket says that they are complete; elsewhere another one may have been due.
  const isJson = family.calls.kind === "json" || family.calls.kind === "named-json";
  const isCut = verdict === "truncated" && isJson && !closed;
  if (!scan || (verdict !== "valid" && !isCut)) return null;
  const calls = callsOf(scan.body.calls);
  const how =
    verdict === "valid"
      ? "What it says is whole, only its markers are not."
      : "Its arguments are complete, only what closes it is missing.";
  return calls === null ? null : { kind: "calls", calls, how };
}

/** Null unless every one of them has a name and arguments. */
function callsOf(calls: readonly BodyCall[]): readonly ReadCall[] | null {
  const read = calls.flatMap(({ name, arguments: args, fault }) =>
    name && args && !fault ? [{ name: name.text, arguments: args }] : [],
  );
  return read.length > 0 && read.length === calls.length ? read : null;
}

/** What stands before a call: words perhaps, but nothing that it could be an argument of. A call in a string is none. */
function standsAlone(before: string): boolean {
  return before.length < 1000 && /^[^"'{}()=]*$/.test(before);
}

function* fromJson({ text: whole, scan, closed, family }: Attempt): Generator<Reading> {
  const found = functionTag.exec(whole);
  const opener = found?.[0] ?? "";
  const tagged =
    found?.groups?.["tagged"] ?? found?.groups?.["numbered"] ?? found?.groups?.["plain"];
  const rest = whole.slice(opener.length);
  const text = withoutDoubledBraces(
    tagged === undefined ? rest : rest.replace(/<\/function>\s*$/, ""),
  );
  if (!standsAlone(text.slice(0, Math.max(0, text.search(/[{[]/))))) return;
  const reading = readLenientJson(text, { closed });
  if (reading.kind === "cut") yield reading;
  if (reading.kind !== "values") return;
  const name = tagged ?? (namesFirst(family) ? scan?.body.calls[0]?.name?.text : undefined);
  const calls: ReadCall[] = [];
  const faults = new Set<string>();
  for (const { value, faults: forgiven } of reading.values) {
    const more = (Array.isArray(value) ? value : [value]).map((item) => toCall(item, name, faults));
    const read = more.filter((call) => call !== null);
    // What is no call after one that is whole is other text.
    if (read.length < more.length || read.length === 0) break;
    for (const fault of forgiven) faults.add(fault);
    if (calls.length > 0) faults.add("it holds several objects");
    for (const call of read) calls.push(call);
  }
  if (calls.length === 0) return;
  const why = [...faults].join(" and ");
  yield {
    kind: "calls",
    calls,
    how: why === "" ? "Its JSON is a whole call." : `A forgiving parser reads it, although ${why}.`,
  };
}

/** `{{"name": …}}`, as templates escape braces. */
function withoutDoubledBraces(text: string): string {
  const trimmed = text.trim();
  return /^\{\s*\{/.test(trimmed) && /\}\s*\}$/.test(trimmed) ? trimmed.slice(1, -1) : text;
}

/** Llama's `<function=NAME>{…}` and Kimi's `functions.NAME:0{…}`, with words before it perhaps. */
const functionTag =
  /^[^"'{}()=]{0,1000}?(?:<function=(?<tagged>[\w.:/-]{1,100})>|\bfunctions\.(?<numbered>[\w.-]{1,100}):\d{1,6}|^\s*(?<plain>[A-Za-z_][\w.-]{0,100}))\s*(?=\{)/;

/** Whether a family writes the tool's name before the arguments, outside of them. */
export function namesFirst({ calls }: Family): boolean {
  return calls.kind === "named-json" || calls.kind === "react";
}

/** A JSON value as a call, under the names that the known formats have for its parts. */
function toCall(value: unknown, known: string | undefined, faults: Set<string>): ReadCall | null {
  if (!isRecord(value)) return null;
  const inner = value["function"];
  const call = isRecord(inner) ? inner : value;
  const name = ["name", "tool_name", "tool", "function"]
    .map((key) => call[key])
    .find((each) => typeof each === "string");
  const key = argumentKeys.find((each) => call[each] !== undefined);
  if (typeof name !== "string") return known === undefined ? null : asCall(known, value);
  if (known !== undefined && key === undefined) return asCall(known, value);
  let args = key === undefined ? undefined : call[key];
  if (typeof args === "string") {
    faults.add("its arguments are a string");
    args = jsonValue(args);
  } else if (key === undefined) {
    args = Object.fromEntries(Object.entries(call).filter(([each]) => !nameKeys.has(each)));
    faults.add("its arguments stand beside its name");
  } else if (key !== "arguments") faults.add(`it has ${key} for arguments`);
  return isRecord(args) ? asCall(name, args) : null;
}

const argumentKeys = ["arguments", "parameters", "args", "input", "tool_input", "kwargs"];
const nameKeys: ReadonlySet<string> = new Set([
  "name",
  "tool_name",
  "tool",
  "function",
  "type",
  "id",
]);

function asCall(name: string, value: unknown): ReadCall {
  return { name, arguments: { start: 0, end: 0, value } };
}

function* fromTags({ text, closed, family }: Attempt): Generator<Reading> {
  const reading = readLenientTags(text);
  if (reading === null || !standsAlone(text.slice(0, reading.start))) return;
  if (!reading.closed && !closed) {
    yield { kind: "cut" };
    return;
  }
  const { name, raw } = reading;
  const isOwn = family.calls.kind === "tags" || family.calls.kind === "key-value";
  yield {
    kind: "calls",
    calls: [{ name, arguments: { start: 0, end: 0, value: {}, raw } }],
    how: isOwn
      ? "A forgiving parser reads its tags, although they are not in order."
      : "It is written in tags, as another family of models writes its calls.",
  };
}

/** The same text as every other family would read it that has a marker or a notation of it. */
function* inOtherGrammars(attempt: Attempt): Generator<Reading> {
  const { text, family: own, toolNames } = attempt;
  if (text.length > maxLength) return;
  for (const family of families) {
    const marked = family.controls.some(({ role, text: marker }) => {
      const at = opensCall(family, role) ? text.indexOf(marker) : -1;
      return at >= 0 && standsAlone(text.slice(0, at));
    });
    if (!marked && !begins(family, text)) continue;
    const source: MarkerSource = {
      family,
      text,
      tokens: null,
      controlIds: new Int32Array(family.controls.length).fill(-1),
    };
    const calls = marked
      ? callsInTurn(source, { bodyStart: 0, thinkingOpen: false, toolNames, prompt: noPrompt })
      : callsInBody(source);
    if (calls !== null)
      yield {
        kind: "calls",
        calls,
        how:
          family === own
            ? "What it says is whole, only its markers are not."
            : `It is written as ${family.title} writes its calls.`,
      };
  }
}

// Forty grammars read it; a longer one is a document.
const maxLength = 100_000;

const noPrompt = { holds: () => false };

function callsInTurn(source: MarkerSource, start: ScanStart): readonly ReadCall[] | null {
  const { calls } =
    source.family.machine === "harmony" ? scanHarmony(source, start) : scanTurn(source, start);
  const whole = calls.filter(
    ({ body, closed }) => body.verdict === "valid" && (closed === "yes" || body.closer === null),
  );
  return whole.length === 0 || whole.length < calls.length
    ? null
    : callsOf(whole.flatMap(({ body }) => body.calls));
}

/** The inside of a call without the markers around it. */
function callsInBody(source: MarkerSource): readonly ReadCall[] | null {
  const body = readBody(source, 0, runBuilder("call-start", 0));
  return body.verdict === "valid" || body.done >= 0 ? callsOf(body.calls) : null;
}

/** Only where a marker stands beside the name: `function<｜tool▁sep｜>f`, `functions.f:0<|tool_call_argument_begin|>`. */
function beginsNamed({ prefix, nameEnd }: NamedJsonSyntax, text: string): boolean {
  if (prefix.includes("<")) return text.startsWith(prefix);
  const name = /^[\w.:-]{1,100}/.exec(text)?.[0] ?? "";
  return nameEnd.length > 1 && name !== "" && text.startsWith(nameEnd, name.length);
}

/** Whether a text begins as the inside of a call does in a family's notation. */
function begins({ calls, machine }: Family, text: string): boolean {
  switch (calls.kind) {
    case "pythonic":
      return /^\s*\[?\s*[A-Za-z_][\w.]{0,100}\(/.test(text);
    case "gemma":
      return /^\s*call:[\w.-]{1,100}\{/.test(text);
    case "react":
      return machine === "text-tags" && /^\s*[\w.-]{1,100}\s*\n\s*Action Input:/.test(text);
    case "named-json":
      return beginsNamed(calls, text.trimStart());
    case "json":
    case "tags":
    case "key-value":
    case "free-text":
      return false;
    default:
      return calls satisfies never;
  }
}
