import type { Range } from "../../grammar/call-body.ts";
import type { Call } from "../../grammar/structure.ts";
import { visible } from "../rules/rule.ts";
import { canonical } from "../../text/canonical.ts";
import { exchangesOf, type Exchange } from "./exchanges.ts";
import type { Remark, TrajectoryRule } from "./trajectory-rule.ts";

/**
 * F21: three or more calls in a row, of whatever turns, with the same name and arguments, that each brought the same
 * result. Calls without a result yet are not counted.
 */
export const repeatedCalls: TrajectoryRule = (input) => {
  const { text } = input.transcript;
  const isSame = comparison(text);
  const found: Remark[] = [];
  let run: Answered[] = [];
  for (const call of exchangesOf(input).flatMap((exchange) => answered(exchange, text))) {
    const last = run.at(-1);
    if (last && isSame(last, call)) run.push(call);
    else {
      if (run.length >= fewestCalls) found.push(remark(run));
      run = [call];
    }
  }
  if (run.length >= fewestCalls) found.push(remark(run));
  return found.slice(0, mostTold);
};

// What opencode counts as its "doom loop".
const fewestCalls = 3;
const mostTold = 20;

interface Answered {
  readonly turn: number;
  readonly call: Call;
  readonly result: Range | null;
}

/** Each call with its result; where they can't be told apart, with all results of the turn. */
function answered({ structure, calls, results }: Exchange, text: string): readonly Answered[] {
  const [first] = results;
  const last = results.at(-1);
  const all = first && last && text.length > 0 ? { start: first.start, end: last.end } : null;
  return calls.map((call, index) => ({
    turn: structure.turn,
    call,
    result: results.length === calls.length ? (results[index] ?? null) : all,
  }));
}

/** Each text is read once, however many calls it is compared with: thousands of calls may share one result. */
function comparison(text: string): (a: Answered, b: Answered) => boolean {
  const resultOf = remembered((range: Range) => resultText(text, range));
  const argumentsOf = remembered(({ arguments: args }: Call) => args && canonical(args.value));
  return (a, b) => {
    if (a.call.name === null || a.call.name.text !== b.call.name?.text) return false;
    if (a.result === null || b.result === null) return false;
    // Where the arguments can't be read, what was written must be the same.
    const areSame =
      written(a.call, text) === written(b.call, text) ||
      (argumentsOf(a.call) !== null && argumentsOf(a.call) === argumentsOf(b.call));
    return areSame && (a.result === b.result || resultOf(a.result) === resultOf(b.result));
  };
}

function remembered<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key) ?? { value: compute(key) };
    known.set(key, found);
    return found.value;
  };
}

function written({ arguments: args, bodyStart, bodyEnd }: Call, text: string): string {
  return text.slice(args?.start ?? bodyStart, args?.end ?? bodyEnd);
}

/** A result without the id of its call, which is another each time. */
function resultText(text: string, { start, end }: Range): string {
  return text
    .slice(start, end)
    .trim()
    .replace(/^## Return of \S+\n/, "")
    .replaceAll(/"(?:tool_)?call_id"\s*:\s*"[^"]*"/g, "");
}

function remark(run: readonly Answered[]): Remark {
  const third = run[fewestCalls - 1] ?? run[0];
  const name = visible(third?.call.name?.text ?? "");
  return {
    rule: "F21",
    severity: "warning",
    turn: third?.turn ?? 0,
    start: third?.call.start ?? 0,
    end: third?.call.end ?? 0,
    expected: "other arguments, another tool, or an answer",
    came: `the same call of ${name} again`,
    control: null,
    recoversAt: run.at(-1)?.call.end ?? null,
    message: `${name} is called ${String(run.length)} times in a row with the same arguments, and each time the result is the same.`,
  };
}
