import { callOpener } from "../../grammar/call-markers.ts";
import { states } from "../../grammar/family.ts";
import { stateAt } from "../../grammar/runs.ts";
import type { CallScan } from "../../grammar/turn-scan.ts";
import { foreignBody, foreignOpeners, nameAfter } from "./foreign-notations.ts";
import { isInlineCode, ownText } from "./judged-text.ts";
import { afterCall, cameAt, visible, type Offence, type Rule, type RuleInput } from "./rule.ts";

/**
 * F24: another model's way of writing calls: inside this family's markers, or with markers of its own. What else is wrong
 * up to `recoversAt` follows from it (`cascades.ts`).
 */
export const mixedGrammars: Rule = (input) => {
  const marked = inText(input);
  return [
    ...input.scan.calls.flatMap((call) => inCall(input, call)),
    ...marked,
    ...(marked.length > 0 ? [] : bareCall(input)),
  ];
};

function inCall(input: RuleInput, call: CallScan): readonly Offence[] {
  const { family, source } = input;
  if (call.body.isTaught || call.body.start === call.body.end) return [];
  const first = afterBlank(source.text, call.body.start);
  const error = call.body.error?.kind === "truncated" ? null : (call.body.error?.at ?? null);
  // Where the body went wrong later, a tag of another notation may be why; JSON and Python are too ordinary for that.
  const at =
    foreignBody(family, source.text, first) !== null
      ? first
      : error !== null && source.text[error] === "<"
        ? error
        : null;
  const words = at === null || at >= call.end ? null : foreignBody(family, source.text, at);
  if (words === null || at === null) return [];
  const expected = at === first ? call.body.opens : (call.body.error?.expected ?? "");
  const due = expected.replace(/: [^:]*$/, "");
  const came = cameAt(input, at);
  return [
    {
      rule: "F24",
      severity: "error",
      start: at,
      end: Math.min(call.end, at + came.length),
      expected,
      came,
      control: null,
      recoversAt: afterCall(call),
      message: `The call is written in another model's grammar: ${words} stands where ${due} was due.`,
    },
  ];
}

function afterBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Markers of other grammars in what is prose for this one. */
function inText(input: RuleInput): readonly Offence[] {
  const pattern = foreignOpeners(input.family);
  // Guards as parsers have learned them: no markers without tools, and a recovered opener must name a declared one.
  if (pattern === null || (input.tools.kind === "declared" && input.tools.tools.length === 0))
    return [];
  const found: Offence[] = [];
  const stretches = ownText(input);
  let stretch = 0;
  let passed = input.bodyStart;
  // One search over the whole turn: one for each stretch would go to the turn's end each time.
  pattern.lastIndex = passed;
  for (
    let match = pattern.exec(input.source.text);
    match;
    match = pattern.exec(input.source.text)
  ) {
    const { index, 0: opener } = match;
    while ((stretches[stretch]?.end ?? Infinity) <= index) stretch++;
    const around = stretches[stretch];
    if (!around || found.length >= mostTold) break;
    if (index < around.start || around.place === "open" || index < passed) continue;
    if (!isMeant(input, index, opener)) continue;
    const offence = foreignCall(input, index, opener);
    passed = offence.recoversAt ?? offence.end;
    found.push(offence);
  }
  return found;
}

const mostTold = 20;

function isMeant(input: RuleInput, at: number, opener: string): boolean {
  const { source, tools, prompt, scan } = input;
  const state = states[stateAt(scan, at)] ?? "outside";
  if (state === "think" || state === "outside" || isInlineCode(source.text, at)) return false;
  const name = nameAfter(source.text, at);
  if (name === null || prompt.holds(opener)) return false;
  const isDeclared = tools.kind !== "unknown" && tools.tools.some((tool) => tool.name === name);
  if (isDeclared || tools.kind === "declared") return isDeclared;
  // Where tools are unknown it must at least begin a line.
  return at === input.bodyStart || source.text[at - 1] === "\n";
}

function foreignCall(input: RuleInput, at: number, opener: string): Offence {
  const { text } = input.source;
  const name = nameAfter(text, at) ?? "";
  const { calls, machine } = input.family;
  const bare = calls.kind === "pythonic" ? "[NAME(key=value)]" : "a JSON object";
  const due = machine === "bare" ? bare : callOpener(input.family);
  const close = closerOf(opener);
  const closed = close === null ? -1 : text.indexOf(close, at);
  return {
    rule: "F24",
    severity: "error",
    start: at,
    end: at + opener.length,
    expected: due,
    came: visible(opener),
    control: null,
    recoversAt: close !== null && closed >= 0 ? closed + close.length : null,
    message: `A call of ${visible(name)} is written in another model's grammar: ${visible(opener)} stands where ${due} was due, and no parser of this family reads it.`,
  };
}

/** What closes a foreign block: `</x>` of `<x>`, `..._end|>` of `..._begin|>`; null where it has no closer. */
function closerOf(opener: string): string | null {
  if (/begin|start|START_/.test(opener))
    return opener.replace("begin", "end").replace("start", "end").replace("START_", "END_");
  const tag = /^<((?:｜DSML｜)?[\w:]+)[ =>]/.exec(opener)?.[1];
  return tag === undefined ? null : `</${tag}>`;
}

/** Families whose call is the whole turn: a turn that is a call as another such family writes it. */
function bareCall(input: RuleInput): readonly Offence[] {
  const { family, scan, source, bodyStart, tools } = input;
  if (family.machine !== "bare" || scan.calls.length > 0 || tools.kind === "unknown") return [];
  const at = afterBlank(source.text, bodyStart);
  const words = foreignBody(family, source.text, at);
  const name = words === null ? null : nameAfter(` ${source.text.slice(at, at + 400)}`, 0);
  if (words === null || !tools.tools.some((tool) => tool.name === name)) return [];
  const expected = family.calls.kind === "pythonic" ? "[NAME(key=value)]" : "a JSON object: {";
  return [
    {
      rule: "F24",
      severity: "error",
      start: at,
      end: at + 1,
      expected,
      came: cameAt(input, at),
      control: null,
      recoversAt: null,
      message: `A call of ${visible(name ?? "")} is written in another model's grammar: ${words} stands where ${expected} was due.`,
    },
  ];
}
