import { controlOf } from "../../grammar/controls.ts";
import type { Range } from "../../grammar/call-body.ts";
import type { Call, Structure } from "../../grammar/structure.ts";
import type { Turn } from "../../transcript/transcript.ts";
import type { TrajectoryRuleInput } from "./trajectory-rule.ts";

/** A sampled turn's calls and what the environment answered before the next sampled turn. */
export interface Exchange {
  readonly structure: Structure;
  readonly calls: readonly Call[];
  readonly results: readonly Result[];
}

/** A tool's result: a range in the transcript. */
export interface Result extends Range {
  readonly turn: number;
}

/** Every sampled turn with its results, in order. */
export function exchangesOf(input: TrajectoryRuleInput): readonly Exchange[] {
  const { transcript, structures } = input;
  const exchanges: Exchange[] = [];
  let next = 0;
  for (const structure of structures) {
    const { turns } = transcript;
    while (next < turns.length && (turns[next]?.index ?? 0) <= structure.turn) next++;
    const results: Result[] = [];
    for (let turn = turns[next]; turn && !turn.sampled; turn = turns[++next])
      if (turn.role === "tool" || turn.role === "user")
        // No spread: a turn may hold more results than a call may have arguments.
        for (const result of resultsIn(input, turn, structure)) results.push(result);
    exchanges.push({ structure, calls: structure.calls, results });
  }
  return exchanges;
}

/**
 * The results in a turn: between their markers, or all of a tool's turn where there are none; and of a user's that
 * answers calls, in a family that has no such markers.
 */
function resultsIn(
  { transcript, family }: TrajectoryRuleInput,
  turn: Turn,
  { calls }: Structure,
): readonly Result[] {
  const { text } = transcript;
  const begin = family.controls[controlOf(family, "result-begin") ?? -1]?.text;
  const end = family.controls[controlOf(family, "result-end") ?? -1]?.text;
  const found = begin === undefined ? [] : between(text, turn, { begin, end });
  const answers = turn.role === "tool" || (begin === undefined && calls.length > 0);
  if (found.length > 0 || !answers) return found;
  return [{ turn: turn.index, start: turn.bodyStart, end: turn.bodyEnd }];
}

function between(
  text: string,
  { index, start: turnStart, bodyEnd }: Turn,
  { begin, end }: { readonly begin: string; readonly end: string | undefined },
): readonly Result[] {
  const found: Result[] = [];
  const body = text.slice(0, bodyEnd);
  // The first marker may be the turn's own header.
  for (let at = body.indexOf(begin, turnStart); at >= 0;) {
    const start = at + begin.length;
    const closed = end === undefined ? -1 : body.indexOf(end, start);
    const to = closed < 0 ? bodyEnd : closed;
    found.push({ turn: index, start, end: to });
    at = body.indexOf(begin, to);
  }
  return found;
}
