import type { ByteRange } from "../../text/source-map.ts";
import type { Message, Tools } from "../../trajectory/trajectory.ts";

/** One call of a model in a trace. */
export interface ModelCall {
  readonly id: string | null;
  /** Null where the trace did not keep what the model was given. */
  readonly input: readonly Message[] | null;
  readonly output: readonly Message[];
  /** The span around it: calls whose input is lost belong together by it. */
  readonly parent: string | null;
  readonly tools: Tools;
  readonly source: ByteRange;
}

/** Calls that are one conversation. */
export interface Conversation {
  readonly id: string | null;
  readonly messages: readonly Message[];
  readonly tools: Tools;
  readonly source: ByteRange;
}

interface Open {
  readonly id: string | null;
  readonly messages: Message[];
  readonly keys: string[];
  tools: Tools;
  readonly parent: string | null;
  source: ByteRange;
}

/**
 * Put calls together, in the order of their time: one that was given all of a conversation so far, or the end of it,
 * goes on with it. Calls whose input is lost follow one another within one span.
 */
export function joinCalls(calls: readonly ModelCall[]): readonly Conversation[] {
  const open: Open[] = [];
  for (const call of calls) {
    const output = call.output;
    if (call.input === null) {
      const found = open.findLast(({ parent }) => parent !== null && parent === call.parent);
      if (found) extend(found, output, call);
      else open.push(begin(output, call));
      continue;
    }
    const given = call.input.map(keyOf);
    const found = open.findLast(({ keys }) => overlap(keys, given) > 0);
    if (!found) open.push(begin([...call.input, ...output], call));
    else extend(found, [...call.input.slice(overlap(found.keys, given)), ...output], call);
  }
  return open.map(({ id, messages, tools, source }) => ({ id, messages, tools, source }));
}

function begin(messages: readonly Message[], call: ModelCall): Open {
  const { id, tools, parent, source } = call;
  return { id, messages: [...messages], keys: messages.map(keyOf), tools, parent, source };
}

function extend(open: Open, more: readonly Message[], { tools, source }: ModelCall): void {
  open.messages.push(...more);
  open.keys.push(...more.map(keyOf));
  if (open.tools.kind === "unknown") open.tools = tools;
  open.source = {
    startByte: Math.min(open.source.startByte, source.startByte),
    endByte: Math.max(open.source.endByte, source.endByte),
  };
}

/**
 * How many of the first messages given are the last ones of a conversation: all of it, or what came since the server
 * last saw it. A lone message that only says "go on" in two conversations must not join them, so an end that is not the
 * whole must hold something of the policy.
 */
function overlap(known: readonly string[], given: readonly string[]): number {
  const most = Math.min(known.length, given.length);
  if (known.length <= given.length && equal(known, 0, given, known.length)) return known.length;
  for (let count = most; count > 0; count--) {
    const from = known.length - count;
    if (!equal(known, from, given, count)) continue;
    if (given.slice(0, count).some((key) => key.startsWith("assistant"))) return count;
  }
  return 0;
}

function equal(
  known: readonly string[],
  from: number,
  given: readonly string[],
  count: number,
): boolean {
  for (let at = 0; at < count; at++) if (known[from + at] !== given[at]) return false;
  return true;
}

/** What makes two messages the same: who speaks, what is said and called. Thoughts are often dropped on the way back. */
function keyOf({ role, content, calls }: Message): string {
  const called = calls.map(({ name, arguments: given }) => {
    const text = given.kind === "text" ? given.text.text : JSON.stringify(given.value);
    return `${name.text}(${text})`;
  });
  return [role, content?.text.trim() ?? "", ...called].join("\n");
}
