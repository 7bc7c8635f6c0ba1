import type { Family } from "../../grammar/family.ts";
import type { Call } from "../../grammar/structure.ts";
import { visible } from "../rules/rule.ts";
import { exchangesOf, type Exchange } from "./exchanges.ts";
import { idFault } from "./id-shape.ts";
import type { Remark, TrajectoryRule, TrajectoryRuleInput } from "./trajectory-rule.ts";

/** Ids as they are written in the wire text, and the number of results, where that is all the file has. */
export const idsInText: TrajectoryRule = (input) => {
  const given = new Set<string>();
  const found: Remark[] = [];
  for (const exchange of exchangesOf(input)) {
    const open: string[] = [];
    for (const call of exchange.calls) {
      const id = idOfCall(input, call);
      if (id === null) continue;
      const fault = faultOf(input, id.text, given);
      if (fault) found.push(remark(exchange.structure.turn, id, fault));
      given.add(id.text);
      open.push(id.text);
    }
    found.push(...answers(input, exchange, open));
  }
  return found;
};

interface Written {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type Fault = Pick<Remark, "expected" | "message">;

function faultOf(
  { family }: TrajectoryRuleInput,
  id: string,
  given: ReadonlySet<string>,
): Fault | null {
  const shape = idFault(family, id);
  if (shape) return shape;
  if (!given.has(id)) return null;
  return {
    expected: "an id of its own",
    message: `The id ${visible(id)} was given to an earlier call: ${isNumbered(family) ? "numbers go up over the whole conversation" : "results could not be told apart"}.`,
  };
}

/** Results of a turn: their ids against those of its calls, or at least how many there are. */
function answers(
  { transcript }: TrajectoryRuleInput,
  { structure, calls, results }: Exchange,
  open: readonly string[],
): readonly Remark[] {
  if (calls.length === 0) return [];
  const ids = results.map((result) => ({
    turn: result.turn,
    id: idOfResult(transcript.text.slice(result.start, result.end), result.start),
  }));
  const extra = results[calls.length];
  // A turn with a broken call gets an answer to that one too.
  if (extra && structure.breaks.length === 0) {
    const place = { text: "a result", start: extra.start, end: extra.end };
    return [
      remark(extra.turn, place, {
        expected: "no further result",
        message: `There are ${String(results.length)} results for ${String(calls.length)} ${calls.length === 1 ? "call" : "calls"}: nothing called for this one.`,
      }),
    ];
  }
  if (open.length !== calls.length) return [];
  for (const [index, { turn, id }] of ids.entries()) {
    const due = open[index] ?? "";
    if (id === null || id.text === due) continue;
    const message = open.includes(id.text)
      ? `The results stand in another order than the calls: ${visible(id.text)} is answered where ${visible(due)} was due.`
      : `This result answers a call ${visible(id.text)}, and no call of the turn before it has that id.`;
    return [remark(turn, id, { expected: visible(due), message })];
  }
  return [];
}

function remark(turn: number, { text, start, end }: Written, fault: Fault): Remark {
  return {
    rule: "F28",
    severity: "warning",
    turn,
    start,
    end,
    came: visible(text),
    control: null,
    recoversAt: end,
    ...fault,
  };
}

// An id stands at the beginning or the end of a call; what lies between may be a document.
const nearUnits = 400;

/** The id a call gives itself: `functions.NAME:0` of Kimi, `"id": "..."` of Mistral, `"tool_call_id"` of Cohere. */
function idOfCall({ family, transcript }: TrajectoryRuleInput, call: Call): Written | null {
  const { text } = transcript;
  if (isNumbered(family))
    return match(/\s*([^\s{]{1,200}?)(?=[\s{]|<\||$)/y, text, call.bodyStart, call.bodyEnd);
  if (family.calls.kind !== "json") return null;
  const args = call.arguments;
  if (args === null) return null;
  // In a list of calls the neighbours' ids are near.
  const opened = text.slice(Math.max(call.bodyStart, args.start - nearUnits), args.start);
  const closed = text.slice(args.end, Math.min(call.bodyEnd, args.end + nearUnits));
  const before = args.start - opened.length + opened.lastIndexOf("{") + 1;
  const after = closed.includes("}") ? closed.indexOf("}") : closed.length;
  return match(jsonId, text, before, args.start) ?? match(jsonId, text, args.end, args.end + after);
}

function isNumbered({ calls }: Family): boolean {
  return calls.kind === "named-json" && calls.numbered;
}

const jsonId = /"(?:id|tool_call_id)"\s*:\s*"([^"\n]{1,100})"/g;

function idOfResult(result: string, offset: number): Written | null {
  return (
    shifted(match(/## Return of (\S{1,200})/g, result, 0, Math.min(result.length, 300)), offset) ??
    shifted(match(resultId, result, 0, result.length), offset)
  );
}

const resultId = /"(?:call_id|tool_call_id)"\s*:\s*"([^"\n]{1,100})"/g;

function shifted(written: Written | null, offset: number): Written | null {
  return written && { ...written, start: written.start + offset, end: written.end + offset };
}

/** The first group of a match in `[from, to)`. */
function match(pattern: RegExp, text: string, from: number, to: number): Written | null {
  const stretch = text.slice(from, to);
  const own = new RegExp(pattern.source, pattern.flags);
  const found = own.exec(stretch);
  const id = found?.[1];
  if (!found || id === undefined) return null;
  const start = from + found.index + found[0].indexOf(id);
  return { text: id, start, end: start + id.length };
}
