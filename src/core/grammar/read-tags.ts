import type { CallBody } from "./call-body.ts";
import { firstWrong, resembles } from "./broken-tag.ts";
import { cutsCloser } from "./cut-marker.ts";
import { closesCalls, endingAt } from "./ending-markers.ts";
import type { MarkerSource } from "./markers.ts";
import { nearEndingAt } from "./near-ending.ts";
import { skipSpace } from "./places.ts";
import type { RunBuilder } from "./runs.ts";
import { readOpener } from "./tag-opener.ts";
import { nameOf, readParameter } from "./tag-parameter.ts";
import { closeCall, finish, note, resume, type OpenCall, type TagScan } from "./tag-scan.ts";
import { tagPlaces, type TagSyntax } from "./tag-syntax.ts";

/**
 * Reads calls in tags (`<function=NAME><parameter=KEY>VALUE</parameter></function>`, `<invoke name="NAME">` ...), one or
 * several, up to the marker that ends them. Not XML: attributes may be unquoted and values are raw. Where the call's own
 * tag is the control token that began the body, it reads that one call and stops at its close. One pass, never throws.
 */
export function readTags(
  source: MarkerSource,
  start: number,
  syntax: TagSyntax,
  runs: RunBuilder,
): CallBody {
  const places = tagPlaces(source, syntax);
  const scan: TagScan = {
    places,
    text: source.text,
    runs,
    calls: [],
    call: null,
    begun: false,
    error: null,
    done: -1,
    end: -1,
    closer: null,
    nearCloser: null,
  };
  runs.enter("call-start", start);
  const { opener } = places;
  const isOpened = opener !== "" && source.text.endsWith(opener, start);
  // A call that came without its wrapper begins after its own tag's beginning too.
  const begun = isOpened
    ? opener
    : source.text.endsWith(syntax.call.before, start)
      ? syntax.call.before
      : "";
  let at = begun === "" ? start : openCall(scan, start - begun.length);
  while (scan.end < 0) {
    if (scan.call) at = inCall(scan, scan.call, at);
    else if (isOpened && scan.done >= 0) finish(scan, at);
    else at = betweenCalls(scan, at);
  }
  return result(scan, start);
}

function result(scan: TagScan, start: number): CallBody {
  const { calls, closer, nearCloser, end } = scan;
  const expected = scan.places.syntax.call.before;
  const done = scan.error === null ? scan.done : -1;
  const error =
    scan.error ?? (done < 0 ? ({ kind: "truncated", at: end, expected } as const) : null);
  const verdict = !scan.begun
    ? "empty"
    : error === null
      ? "valid"
      : error.kind === "truncated"
        ? "truncated"
        : "invalid";
  const opens = `a call's tag: ${expected}`;
  return { start, end, closer, nearCloser, verdict, error, done, calls, opens };
}

/** What stands before, between and after calls. */
function betweenCalls(scan: TagScan, from: number): number {
  const { text, places } = scan;
  const { call, parameter, prefix = "" } = places.syntax;
  const at = skipSpace(text, from);
  if (at >= text.length) return finish(scan, at);
  if (text.startsWith(call.before, at)) return openCall(scan, at);
  if (prefix !== "" && text.startsWith(prefix, at)) return at + prefix.length;
  if (endingAt(places.source, at)) return finish(scan, at);
  if (!scan.begun) {
    scan.begun = true;
    scan.runs.enter("call-body", at + 1);
  }
  const isFirst = scan.calls.length === 0;
  if (!isFirst && cutsCloser(places.source, at)) return finish(scan, text.length);
  if (!isFirst && endsNearby(scan, at)) return at;
  if (isFirst && (text[at] === "{" || text[at] === "[")) return otherNotation(scan, at);
  const wrong = firstWrong(places.source, at, [call.before, prefix]);
  if (wrong >= text.length || isCut(scan, at)) {
    note(scan, { kind: "truncated", at: text.length, expected: call.before });
    return finish(scan, text.length);
  }
  const expected = isFirst ? call.before : closerText(scan);
  const own = [call.close, parameter.close, parameter.before];
  const found = own.find((tag) => text.startsWith(tag, at));
  // MiniMax M3's parameters begin as its calls do.
  const isOwn = found !== call.close && resembles(text, at, call.before) ? undefined : found;
  note(scan, {
    kind: "markup",
    at: isOwn ? at : wrong,
    expected,
    message: betweenFault(scan, isOwn),
  });
  return resume(scan, isOwn === undefined ? wrong : at + isOwn.length);
}

function betweenFault(scan: TagScan, tag: string | undefined): string {
  const { call } = scan.places.syntax;
  if (scan.calls.length > 0)
    return tag === call.close
      ? `The call is closed twice: ${tag} stands after its end.`
      : `Something stands after the call's end where another call or ${closerText(scan)} was due.`;
  if (tag === undefined) return `The call does not begin with ${call.before}.`;
  return `The call's own tag is missing: ${call.before} was due before ${tag}.`;
}

/** Another model's notation where tags are due. What it holds is not this reader's: the next marker ends it. */
function otherNotation(scan: TagScan, at: number): number {
  note(scan, { kind: "syntax", at, expected: scan.places.syntax.call.before });
  scan.runs.enter("call-broken", at + 1);
  return finish(scan, Math.min(scan.places.ending.next(at), scan.text.length));
}

/** A broken marker that was surely meant as the end. */
function endsNearby(scan: TagScan, at: number): boolean {
  const near = nearEndingAt(scan.places.source, at);
  if (near === null) return false;
  scan.end = at;
  scan.nearCloser = near;
  return true;
}

/** The text ends in the middle of a tag or marker that is legal here. */
function isCut({ text, places: { source, syntax } }: TagScan, at: number): boolean {
  if (text.length - at > maxTagUnits) return false;
  const rest = text.slice(at);
  if ([syntax.call.close, syntax.parameter.before].some((tag) => tag.startsWith(rest))) return true;
  return source.family.controls.some((own) => closesCalls(own.role) && own.text.startsWith(rest));
}

// No tag or marker is longer; beyond it the text's end does not cut one off.
const maxTagUnits = 64;

function closerText({ places: { source } }: TagScan): string {
  const ends = source.family.controls.filter(({ role }) => closesCalls(role));
  return ends[0]?.text ?? "the end of the turn";
}

function openCall(scan: TagScan, at: number): number {
  const { text, runs, places } = scan;
  const { call, values } = places.syntax;
  const opener = readOpener(text, at, call);
  scan.begun = true;
  runs.enter("call-body", at + 1);
  const { name } = opener;
  if (name) {
    runs.enter("call-name", name.start);
    runs.enter("call-body", name.end);
  }
  const isWhole = opener.kind === "opener";
  scan.call = {
    start: at,
    name:
      name && isWhole ? { ...name, text: nameOf(text, name, values === "type-attribute") } : null,
    bodyStart: isWhole ? opener.end : at,
    arguments: [],
    isBroken: !isWhole,
  };
  if (opener.kind === "opener") return opener.end;
  if (opener.kind === "cut") {
    note(scan, { kind: "truncated", at: text.length, expected: opener.expected });
    return finish(scan, text.length);
  }
  const { expected } = opener;
  const message = `The call's opening tag is broken: ${expected} was due.`;
  note(scan, { kind: "markup", at: opener.at, expected, message });
  return resume(scan, opener.at);
}

function inCall(scan: TagScan, call: OpenCall, from: number): number {
  const { text, places, runs } = scan;
  const { parameter, call: form } = places.syntax;
  const at = skipSpace(text, from);
  if (at >= text.length) return finish(scan, at);
  if (text.startsWith(form.close, at)) {
    const closer = endingAt(places.source, at);
    const after = at + form.close.length;
    const last = closer && isOpener(scan, call) ? at : after;
    runs.enter("call-done", last);
    closeCall(scan, at, last);
    scan.done = last;
    return last;
  }
  // Where the call's own close is the control token, its beginning says that the arguments are complete.
  if (isOpener(scan, call) && cutsCloser(places.source, at)) {
    closeCall(scan, at, at);
    scan.done = at;
    return finish(scan, text.length);
  }
  if (text.startsWith(form.before, at)) return nextCall(scan, at);
  if (endingAt(places.source, at)) return finish(scan, at);
  const isClose = text.startsWith(parameter.close, at) && !resembles(text, at, form.close);
  if (isClose && !isCut(scan, at)) {
    const message = `${parameter.close} closes no parameter: it stands twice, or the opening tag is missing.`;
    note(scan, { kind: "markup", at, expected: due(scan), message });
    return resume(scan, at + parameter.close.length);
  }
  if (text.startsWith(parameter.before, at)) return readParameter(scan, call, at);
  return textInCall(scan, at);
}

/** The call was opened by a control token, so its close is one too and not this body's. */
function isOpener({ places, text }: TagScan, { start }: OpenCall): boolean {
  return places.opener !== "" && text.startsWith(places.opener, start);
}

/** A call begins in a call: the first one's close is missing. */
function nextCall(scan: TagScan, at: number): number {
  const expected = scan.places.syntax.call.close;
  const message = `The call is never closed: ${expected} was due before the next call.`;
  note(scan, { kind: "markup", at, expected, message });
  closeCall(scan, at, at);
  return openCall(scan, at);
}

function textInCall(scan: TagScan, at: number): number {
  const { text, places } = scan;
  const { parameter, call } = places.syntax;
  const tags = [parameter.before, call.close];
  const wrong = firstWrong(places.source, at, tags);
  if (wrong >= text.length || isCut(scan, at)) {
    note(scan, { kind: "truncated", at: text.length, expected: due(scan) });
    return finish(scan, text.length);
  }
  if (text[at] === "{" || text[at] === "[") {
    note(scan, { kind: "syntax", at, expected: due(scan) });
    return resume(scan, at);
  }
  const isBroken = wrong > at + 1;
  const message = isBroken
    ? `A tag of the call is broken: ${due(scan)} was due.`
    : `Text stands between the call's tags, where ${due(scan)} was due.`;
  note(scan, { kind: "markup", at: wrong, expected: due(scan), message });
  return resume(scan, wrong);
}

function due({ places: { syntax } }: TagScan): string {
  return `${syntax.parameter.before} or ${syntax.call.close}`;
}
