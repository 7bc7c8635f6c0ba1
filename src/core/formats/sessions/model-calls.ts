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
  // By what a conversation ends in, and by its span: a trace of a hundred thousand calls is looked through once.
  const byEnd = new Map<string, Open>();
  const byParent = new Map<string, Open>();
  for (const call of calls) {
    const given = call.input?.map(keyOf) ?? null;
    const found = given ? continued(given, byEnd) : inSpan(call.parent, byParent);
    if (found) {
      byEnd.delete(found.open.keys.at(-1) ?? "");
      extend(found.open, [...(call.input ?? []).slice(found.known), ...call.output], call);
    }
    const conversation = found?.open ?? begin([...(call.input ?? []), ...call.output], call);
    if (!found) open.push(conversation);
    byEnd.set(conversation.keys.at(-1) ?? "", conversation);
    if (call.parent !== null) byParent.set(call.parent, conversation);
  }
  return open.map(({ id, messages, tools, source }) => ({ id, messages, tools, source }));
}

function begin(messages: readonly Message[], call: ModelCall): Open {
  const { id, tools, parent, source } = call;
  return { id, messages: [...messages], keys: messages.map(keyOf), tools, parent, source };
}

function extend(open: Open, more: readonly Message[], { tools, source }: ModelCall): void {
  for (const message of more) {
    open.messages.push(message);
    open.keys.push(keyOf(message));
  }
  if (open.tools.kind === "unknown") open.tools = tools;
  open.source = {
    startByte: Math.min(open.source.startByte, source.startByte),
    endByte: Math.max(open.source.endByte, source.endByte),
  };
}

/** A conversation that a call goes on with, and how many of the messages it was given are of it. */
interface Continued {
  readonly open: Open;
  readonly known: number;
}

function inSpan(parent: string | null, byParent: ReadonlyMap<string, Open>): Continued | null {
  const open = parent === null ? undefined : byParent.get(parent);
  return open ? { open, known: 0 } : null;
}

/**
 * The conversation whose end the first messages given are: all of it, or what came since the server last saw it. A lone
 * message that only says "go on" in two conversations must not join them, so an end that is not the whole must hold
 * something of the policy.
 */
function continued(given: readonly string[], byEnd: ReadonlyMap<string, Open>): Continued | null {
  const ofPolicy = given.findIndex((key) => key.startsWith("assistant"));
  let left = comparisonsAMessage * given.length;
  for (let count = given.length; count > 0 && left > 0; count--) {
    const open = byEnd.get(given[count - 1] ?? "");
    if (!open) continue;
    const from = open.keys.length - count;
    const isEnough = from === 0 || (ofPolicy >= 0 && ofPolicy < count);
    if (from < 0 || !isEnough) continue;
    const same = commonLength(open.keys, from, given, count);
    if (same === count) return { open, known: count };
    left -= same + 1;
  }
  return null;
}

// A conversation differs from another one within a few messages. One of a hundred thousand equal messages would be
// compared from each of them on.
const comparisonsAMessage = 16;

/** How many of the first `count` messages given are those known from `from` on. */
function commonLength(
  known: readonly string[],
  from: number,
  given: readonly string[],
  count: number,
): number {
  let at = 0;
  while (at < count && known[from + at] === given[at]) at++;
  return at;
}

/** What makes two messages the same: who speaks, what is said and called. Thoughts are often dropped on the way back. */
function keyOf({ role, content, calls }: Message): string {
  const called = calls.map(({ name, arguments: given }) => {
    const text = given.kind === "text" ? given.text.text : JSON.stringify(given.value);
    return `${name.text}(${text})`;
  });
  return [role, content?.text.trim() ?? "", ...called].join("\n");
}
