import { codeSpans } from "../../grammar/code-spans.ts";
import { states } from "../../grammar/family.ts";
import type { RuleInput } from "./rule.ts";

/** A stretch of a turn's body. `open`: inside code or a call that the turn never closes. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly place: "text" | "open";
}

/**
 * What the policy itself said in a turn: without its closed calls, closed code fences, and what it only invented
 * (results, turns of others). In order; most turns have one or two.
 */
export function ownText(input: RuleInput): readonly Stretch[] {
  const before = known.get(input);
  if (before) return before;
  const made = stretchesOf(input);
  known.set(input, made);
  return made;
}

// Several rules ask for the same turn.
const known = new WeakMap<RuleInput, readonly Stretch[]>();

function stretchesOf(input: RuleInput): readonly Stretch[] {
  const { bodyStart } = input;
  const end = input.scan.ending?.start ?? input.source.text.length;
  const stretches: Stretch[] = [];
  let at = bodyStart;
  for (const hole of holes(input, end).toSorted((a, b) => a.start - b.start)) {
    if (hole.start > at) stretches.push({ start: at, end: hole.start, place: "text" });
    if (hole.end <= at) continue;
    if (hole.isOpen) stretches.push({ start: Math.max(at, hole.start), end, place: "open" });
    at = hole.end;
  }
  if (at < end) stretches.push({ start: at, end, place: "text" });
  return stretches;
}

/** Closed code in `[from, to)`: fences, and where one is never closed the rest, as open. */
export function codeFences(text: string, from: number, to: number): readonly Hole[] {
  const code = codeSpans(text);
  const found: Hole[] = [];
  for (const fence of ["```", "~~~"]) {
    for (let at = text.indexOf(fence, from); at >= 0 && at < to; at = text.indexOf(fence, at)) {
      const begins = at === from || text[at - 1] === "\n";
      const end = begins ? code.endOf(at, "line-start") : at + fence.length;
      if (begins) found.push({ start: at, end: end ?? to, isOpen: end === null });
      if (end === null) break;
      at = end;
    }
  }
  return found;
}

export interface Hole {
  readonly start: number;
  readonly end: number;
  readonly isOpen: boolean;
}

function holes({ scan, source, bodyStart }: RuleInput, bodyEnd: number): readonly Hole[] {
  const found: Hole[] = [];
  for (const { start, end, closed } of scan.calls) {
    const isOpen = closed === "no" && end >= bodyEnd;
    found.push({ start, end: isOpen ? bodyEnd : end, isOpen });
  }
  for (const fence of codeFences(source.text, bodyStart, bodyEnd)) found.push(fence);
  const { start, state, end } = scan.runs;
  const outside = states.indexOf("outside");
  for (let run = 0; run < start.length; run++)
    if (state[run] === outside)
      found.push({ start: start[run] ?? 0, end: start[run + 1] ?? end, isOpen: false });
  return found;
}

/** Whether an offset stands in `inline code` of its line. Three hundred characters are more than anybody quotes there. */
export function isInlineCode(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 300), at);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if ((line.split("`").length & 1) === 1) return false;
  return /^[^\n]{0,300}?`/.test(text.slice(at, at + 301));
}
