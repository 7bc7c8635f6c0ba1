import { asciiBars } from "./ascii-bars.ts";
import type { BodyCall, BodyError, CallBody } from "./call-body.ts";
import type { CallSyntax } from "./family.ts";
import { callCloser, closesCall, endsItself } from "./call-markers.ts";
import { scanJson } from "./json-body.ts";
import type { JsonBody, JsonShape } from "./json-shape.ts";
import { markerAt, nextMarker, type Marker, type MarkerSource } from "./markers.ts";
import { nearMissAt, type NearMiss } from "./near-miss.ts";
import type { RunBuilder } from "./runs.ts";
import { afterSpace } from "./machine.ts";

export type NamedJsonSyntax = Extract<CallSyntax, { kind: "named-json" }>;

// Deeper arguments are no tool's; schema checks and views walk them by recursion.
const maxDepth = 200;

// No tool's name is longer; a limit keeps a text without an end to its name linear.
const maxNameUnits = 300;

/** Reads a name, what ends it, and the JSON object of its arguments. */
export function readNamedJson(
  source: MarkerSource,
  start: number,
  syntax: NamedJsonSyntax,
  runs: RunBuilder,
): CallBody {
  runs.enter("call-name", start);
  const head = readName(source, start, syntax);
  if (head.kind === "stopped") return stopped(source, start, head, runs);
  const call = { name: head.name, nearMisses: head.nearMisses };
  const fence = syntax.fenced ? openFence(source, head.end) : { at: head.end, fault: null };
  if (fence.fault) return stopped(source, start, { ...fence.fault, ...call }, runs);
  const ends = syntax.fenced || endsItself(source.family) ? "itself" : "marker";
  const body = scanJson(source, fence.at, argumentsShape(ends), runs);
  const read = toBody(source, start, body, call);
  return syntax.fenced ? closeFence(source, read, runs) : read;
}

/** Reads the JSON object of a call's arguments alone: its name stands elsewhere (a message's header). */
export function readArguments(source: MarkerSource, start: number, runs: RunBuilder): CallBody {
  const body = scanJson(source, start, argumentsShape("marker"), runs);
  return toBody(source, start, body, { name: null, nearMisses: [] });
}

function argumentsShape(ends: JsonShape["ends"]): JsonShape {
  return { holds: "arguments", dialect: "json", ends, separated: "not" };
}

interface Named {
  readonly name: BodyCall["name"];
  readonly nearMisses: readonly NearMiss[];
}

/** A body that was left before its JSON began. */
interface Stopped extends Named {
  readonly error: BodyError;
  /** The marker that ended it, where one did; of other faults the next one does. */
  readonly closer: Marker | null;
}

type Head =
  | ({ readonly kind: "named"; readonly end: number } & Named)
  | ({ readonly kind: "stopped" } & Stopped);

function readName(source: MarkerSource, start: number, syntax: NamedJsonSyntax): Head {
  const { text } = source;
  const first = afterSpace(text, start);
  const { after, nearMisses } = afterPrefix(source, first, syntax.prefix);
  if (after < 0)
    return stop(source, afterCut(text, first, syntax.prefix), prefixWords(syntax), null);
  const end = nameEnd(source, after, syntax);
  const written = text.slice(after, end).trimEnd();
  const plain = syntax.numbered ? written.replace(/:\d+$/, "") : written;
  const name = plain === "" ? null : { text: plain, start: after, end: after + plain.length };
  if (name === null) return stop(source, end, "the tool's name", null);
  const id = markerAt(source, end);
  const at = id?.role === "call-kind" ? skipId(source, id.end) : end;
  if (text.startsWith(syntax.nameEnd, at))
    return { kind: "named", end: at + syntax.nameEnd.length, name, nearMisses };
  const near = nearMissAt(source.family, text, at);
  if (near && source.family.controls[near.control]?.text === syntax.nameEnd)
    return { kind: "named", end: near.end, name, nearMisses: [...nearMisses, near] };
  return stop(source, at, nameEndWords(syntax), name);
}

/** Offset after the prefix; where it is missing the same offset, or -1 if its marker may not be missing. */
function afterPrefix(
  { family, text }: MarkerSource,
  at: number,
  prefix: string,
): { readonly after: number; readonly nearMisses: readonly NearMiss[] } {
  const after = at + prefix.length;
  if (text.startsWith(prefix, at)) return { after, nearMisses: [] };
  if (!prefix.includes("<")) return { after: at, nearMisses: [] };
  const isAlike = asciiBars(text.slice(at, after)) === asciiBars(prefix);
  const near = isAlike ? nearMissAt(family, text, at + prefix.indexOf("<")) : null;
  return near ? { after, nearMisses: [near] } : { after: -1, nearMisses: [] };
}

/** The text's end where all that is left is the beginning of what was due: it is cut off, nothing is wrong with it. */
function afterCut(text: string, at: number, due: string): number {
  return due.startsWith(text.slice(at, at + due.length)) ? text.length : at;
}

function prefixWords({ prefix }: NamedJsonSyntax): string {
  return prefix === "" ? "the tool's name" : prefix;
}

function nameEndWords({ nameEnd: end }: NamedJsonSyntax): string {
  return end === "\n" ? "a line break" : end;
}

/** Where the name stops: at what should end it, at any marker, at a line end, or where JSON begins. */
function nameEnd(source: MarkerSource, from: number, syntax: NamedJsonSyntax): number {
  const { text, family } = source;
  const limit = Math.min(text.length, from + maxNameUnits);
  for (let at = from; at < limit; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x0a || unit === 0x7b || unit === 0x22) return at;
    if (text.startsWith(syntax.nameEnd, at) || markerAt(source, at)) return at;
    if (unit === 0x3c && nearMissAt(family, text, at)) return at;
  }
  return limit;
}

/** `[CALL_ID]` and the id. */
function skipId(source: MarkerSource, from: number): number {
  return nextMarker(source, from)?.start ?? source.text.length;
}

function stop(source: MarkerSource, at: number, expected: string, name: BodyCall["name"]): Head {
  const closer = markerAt(source, at);
  const ends = closer !== null && !isInner(closer);
  const kind = ends || at >= source.text.length ? "truncated" : "syntax";
  return {
    kind: "stopped",
    name,
    nearMisses: [],
    error: { kind, at, expected },
    closer: ends ? closer : null,
  };
}

/** Markers of a call's inside; none of them ends it. */
function isInner({ role }: Marker): boolean {
  return role === "separator" || role === "call-kind";
}

function stopped(
  source: MarkerSource,
  start: number,
  { error, closer, name, nearMisses }: Stopped,
  runs: RunBuilder,
): CallBody {
  let ended = closer;
  if (error.kind === "syntax") {
    runs.enter("call-broken", error.at + 1);
    ended = nextMarker(source, error.at);
    while (ended && isInner(ended)) ended = nextMarker(source, ended.end);
  }
  const end = ended?.start ?? source.text.length;
  const isEmpty = source.text.slice(start, Math.min(end, error.at + 1)).trim() === "";
  return {
    start,
    end,
    closer: ended,
    nearCloser: null,
    verdict: isEmpty ? "empty" : error.kind === "truncated" ? "truncated" : "invalid",
    error,
    done: -1,
    calls: name ? [{ start, end, name, arguments: null, argumentRanges: null, fault: null }] : [],
    opens: "the tool's name",
    nearMisses,
  };
}

function toBody(source: MarkerSource, start: number, json: JsonBody, named: Named): CallBody {
  const { closer, nearCloser, error, done, end } = json;
  const value = valueOf(source.text, json);
  const first = afterSpace(source.text, json.start);
  const args = value === undefined ? null : { start: first, end: done, value };
  const call = { start, end, name: named.name, arguments: args, argumentRanges: null, fault: null };
  return {
    start,
    end,
    closer,
    nearCloser,
    // A name alone is no empty call.
    verdict: json.verdict === "empty" && named.name ? "truncated" : json.verdict,
    error,
    done,
    calls: named.name || args ? [call] : [],
    opens: named.name ? "the tool's name" : "a JSON object: {",
    nearMisses: named.nearMisses,
  };
}

/** Undefined where it is no JSON: a value may hold a fault that did not stop the scan. */
function valueOf(text: string, { start, done, depth }: JsonBody): unknown {
  if (done < 0 || depth > maxDepth) return undefined;
  try {
    return JSON.parse(text.slice(start, done)) as unknown;
  } catch {
    return undefined;
  }
}

interface Fence {
  readonly at: number;
  readonly fault: Pick<Stopped, "error" | "closer"> | null;
}

function openFence(source: MarkerSource, from: number): Fence {
  const { text } = source;
  const at = afterSpace(text, from);
  fenceBegin.lastIndex = at;
  const found = fenceBegin.exec(text)?.[0];
  if (found !== undefined) return { at: at + found.length, fault: null };
  const head = stop(source, afterCut(text, at, "```json"), "```json", null);
  return { at, fault: head.kind === "stopped" ? head : null };
}

const fenceBegin = /```(?:json)?[ \t]*\r?\n/y;

/** After the arguments the fence is due, and then the call's end. */
function closeFence(source: MarkerSource, body: CallBody, runs: RunBuilder): CallBody {
  if (body.error || body.done < 0) return body;
  const { text } = source;
  const at = afterSpace(text, body.done);
  if (!text.startsWith("```", at)) {
    const kind = afterCut(text, at, "```") >= text.length ? "truncated" : "syntax";
    return broken(source, body, { kind, at, expected: "```" }, runs);
  }
  const after = afterSpace(text, at + 3);
  const closer = markerAt(source, after);
  if (closer || after >= text.length) return { ...body, closer, end: closer?.start ?? text.length };
  const near = nearMissAt(source.family, text, after);
  if (near && closesCall(source.family, source.family.controls[near.control]?.role ?? "turn-end"))
    return { ...body, nearCloser: near, end: near.start };
  const expected = callCloser(source.family);
  return broken(source, body, { kind: "trailing", at: after, expected }, runs);
}

function broken(
  source: MarkerSource,
  body: CallBody,
  error: BodyError,
  runs: RunBuilder,
): CallBody {
  runs.enter("call-broken", error.at + 1);
  const closer = nextMarker(source, error.at);
  const verdict = error.kind === "truncated" ? "truncated" : "invalid";
  return { ...body, closer, end: closer?.start ?? source.text.length, error, verdict };
}
