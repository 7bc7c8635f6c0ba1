import type { BodyError, ShapeFault } from "../../grammar/call-body.ts";
import { textOf } from "../../grammar/controls.ts";
import type { CallScan } from "../../grammar/turn-scan.ts";
import { mentionAt } from "./mention.ts";
import { afterCall, cameAt, controlText, type Offence, type Rule, type RuleInput } from "./rule.ts";

/** F08: the call's body is no JSON object, has more than one, or the object is no call. */
export const invalidJson: Rule = (input) => [
  ...input.scan.calls.flatMap((call) => {
    const offence = syntax(input, call) ?? brokenOff(input, call);
    return offence ? [offence] : shapes(input, call);
  }),
  ...sectionTexts(input),
];

/** Text between a section's calls. */
function sectionTexts(input: RuleInput): readonly Offence[] {
  const [begin, end] = [textOf(input.family, "call-begin"), textOf(input.family, "section-end")];
  return input.scan.facts.flatMap((fact) => {
    if (fact.kind !== "section-text") return [];
    const came = cameAt(input, fact.start);
    // A section is looked back for as far as a sentence goes.
    const low = Math.max(input.bodyStart, fact.start - 200);
    const opener = textOf(input.family, "section-begin");
    const before = input.source.text.slice(low, fact.start).lastIndexOf(opener);
    const mention = before < 0 ? null : mentionAt(input, low + before, fact.start);
    const message = `Only calls may stand in a section: ${came} came where ${begin} or ${end} was due.`;
    return [
      {
        rule: "F08",
        severity: "error",
        start: fact.start,
        end: fact.end,
        expected: `${begin} or ${end}`,
        came,
        control: null,
        recoversAt: fact.end,
        message: mention ? `${mention.words}. ${message}` : message,
      },
    ];
  });
}

function syntax(input: RuleInput, call: CallScan): Offence | null {
  const { error, verdict } = call.body;
  // Markup is F13's.
  if (verdict !== "invalid" || !error || error.kind === "markup") return null;
  // Text after the object of a call that is never closed: the missing close is the cause, F01.
  if (error.kind === "trailing" && call.closed === "no") return null;
  const came = cameAt(input, error.at);
  const width = came.startsWith("\\") ? 1 : came.length;
  const mention = mentionAt(input, call.start, error.at);
  const message = error.message ?? sentence(input, error, came);
  return {
    rule: "F08",
    severity: mention?.severity ?? "error",
    start: error.at,
    end: Math.min(error.at + width, input.source.text.length),
    expected: error.expected,
    came,
    control: null,
    recoversAt: afterCall(call),
    message: mention ? `${mention.words}. ${message}` : message,
  };
}

function sentence({ family }: RuleInput, { kind, expected }: BodyError, came: string): string {
  const { calls } = family;
  const isJson = calls.kind === "json" || calls.kind === "named-json";
  const whole = calls.kind === "json" && calls.holds === "list" ? "JSON list" : "JSON object";
  if (kind === "trailing" && (came === "{" || came === "[") && isJson)
    return `The call holds more than one ${whole}: each call needs its own.`;
  if (kind === "trailing")
    return `The call goes on after its ${isJson ? whole : "end"}: ${came} came where ${expected} was due.`;
  // What ends the name is missing: its JSON may be whole.
  const isHead = calls.kind === "named-json" && [calls.nameEnd, "```json"].includes(expected);
  if (!isJson || isHead) return `The call is not valid: ${came} came where ${expected} was due.`;
  if (came.startsWith("<function"))
    return "The call is written in the <function=...> notation of another model where a JSON object was due.";
  if (/^\\[nrtu]/.test(came) && expected.startsWith("an escape"))
    return `A string of the call's JSON holds a raw ${came === "\\n" ? "line break" : "control character"}, which JSON allows only as an escape.`;
  return `The call's JSON is not valid: ${came} came where ${expected} was due.`;
}

/** A thinking marker, or another that has no place there, in the middle of a call. */
function brokenOff(input: RuleInput, call: CallScan): Offence | null {
  const { closer, verdict, error } = call.body;
  if (!closer || !breaksOff.has(closer.role)) return null;
  if (verdict === "valid" || !error) return null;
  const came = controlText(input, closer.control);
  return {
    rule: "F08",
    severity: "error",
    start: closer.start,
    end: closer.end,
    expected: error.expected,
    came,
    control: closer.control,
    recoversAt: null,
    message: `The call was broken off: ${came} came where ${error.expected} was due.`,
  };
}

const breaksOff: ReadonlySet<string> = new Set([
  "think-begin",
  "think-end",
  "text-begin",
  "text-end",
  "begin-of-text",
  "prompt-only",
]);

function shapes(input: RuleInput, call: CallScan): readonly Offence[] {
  return call.body.calls.flatMap(({ fault }) => (fault ? [shape(input, call, fault)] : []));
}

function shape(input: RuleInput, call: CallScan, fault: ShapeFault): Offence {
  const { at, expected, message } = fault;
  const came = cameAt(input, at.start);
  return {
    rule: "F08",
    severity: "error",
    ...at,
    expected,
    came,
    control: null,
    recoversAt: afterCall(call),
    message,
  };
}
