import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readReply } from "../reply.ts";
import { startTurns } from "../responses.ts";
import { startDialogue, withGenerations } from "./dialogue.ts";
import type { Dialogue } from "./dialogue.ts";

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
    const { messages, generations } = readAll(nodes, notes);
    const conversation = conversationOf(messages, { id }, { record, file });
    return {
      value: [withGenerations(conversation, generations, notes)],
      problems: notes.problems,
    };
  },
};

function readAll(nodes: readonly JsonNode[], notes: Notes): Dialogue {
  const dialogue = startDialogue();
  for (const node of nodes) {
    // How the run ended is nobody's turn.
    if (memberOf(node.value, "role") === "exit") continue;
    addUnreadable(node, dialogue, notes);
    addNode(node, dialogue, notes);
  }
  return dialogue;
}

/** A chat message, or what OpenAI's Responses API gives and takes: a response, or the output of a call. */
function addNode(node: JsonNode, dialogue: Dialogue, notes: Notes): void {
  const { value } = node;
  if (memberOf(value, "object") === "response") {
    addItems(node.get("output")?.items() ?? [], dialogue, notes);
  } else if (typeof memberOf(value, "type") === "string") addItems([node], dialogue, notes);
  else {
    const message = readMessages([node], notes)[0];
    if (!message) return;
    const response = node.get("extra")?.get("response") ?? null;
    const reply = message.sampled ? readReply(response, notes) : null;
    const written = reply?.message.written;
    dialogue.add(written ? { ...message, written } : message, reply?.generation);
  }
}

function addItems(items: readonly JsonNode[], dialogue: Dialogue, notes: Notes): void {
  const turns = startTurns(notes);
  for (const item of items) turns.add(item, "output");
  for (const message of turns.finish().messages) dialogue.add(message);
}

/**
 * What the model wrote where no command could be read from it: it is kept with the message that says so, and nowhere
 * else.
 */
function addUnreadable(node: JsonNode, dialogue: Dialogue, notes: Notes): void {
  const extra = node.get("extra");
  const isError = memberOf(extra?.value, "interrupt_type") === "FormatError";
  // A turn that is there already is not told twice.
  if (!isError || dialogue.messages.at(-1)?.sampled) return;
  const response = extra?.get("response") ?? null;
  addItems(response?.get("output")?.items() ?? [], dialogue, notes);
  const reply = readReply(response, notes);
  const said = extra?.get("model_response")?.text();
  if (reply) dialogue.add(reply.message, reply.generation);
  else if (said) dialogue.add(messageOf("assistant", node.range, { content: said }));
}
