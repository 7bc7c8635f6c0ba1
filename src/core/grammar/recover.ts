import type { RuleId } from "./rule-id.ts";
import { schemaCheck } from "../schema/schema-check.ts";
import type { Tools } from "../trajectory/trajectory.ts";
import { closesCall, opensCall } from "./call-markers.ts";
import type { Family } from "./family.ts";
import { namesFirst, readAgain, type Attempt, type ReadCall } from "./recover-readings.ts";
import type { Recovery } from "./recovery.ts";
import type { Break } from "./structure.ts";
import type { CallScan, TurnScan } from "./turn-scan.ts";
import { typedArguments } from "./typed-arguments.ts";
import { toolNames } from "../trajectory/tool-names.ts";

/** A parsed turn whose broken calls are read again. */
export interface RecoverInput {
  readonly family: Family;
  /** The transcript up to the body's end. */
  readonly text: string;
  readonly bodyStart: number;
  readonly tools: Tools;
  readonly scan: TurnScan;
  readonly breaks: readonly Break[];
}

/**
 * Reads every broken call of a turn again, leniently: does it name a declared tool with valid arguments? One for each
 * broken call, and for each text that a rule took for one. Guards as parsers learned them
 * (vllm-project/vllm#48931): it must close before it is accepted, its tool must be declared and its required arguments be there, and code is no call.
 */
export function recoverCalls(input: RecoverInput): readonly Recovery[] {
  const seen = new Set<number>();
  const found: Recovery[] = [];
  for (const broken of input.breaks) {
    const candidate = candidateOf(input, broken);
    if (candidate === null || seen.has(candidate.start)) continue;
    seen.add(candidate.start);
    const result = judge(input, candidate);
    if (result === null) continue;
    const { start, end } = candidate;
    found.push({ start, end, rule: broken.rule, breakStart: broken.start, ...result });
  }
  return found;
}

interface Candidate {
  readonly start: number;
  readonly end: number;
  /** The stretch that is read. */
  readonly from: number;
  readonly to: number;
  readonly scan: CallScan | null;
  readonly closed: boolean;
  /** `maybe`: only what can be read is a broken call, the rest is none at all. */
  readonly isCall: "yes" | "maybe";
}

/** Rules that break a call. F11 and F12 are of whole calls: there it is the skill that is missing. */
const breaksCalls: ReadonlySet<RuleId> = new Set<RuleId>([
  "F01",
  "F02",
  "F03",
  "F04",
  "F05",
  "F06",
  "F07",
  "F08",
  "F13",
  "F17",
  "F19",
  "F24",
  "F26",
]);

function candidateOf(input: RecoverInput, broken: Break): Candidate | null {
  if (!breaksCalls.has(broken.rule)) return null;
  const call = callAt(input, broken);
  // What its own grammar made of a call in another one says nothing.
  if (call && broken.rule === "F24")
    return { ...fromScan(input, call), from: call.body.start, scan: null };
  if (call) return fromScan(input, call);
  // A section that was left open after its calls: they are what it holds.
  const last = broken.rule === "F01" ? input.scan.calls.at(-1) : undefined;
  if (last) return fromScan(input, last);
  const role = input.family.controls[broken.control ?? -1]?.role;
  const { rule, start, end } = broken;
  const within = rule === "F24" ? callWithin(input, start, broken.recoversAt) : undefined;
  if (within) return fromScan(input, within);
  if (rule === "F05" || rule === "F24" || rule === "F26")
    return fromText(input, start, endOf(input, broken), "yes");
  if (rule === "F04") return before(input, broken);
  if (rule !== "F06" || role === undefined) return null;
  if (closesCall(input.family, role)) return before(input, broken);
  if (!opensCall(input.family, role)) return null;
  return fromText(input, end, endOf(input, broken), "maybe");
}

/** The call that a break is in; of a run of markers the last one that says anything. */
function callAt({ scan }: RecoverInput, broken: Break): CallScan | null {
  if (broken.rule === "F19")
    return (
      scan.calls.findLast(
        ({ start, body }) =>
          start >= broken.start && start <= broken.end && body.verdict !== "empty",
      ) ??
      scan.calls.find(({ end }) => end >= broken.start) ??
      null
    );
  const call = scan.calls.find(({ start, end }) => broken.start >= start && broken.start <= end);
  return call === undefined ? null : meant(scan, call);
}

/** A call that another one begins in was given up: the last of them is what the policy meant. */
function meant(scan: TurnScan, first: CallScan): CallScan {
  let index = scan.calls.indexOf(first);
  let call = first;
  for (;;) {
    const next = scan.calls[index + 1];
    const { verdict, closer } = call.body;
    if (verdict === "valid" || !next || closer?.start !== next.start) return call;
    call = next;
    index++;
  }
}

/** A call that the machine found inside of another grammar's markers. */
function callWithin({ scan }: RecoverInput, from: number, to: number | null): CallScan | undefined {
  return scan.calls.find(({ start }) => start >= from && start < (to ?? Infinity));
}

function fromScan(input: RecoverInput, scan: CallScan): Candidate {
  const { start, end, body, closed } = scan;
  return {
    start,
    end,
    // A tag without the marker before it is part of what is to be read.
    from: argumentsStart(input, scan) ?? (scan.opened === "no" ? start : body.start),
    to: body.end,
    scan,
    closed: closed !== "no",
    isCall: "yes",
  };
}

/** Where the name stands before the arguments and is read already: their first bracket. */
function argumentsStart({ family, text }: RecoverInput, { body }: CallScan): number | null {
  const name = body.calls[0]?.name;
  if (!name || !namesFirst(family)) return null;
  const bracket = text.indexOf("{", Math.max(name.end, body.start));
  return bracket < 0 || bracket > body.end ? Math.max(name.end, body.start) : bracket;
}

function fromText(
  { scan }: RecoverInput,
  from: number,
  to: number,
  isCall: Candidate["isCall"],
): Candidate | null {
  // A call that the machine found inside is judged for itself.
  if (scan.calls.some(({ start, end }) => start >= from && end <= to)) return null;
  return { start: from, end: to, from, to, scan: null, closed: false, isCall };
}

/** Text that stands for a call ends where the rule says, or with the turn. */
function endOf({ scan, text }: RecoverInput, { start, end, recoversAt }: Break): number {
  const stop = scan.ending?.start ?? text.length;
  const next = scan.calls.find((call) => call.start >= end)?.start ?? stop;
  return recoversAt !== null && recoversAt > end
    ? Math.min(recoversAt, next)
    : Math.max(start, Math.min(stop, next));
}

// A call stands right before its end; arguments beyond this are a document.
const maxBefore = 20_000;

/** What an end without a begin closes: the call-shaped text before it, if there is any. */
function before({ scan, text, bodyStart }: RecoverInput, broken: Break): Candidate | null {
  const earlier = scan.calls.findLast(({ end }) => end <= broken.start)?.end ?? bodyStart;
  const low = Math.max(bodyStart, earlier, broken.start - maxBefore);
  const stretch = text.slice(low, broken.start);
  const at = stretch.search(
    /\{\s*["'](?:name|tool_name|function|arguments)["']|<function=|<invoke /,
  );
  if (at < 0) return null;
  return {
    start: low + at,
    end: broken.end,
    from: low + at,
    to: broken.start,
    scan: null,
    closed: true,
    isCall: "maybe",
  };
}

type Judgement = Pick<Recovery, "recoverable" | "how" | "name" | "arguments">;

function judge(input: RecoverInput, candidate: Candidate): Judgement | null {
  const { tools, family, text } = input;
  const inside = text.slice(candidate.from, candidate.to);
  if (inside.trim() === "") return nothing("no", "Nothing was written in it.");
  const attempt: Attempt = {
    family,
    text: inside,
    scan: candidate.scan,
    closed: candidate.closed,
    toolNames: toolNames(tools),
  };
  let best: Judgement | null = null;
  for (const reading of readAgain(attempt)) {
    if (reading.kind === "cut") {
      best ??= nothing("no", "It is cut off before it is complete.");
      continue;
    }
    const judged = judgeCalls(tools, reading.calls, reading.how);
    if (judged.recoverable !== "no") return judged;
    // A name that was read tells more than none.
    if (best?.name == null) best = judged;
  }
  if (best) return best;
  return candidate.isCall === "maybe" ? null : nothing("no", "No call can be read in it.");
}

function nothing(recoverable: Recovery["recoverable"], how: string): Judgement {
  return { recoverable, how, name: null, arguments: null };
}

function judgeCalls(tools: Tools, calls: readonly ReadCall[], how: string): Judgement {
  let first: Judgement | null = null;
  for (const call of calls) {
    const judged = judgeCall(tools, call, how);
    if (judged.recoverable !== "yes") return judged;
    first ??= judged;
  }
  return first ?? nothing("no", "No call can be read in it.");
}

function judgeCall(tools: Tools, { name, arguments: args }: ReadCall, how: string): Judgement {
  const declared = tools.kind === "unknown" ? [] : tools.tools;
  const tool = declared.find((each) => each.name === name);
  if (!tool && tools.kind !== "declared")
    return {
      recoverable: "unknown",
      how: `${how} The file does not say which tools there were${declared.length > 0 ? " besides those that were understood" : ""}.`,
      name,
      arguments: args.raw ? typedArguments(args, undefined) : args.value,
    };
  const value = typedArguments(args, tool?.parameters);
  const read = { name, arguments: value };
  if (!tool) {
    const offered = declared.length === 0 ? "no tools were offered" : "no such tool was offered";
    return { recoverable: "no", how: `It names ${shown(name)}, but ${offered}.`, ...read };
  }
  const check = schemaCheck(tools, name);
  const errors = check ? check(value) : [];
  if (errors === null)
    return {
      recoverable: "unknown",
      how: `${how} Its arguments are too much to be checked against the schema.`,
      ...read,
    };
  const [error] = errors;
  if (error === undefined) return { recoverable: "yes", how, ...read };
  const place = error.instancePath.slice(1).replaceAll("/", ".");
  const fault = shown(`${place === "" ? "they" : place} ${error.message ?? "are not valid"}`);
  return {
    recoverable: "no",
    how: `It names ${shown(name)}, but its arguments do not fit the schema: ${fault}.`,
    ...read,
  };
}

/** Names come from the policy: long or odd ones are clipped, and control characters never shown. */
function shown(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean;
}
