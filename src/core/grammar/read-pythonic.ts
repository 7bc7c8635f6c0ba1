import type { BodyCall, CallBody, Range } from "./call-body.ts";
import { callCloser, closesCall } from "./call-markers.ts";
import { fenceOpensBefore } from "./code-fence.ts";
import type { CallSyntax, ControlRole } from "./family.ts";
import {
  closeBracket,
  innermost,
  maxDepth,
  openBracket,
  putKey,
  toObject,
  type Collected,
} from "./literal-nest.ts";
import { afterDone, bodyOf, endOf, fail, note, walk } from "./literal-scan.ts";
import type { MarkerSource } from "./markers.ts";
import { pythonAtomAt, pythonQuoteAt } from "./python-literals.ts";
import {
  dueWords,
  kinds,
  newPythonScan,
  noteLineEnd,
  stepValue,
  type PythonScan,
} from "./python-scan.ts";
import type { RunBuilder } from "./runs.ts";
import { isSpace } from "./places.ts";

export type PythonicSyntax = Extract<CallSyntax, { kind: "pythonic" }>;

/**
 * Reads calls written as Python: `[f(a=1, b="x"), g.h(c=[1, 2])]`, or one call a line. Arguments are literals with
 * names; what a name would have to be looked up for, or run, is an error at its first character.
 */
export function readPythonic(
  source: MarkerSource,
  start: number,
  { layout }: PythonicSyntax,
  runs: RunBuilder,
): CallBody {
  const body = newBody(source, start, layout, runs);
  runs.enter("call-start", start);
  walk(body.scan, start, (_, at) => step(body, at));
  if (body.call) keepCall(body, endOf(body.scan), null);
  return toBody(body, start);
}

function toBody(body: Body, start: number): CallBody {
  const { scan, layout, calls, end } = body;
  const isOpen = end !== "" && body.due === "end" && scan.done < 0 && scan.error === null;
  // A list without its last bracket is cut off; a block without its fence is whole.
  const lacksFence = isOpen && layout === "block";
  if (lacksFence) scan.done = body.callEnd;
  const read = bodyOf(scan, start, { due: due(body), opens: opens(layout), calls });
  const isMarked = end !== "" && layout === "list" && read.verdict === "valid";
  const { closer } = read;
  const isClosed = closer !== null && closesCall(scan.source.family, closer.role);
  return lacksFence || (isMarked && !isClosed) ? { ...read, unclosed: end } : read;
}

function opens(layout: PythonicSyntax["layout"]): string {
  return layout === "list" ? "a list of calls: [" : "a call: NAME(";
}

/** What is due outside values. */
type Due =
  "list" | "call" | "call-or-end" | "parenthesis" | "equals" | "value" | "wrap-end" | "end";

interface Body {
  readonly layout: PythonicSyntax["layout"];
  readonly scan: PythonScan;
  readonly calls: BodyCall[];
  due: Due;
  /** The call that is open, or null. */
  call: OpenCall | null;
  /** `print(f(a=1))`: the call stands in another one that only shows it. */
  wrap: "print" | "none";
  /** Where the last call that was closed ends. */
  callEnd: number;
  /** What must end the body because of how it began: a code fence's end, or Llama's `<|python_end|>`; else empty. */
  readonly end: string;
}

interface OpenCall {
  readonly start: number;
  readonly name: Range & { readonly text: string };
  readonly ranges: Map<string, Range>;
  bracket: number;
  argument: string;
}

function newBody(
  source: MarkerSource,
  start: number,
  layout: PythonicSyntax["layout"],
  runs: RunBuilder,
): Body {
  const owner = {
    base: layout === "list" ? 2 : 1,
    key: () => undefined,
    value: (_: unknown, range: Range) => body.call?.ranges.set(body.call.argument, range),
    closed: (end: number, held: Collected | null) => closeCall(body, end, held),
  };
  const end = layout === "block" ? fenceOf(source, start) : endOfMarked(source, start);
  const lineEnds = layout === "lines" ? "odd" : "free";
  const scan = newPythonScan(source, runs, {
    owner,
    lineEnds,
    ...(end === "" ? {} : { ends: "marker" }),
  });
  const body: Body = {
    layout,
    scan,
    calls: [],
    due: layout === "list" ? "list" : "call",
    call: null,
    wrap: "none",
    callEnd: start,
    end,
  };
  return body;
}

function fenceOf({ text }: MarkerSource, start: number): string {
  return fenceOpensBefore(text, start) ? fence : "";
}

const fence = "```";

/** Llama writes calls with and without a marker; only where it wrote the begin the end is due. */
function endOfMarked({ family, text }: MarkerSource, start: number): string {
  if (family.machine !== "bare") return "";
  const textOf = (role: ControlRole): string =>
    family.controls.find((control) => control.role === role)?.text ?? "";
  const begin = textOf("call-begin");
  return begin !== "" && text.endsWith(begin, start) ? textOf("call-end") : "";
}

function step(body: Body, at: number): number {
  const { scan } = body;
  const { text } = scan.source;
  const unit = text.charCodeAt(at);
  if (isSpace(unit)) return space(body, at, unit);
  if (unit === 0x60 && body.end === fence) return closeFence(body, at);
  scan.begun = true;
  switch (body.due) {
    case "list":
      return openList(body, at, unit);
    case "call":
    case "call-or-end":
      return unit === 0x5d && body.due === "call-or-end" ? closeList(body, at) : name(body, at);
    case "parenthesis":
      return openCall(body, at, unit);
    case "equals":
      return equals(body, at, unit);
    case "value": {
      const isArgument = innermost(scan.nest) === kinds.call && scan.due === "value-or-end";
      return isArgument ? argument(body, at, unit) : stepValue(scan, at);
    }
    case "wrap-end":
      return closeWrap(body, at, unit);
    case "end":
    default:
      return afterCall(body, at, unit);
  }
}

function space(body: Body, at: number, unit: number): number {
  const { scan } = body;
  if (unit === 0x0a && scan.lineEnds === "odd" && scan.nest.depth > 0)
    noteLineEnd(scan, at, due(body));
  return at + 1;
}

function openList(body: Body, at: number, unit: number): number {
  const { scan } = body;
  scan.runs.enter("call-body", at + 1);
  if (unit !== 0x5b) return wrong(body, at);
  openBracket(scan.nest, kinds.calls);
  body.due = "call";
  return at + 1;
}

// A hyphen is none of Python's, but tools have it in their names, and some harnesses take it.
const callName = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*(?:\.[\w\u0080-\uffff-]+)*\.?/y;

const printing = /print\s*\(\s*(?=[A-Za-z_][\w.-]*\s*\()/y;

function name(body: Body, at: number): number {
  const { scan, layout } = body;
  const { text } = scan.source;
  const wrap = layout === "block" ? matchAt(printing, text, at) : "";
  body.wrap = wrap === "" ? "none" : "print";
  const start = at + wrap.length;
  const found = matchAt(callName, text, start);
  scan.runs.enter("call-name", at + 1);
  if (found === "") return wrong(body, at);
  const end = start + found.length;
  scan.done = -1;
  body.call = {
    start: at,
    name: { start, end, text: found },
    ranges: new Map(),
    bracket: -1,
    argument: "",
  };
  body.due = "parenthesis";
  return end;
}

function openCall(body: Body, at: number, unit: number): number {
  const { scan, call } = body;
  if (unit !== 0x28 || !call) {
    // A word alone is no call.
    body.call = null;
    return wrong(body, at);
  }
  scan.runs.enter("call-body", at + 1);
  call.bracket = at;
  // Depth is each call's own.
  scan.nest.deepest = scan.nest.depth;
  openBracket(scan.nest, kinds.call);
  scan.due = "value-or-end";
  body.due = "value";
  return at + 1;
}

const argumentName = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;

/** An argument, or the end of the call. */
function argument(body: Body, at: number, unit: number): number {
  const { scan, call } = body;
  const { text } = scan.source;
  if (unit === 0x29 || !call) return stepValue(scan, at);
  const found = pythonQuoteAt(text, at) ? "" : matchAt(argumentName, text, at);
  if (found !== "") {
    call.argument = found;
    body.due = "equals";
    return at + found.length;
  }
  const isValue = "[{('\"".includes(text.charAt(at)) || pythonAtomAt(text, at) !== null;
  if (!isValue && !pythonQuoteAt(text, at)) return wrong(body, at);
  positional(body, at);
  return stepValue(scan, at);
}

/** A value without a name: the harness cannot tell whose it is, but what follows can still be read. */
function positional({ scan, call }: Body, at: number): void {
  const message = "Arguments of this format have names: which parameter this value is for is lost.";
  note(scan, { kind: "syntax", at, expected: "name = value", message });
  const place = String(call?.ranges.size ?? 0);
  if (call) call.argument = place;
  putKey(scan.nest, place);
  scan.due = "value";
}

function equals(body: Body, at: number, unit: number): number {
  const { scan, call } = body;
  body.due = "value";
  if (unit !== 0x3d) {
    body.due = "equals";
    return wrong(body, at);
  }
  putKey(scan.nest, call?.argument ?? "");
  scan.due = "value";
  return at + 1;
}

/** The call's own parenthesis was closed right before `end`. */
function closeCall(body: Body, end: number, held: Collected | null): void {
  const { scan, layout, call } = body;
  const isTold = call && held && scan.nest.deepest <= maxDepth;
  keepCall(body, end, isTold ? { start: call.bracket, end, value: toObject(held) } : null);
  if (layout === "list") body.due = "end";
  else if (body.wrap === "print") body.due = "wrap-end";
  else finish(body, end);
}

function keepCall(body: Body, end: number, args: BodyCall["arguments"]): void {
  const { call, calls } = body;
  body.call = null;
  if (!call) return;
  const { start, ranges } = call;
  calls.push({
    start,
    end,
    name: call.name,
    arguments: args,
    argumentRanges: ranges,
    fault: null,
  });
}

function closeWrap(body: Body, at: number, unit: number): number {
  if (unit !== 0x29) return wrong(body, at);
  finish(body, at + 1);
  return at + 1;
}

function closeList(body: Body, at: number): number {
  closeBracket(body.scan.nest);
  finish(body, at + 1);
  return at + 1;
}

/** The body may end right before `end`, or the fence around it. */
function finish(body: Body, end: number): void {
  body.due = "end";
  body.callEnd = end;
  if (body.end !== fence) body.scan.done = end;
  body.scan.runs.enter("call-done", end);
}

function closeFence(body: Body, at: number): number {
  const { scan } = body;
  const { text } = scan.source;
  if (!text.startsWith(fence, at))
    return fence.startsWith(text.slice(at)) ? text.length : wrong(body, at);
  const end = at + fence.length;
  if (body.due !== "end" && scan.begun) note(scan, { kind: "syntax", at, expected: due(body) });
  if (scan.begun) scan.done = end;
  scan.left = end;
  return end;
}

function afterCall(body: Body, at: number, unit: number): number {
  const { scan, layout } = body;
  const { text } = scan.source;
  if (layout === "list") {
    if (scan.done >= 0) return afterDone(scan, at);
    if (unit === 0x5d) return closeList(body, at);
    if (unit !== 0x2c) return wrong(body, at);
    body.due = "call-or-end";
    return at + 1;
  }
  const beginsLine = text.slice(body.callEnd, at).includes("\n");
  return beginsLine && matchAt(callName, text, at) !== "" ? name(body, at) : afterDone(scan, at);
}

function wrong(body: Body, at: number): number {
  return fail(body.scan, { kind: "syntax", at, expected: due(body) });
}

function due(body: Body): string {
  const { scan, layout } = body;
  switch (body.due) {
    case "list":
      return opens(layout);
    case "call":
      return "a call: NAME(";
    case "call-or-end":
      return "a call: NAME( or ]";
    case "parenthesis":
      return "(";
    case "equals":
      return "= and a value";
    case "wrap-end":
      return ")";
    case "end":
      if (body.end !== "" && (layout !== "list" || scan.done >= 0)) return body.end;
      return layout === "list" && scan.done < 0 ? "a comma or ]" : callCloser(scan.source.family);
    case "value":
    default:
      if (scan.runs.last() === "call-string") return "the end of the string";
      return innermost(scan.nest) === kinds.call && scan.due === "value-or-end"
        ? "name = value or )"
        : dueWords(scan);
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
