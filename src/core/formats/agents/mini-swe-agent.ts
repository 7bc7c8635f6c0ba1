import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { startTurns } from "../responses.ts";
import { readTokens } from "../written-tokens.ts";
import { toolNamed } from "./tool-named.ts";

/**
 * mini-SWE-agent's `.traj.json` since version 2 (`trajectory_format`): chat messages, an assistant's with the raw response
 * of the API beside it. Files before that are a bare array of messages, or have no format named: chat messages.
 */
export const miniSweAgent: Format = {
  id: "mini-swe-agent",
  title: "mini-SWE-agent trajectories",
  containers: ["json-document", "jsonl", "json-array"],
  holds: "one",

  detect: (first) =>
    typeof memberOf(first, "trajectory_format") === "string" &&
    Array.isArray(memberOf(first, "messages")),

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const nodes = root.get("messages")?.items() ?? [];
    const id = nameOf(root.value, "instance_id") ?? file.name.replace(/\.traj\.json$/, "");
    const messages = readAll(nodes, notes);
    return {
      value: [conversationOf(messages, { id }, { record, file })],
      problems: notes.problems,
    };
  },
};

function readAll(nodes: readonly JsonNode[], notes: Notes): readonly Message[] {
  const messages: Message[] = [];
  for (const node of nodes) {
    // How the run ended is nobody's turn.
    if (memberOf(node.value, "role") === "exit") continue;
    for (const message of [...unreadable(node, messages, notes), ...readNode(node, notes)])
      messages.push(toolNamed(message, messages));
  }
  return messages;
}

/** A chat message, or what OpenAI's Responses API gives and takes: a response, or the output of a call. */
function readNode(node: JsonNode, notes: Notes): readonly Message[] {
  const { value } = node;
  if (memberOf(value, "object") === "response")
    return readItems(node.get("output")?.items() ?? [], notes);
  if (typeof memberOf(value, "type") === "string") return readItems([node], notes);
  const choice = node.get("extra")?.get("response")?.get("choices")?.get(0) ?? null;
  return readMessages([node], notes).map((message) => spelled(message, choice, notes));
}

function readItems(items: readonly JsonNode[], notes: Notes): readonly Message[] {
  const turns = startTurns(notes);
  for (const item of items) turns.add(item, "output");
  return turns.finish().messages;
}

/**
 * What the model wrote where no command could be read from it: it is kept with the message that says so, and nowhere
 * else.
 */
function unreadable(node: JsonNode, before: readonly Message[], notes: Notes): readonly Message[] {
  const extra = node.get("extra");
  // A turn that is there already is not told twice.
  if (memberOf(extra?.value, "interrupt_type") !== "FormatError" || before.at(-1)?.sampled)
    return [];
  const response = extra?.get("response");
  const items = response?.get("output")?.items() ?? [];
  if (items.length > 0) return readItems(items, notes);
  const choice = response?.get("choices")?.get(0) ?? null;
  const reply = choice?.get("message");
  if (reply) return readMessages([reply], notes).map((message) => spelled(message, choice, notes));
  const said = extra?.get("model_response")?.text();
  return said ? [messageOf("assistant", node.range, { content: said })] : [];
}

/** A turn with its tokens, where the raw response spells them. */
function spelled(message: Message, choice: JsonNode | null, notes: Notes): Message {
  if (!message.sampled || !choice) return message;
  const tokens = readTokens(choice.get("logprobs"), choice.get("token_ids"), notes);
  return tokens?.written ? { ...message, written: tokens.written } : message;
}
