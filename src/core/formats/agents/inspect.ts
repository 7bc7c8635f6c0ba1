import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { MappedText } from "../../text/source-map.ts";
import type { Message, Tools, Trajectory } from "../../trajectory/trajectory.ts";
import { conversationOf } from "../conversation.ts";
import { countOf, nameOf, quoted, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";
import { readTokens } from "../written-tokens.ts";
import { withAttachments } from "./attachments.ts";

/**
 * Logs of Inspect AI: an `EvalLog` as JSON, with its samples, or a single sample, as the members `samples/*.json` of an
 * `.eval` archive are. The sample's conversation is shown; events tell its tools, and the tokens of its turns.
 */
export const inspect: Format = {
  id: "inspect",
  title: "Inspect logs",
  containers: ["json-member", "json-document", "jsonl", "json-array"],
  holds: "many",

  detect: (first) => isLog(first) || isSample(first),

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const isOne = isSample(root.value);
    const samples = isOne ? [root] : (root.get("samples")?.items() ?? []);
    if (samples.length === 0) {
      const message = "This log holds no samples: it was written without them, or the run has none";
      notes.add("record-empty", message, root.range);
    }
    const trajectories = samples.map((node, index): Trajectory => {
      const sample = withAttachments(node, notes);
      const { value } = sample;
      const id = nameOf(value, "id");
      const epoch = countOf(value, "epoch");
      const events = modelEvents(sample);
      return conversationOf(
        readConversation(sample, events, notes),
        {
          id: id === null || epoch === null ? id : `${id} (epoch ${String(epoch)})`,
          ...(isOne ? {} : { part: index }),
          group: id,
          sample: epoch,
          reward: scoreOf(memberOf(value, "scores")),
          tools: toolsOf(events),
          source: node.range,
        },
        { record, file },
      );
    });
    return { value: trajectories, problems: notes.problems };
  },
};

function isLog(value: unknown): boolean {
  const marks = ["version", "status", "eval"];
  return (
    marks.every((key) => memberOf(value, key) !== undefined) &&
    typeof memberOf(memberOf(value, "eval"), "task") === "string"
  );
}

function isSample(value: unknown): boolean {
  const marks = ["id", "epoch", "target", "messages"];
  return marks.every((key) => memberOf(value, key) !== undefined);
}

/** The calls of the model, in order; those that a scorer made as well. */
function modelEvents(sample: JsonNode): readonly JsonNode[] {
  const events = sample.get("events")?.items() ?? [];
  return events.filter((event) => memberOf(event.value, "event") === "model");
}

/** A sample that ended in an error may have no messages of its own: its last call of the model then has them. */
function readConversation(
  sample: JsonNode,
  events: readonly JsonNode[],
  notes: Notes,
): readonly Message[] {
  const own = sample.get("messages")?.items() ?? [];
  const nodes = own.length > 0 ? own : messagesOfEvent(sample, events.at(-1));
  const tokens = tokensById(sample, events);
  return nodes.flatMap((node) => {
    const message = readMessages([node], notes)[0];
    if (!message) return [];
    tellParseErrors(node, notes);
    const logProbs = tokens.get(nameOf(node.value, "id") ?? "");
    const written = logProbs ? readTokens(logProbs, null, notes)?.written : null;
    return [
      {
        ...message,
        content: message.content?.text ? message.content : (errorOf(node) ?? message.content),
        // Turns of the assistant in a sample's input are examples.
        sampled: message.sampled && memberOf(node.value, "source") !== "input",
        ...(written ? { written } : {}),
      },
      ...readServerResults(node),
    ];
  });
}

/** A tool that failed told the model so, and has no other content. */
function errorOf(node: JsonNode): MappedText | null {
  return node.get("error")?.get("message")?.text() ?? null;
}

function messagesOfEvent(sample: JsonNode, event: JsonNode | undefined): readonly JsonNode[] {
  const reply = event?.get("output")?.get("choices")?.get(0)?.get("message");
  return [...inputOf(sample, event), ...(reply ? [reply] : [])];
}

/** What the model was given: messages, or ranges in the pool of all messages (`message_pool`, later `events_data`). */
function inputOf(sample: JsonNode, event: JsonNode | undefined): readonly JsonNode[] {
  const refs = event?.get("input_refs");
  if (!Array.isArray(refs?.value)) return event?.get("input")?.items() ?? [];
  const pool = sample.get("message_pool") ?? sample.get("events_data")?.get("messages");
  const messages = pool?.items() ?? [];
  const given: JsonNode[] = [];
  for (const { value } of refs.items()) {
    const [from, to] = [memberOf(value, 0), memberOf(value, 1)];
    if (typeof from !== "number" || typeof to !== "number") continue;
    // Nothing is given twice, so there can't be more than the pool has.
    const end = Math.min(to, from + messages.length - given.length);
    for (const message of messages.slice(from, end)) given.push(message);
  }
  return given;
}

/** Log-probabilities of each message that the model wrote, by the message's id. */
function tokensById(sample: JsonNode, events: readonly JsonNode[]): ReadonlyMap<string, JsonNode> {
  const outputs = [sample, ...events].map((node) => node.get("output")?.get("choices")?.get(0));
  const found = new Map<string, JsonNode>();
  for (const choice of outputs) {
    const logProbs = choice?.get("logprobs");
    const id = nameOf(memberOf(choice?.value, "message"), "id");
    if (logProbs && logProbs.value !== null && id !== null) found.set(id, logProbs);
  }
  return found;
}

/** Inspect keeps a call whose arguments it could not read, with what went wrong. */
function tellParseErrors(node: JsonNode, notes: Notes): void {
  for (const call of node.get("tool_calls")?.items() ?? []) {
    const error = memberOf(call.value, "parse_error");
    if (typeof error !== "string" || error === "") continue;
    const name = nameOf(call.value, "function") ?? "a tool";
    const message = `Inspect could not read the arguments of the call of ${quoted(name)}: ${error.slice(0, 200)}`;
    notes.add("call-parse-error", message, call.range);
  }
}

/** Tools that the model's provider runs stand among the content, with what they gave. */
function readServerResults(node: JsonNode): readonly Message[] {
  const parts = node.get("content")?.items() ?? [];
  return parts.flatMap((part) => {
    const content =
      memberOf(part.value, "type") === "tool_use" ? (part.get("result")?.text() ?? null) : null;
    if (!content) return [];
    const callId = nameOf(part.value, "id");
    const toolName = nameOf(part.value, "name");
    return [messageOf("tool", part.range, { content, callId, toolName })];
  });
}

function toolsOf(events: readonly JsonNode[]): Tools {
  const byName = new Map<string, unknown>();
  for (const event of events) {
    const tools = memberOf(event.value, "tools");
    if (!Array.isArray(tools)) continue;
    for (const tool of tools) byName.set(nameOf(tool, "name") ?? "", tool);
  }
  return readTools([...byName.values()]);
}

/** Letters that Inspect scores with, and what they count. */
const letters: ReadonlyMap<unknown, number> = new Map([
  ["C", 1],
  ["P", 0.5],
  ["I", 0],
  ["N", 0],
]);

/** The first scorer's value. */
function scoreOf(scores: unknown): number | null {
  if (typeof scores !== "object" || scores === null) return null;
  const first: unknown = Object.values(scores)[0];
  return letters.get(memberOf(first, "value")) ?? rewardOf(first, "value");
}
