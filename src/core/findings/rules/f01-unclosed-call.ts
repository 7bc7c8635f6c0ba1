import { markerAt, type Marker } from "../../grammar/markers.ts";
import type { CallScan } from "../../grammar/turn-scan.ts";
import { callCloser } from "../../grammar/call-markers.ts";
import { textOf } from "../../grammar/controls.ts";
import {
  bodyWords,
  callNamed,
  cameAt,
  controlText,
  isInvented,
  lastToken,
  type Offence,
  type Rule,
  type RuleInput,
} from "./rule.ts";

/** F01: a call whose body is complete, or that holds nothing, and that was never closed; or a section of calls. */
export const unclosedCall: Rule = (input) => [
  ...input.scan.calls.flatMap((call) => {
    if (call.closed !== "no" || call.opened === "no") return [];
    const offence = judge(input, call, callNamed(call.body));
    return offence ? [offence] : [];
  }),
  ...openSections(input),
];

function judge(input: RuleInput, call: CallScan, subject: string): Offence | null {
  const { body } = call;
  const close = body.unclosed ?? callCloser(input.family);
  const shared = { rule: "F01", severity: "error", expected: close, recoversAt: null } as const;

  if (body.error?.kind === "trailing") {
    const came = cameAt(input, body.error.at);
    return {
      ...shared,
      start: body.error.at,
      end: body.error.at + 1,
      came,
      control: null,
      message: `${subject} was never closed: ${came} came where ${close} was due.`,
    };
  }
  if (body.verdict === "valid" && body.closer && breaksOff(input, body.closer)) {
    const { start, end, control } = body.closer;
    const came = controlText(input, control);
    const message = `${subject} was never closed: ${came} came where ${close} was due.`;
    return { ...shared, start, end, came, control, message };
  }
  if (body.closer || (body.verdict !== "valid" && body.verdict !== "empty")) return null;
  const came = "the end of the turn";
  if (body.verdict === "empty") {
    // The opener is the token to look at: what it should have begun never came.
    const range = {
      start: call.start,
      end: body.start,
      control: markerAt(input.source, call.start)?.control ?? null,
    };
    const message = `A call was begun and nothing came after it: neither ${bodyWords(body)} nor ${close}.`;
    return { ...shared, ...range, came, message };
  }
  // Harmony's calls end in a stop token, and a file without those never has it.
  if (input.family.machine === "harmony" && !input.turnEndsAreReal) return null;
  const message = `${subject} was never closed: the turn stops without ${close}.`;
  return { ...shared, ...lastToken(input), came, control: null, message };
}

function openSections(input: RuleInput): readonly Offence[] {
  const expected = textOf(input.family, "section-end");
  // Words where calls were due are the cause, and told.
  const { calls, facts } = input.scan;
  if (calls.length === 0 && facts.some(({ kind }) => kind === "section-text")) return [];
  return input.scan.facts.flatMap((fact) => {
    if (fact.kind !== "open-section") return [];
    const { start, end, control } = fact;
    const came = control === null ? "the end of the turn" : controlText(input, control);
    const range = control === null ? lastToken(input) : { start, end };
    const message = `The section of calls was never closed: ${came} came where ${expected} was due.`;
    return [
      {
        rule: "F01",
        severity: "error",
        ...range,
        expected,
        came,
        control,
        recoversAt: null,
        message,
      },
    ];
  });
}

/** What else may stand there is told by its own rule: a nested call, an invented result or turn. */
function breaksOff(input: RuleInput, marker: Marker): boolean {
  return marker.role === "turn-start" ? !isInvented(input, marker) : enders.has(marker.role);
}

const enders: ReadonlySet<string> = new Set([
  "turn-end",
  "end-of-text",
  "think-begin",
  "think-end",
  "message-end",
  "channel",
  "constrain",
  "header-end",
  "section-end",
  "text-begin",
  "text-end",
  "begin-of-text",
  "prompt-only",
]);
