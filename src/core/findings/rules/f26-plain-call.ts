import { callOpener, opensCall } from "../../grammar/call-markers.ts";
import { states } from "../../grammar/family.ts";
import { stateAt } from "../../grammar/runs.ts";
import type { ToolDeclaration } from "../../trajectory/trajectory.ts";
import { isInlineCode } from "./judged-text.ts";
import { readPlainCall, type PlainCall } from "./plain-call.ts";
import { cameAt, visible, type Offence, type Rule, type RuleInput } from "./rule.ts";

/**
 * F26: what would be a call, as plain text or in a code fence, without the markers. Only where it names a declared tool
 * and has its required arguments, in a turn that calls nothing else, and not where the prompt asks for calls like that.
 */
export const plainCall: Rule = (input) => {
  const { tools, scan, family, source } = input;
  if (tools.kind === "unknown" || tools.tools.length === 0 || scan.calls.length > 0) return [];
  // There the prompt says what a call is, and it is nothing like these. Of bare calls only the place decides, so one
  // behind prose is none.
  if (family.machine === "text-tags" && family.taught === undefined) return [];
  const byName = new Map(tools.tools.map((tool) => [tool.name, tool]));
  const end = endOfText(input, scan.ending?.start ?? source.text.length);
  mention.lastIndex = input.bodyStart;
  for (let tried = 0; tried < mostTried; tried++) {
    const found = mention.exec(source.text);
    if (found === null || found.index >= end) return [];
    const tool = byName.get(found[1] ?? found[2] ?? "");
    const at = found[2] === undefined ? found.index : mention.lastIndex - found[2].length;
    const call = tool ? readPlainCall(source.text.slice(0, end), at, tool.name) : null;
    if (tool && call && isMeant(input, call, tool)) return [offence(input, call)];
  }
  return [];
};

/** Where the words end: markers such as `<|END_RESPONSE|>` may close an answer. */
function endOfText({ family, source, bodyStart }: RuleInput, before: number): number {
  let end = before;
  for (let left = mostMarkers; left > 0; left--) {
    while (end > bodyStart && source.text.charCodeAt(end - 1) <= 0x20) end--;
    const closing = family.controls.find(({ text }) => source.text.endsWith(text, end));
    if (!closing || end - closing.text.length < bodyStart) break;
    end -= closing.text.length;
  }
  return end;
}

const mostMarkers = 8;

// A turn that lists more tools than this explains them.
const mostTried = 200;

/** The name of a tool as JSON has it, or as a Python call that begins a line, in a list or not. */
const mention =
  /["'](?:name|tool_name)["'][ \t]*:[ \t]*["']([\w.:/-]{1,100})["']|^[ \t]{0,20}\[?[ \t]{0,20}([A-Za-z_][\w.]{0,100})(?=\()/gm;

function isMeant(input: RuleInput, call: PlainCall, tool: ToolDeclaration): boolean {
  const { scan, source, prompt, family } = input;
  const state = states[stateAt(scan, call.start)] ?? "outside";
  if (state === "think" || state === "outside" || isInlineCode(source.text, call.start))
    return false;
  if (requiredOf(tool).some((key) => !call.keys.has(key))) return false;
  // Behind a marker that the prompt teaches it is what was asked for; behind the family's own it is quoted with it.
  const before = source.text.slice(Math.max(0, call.start - 80), call.start);
  const marker = /[<[][^\s<>[\]]{1,60}[>\]](?=\s*$)/.exec(before)?.[0];
  const role = family.controls.find(({ text }) => text === marker)?.role;
  const opens = role === undefined || role === "section-begin" || opensCall(family, role);
  if (marker !== undefined && opens && (role !== undefined || prompt.holds(marker))) return false;
  // Of a bare family every prompt shows JSON.
  if (family.machine === "bare") return true;
  // A prompt without the markers that shows such JSON is how this harness wants its calls.
  return prompt.holds(callOpener(family)) || !prompt.holds('"arguments":');
}

function requiredOf({ parameters }: ToolDeclaration): readonly string[] {
  if (typeof parameters !== "object" || parameters === null || !("required" in parameters))
    return [];
  const { required } = parameters;
  return Array.isArray(required) ? required.filter((key) => typeof key === "string") : [];
}

function offence(input: RuleInput, call: PlainCall): Offence {
  const { machine } = input.family;
  const isBare = machine === "bare";
  const where = isBare
    ? "among other words"
    : machine === "harmony"
      ? "in a message to nobody"
      : `without ${callOpener(input.family)}`;
  const expected = isBare ? "a turn that is nothing but the call" : callOpener(input.family);
  return {
    rule: "F26",
    severity: "warning",
    start: call.start,
    end: call.end,
    expected,
    came: cameAt(input, call.start),
    control: null,
    recoversAt: call.end,
    message: `A call of ${visible(call.name)} stands there as plain text, ${where}: no harness will run it.`,
  };
}
