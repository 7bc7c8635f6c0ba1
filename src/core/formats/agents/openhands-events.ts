import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message, MessageCall } from "../../trajectory/trajectory.ts";
import { readContent } from "../content.ts";
import { nameOf } from "../fields.ts";
import { messageOf } from "../message.ts";
import type { Notes } from "../notes.ts";
import { readReply } from "../reply.ts";
import { startDialogue } from "./dialogue.ts";
import type { Dialogue } from "./dialogue.ts";

/**
 * Events of OpenHands as a conversation. An agent's action carries the raw response that it was read from: that is the
 * turn, once, however many actions it led to. Without it the action itself is shown as a call.
 */
export function readEvents(events: readonly JsonNode[], notes: Notes): Dialogue {
  const dialogue = startDialogue();
  const seen = new Set<string>();
  let asked = false;
  for (const event of events) {
    const { value } = event;
    const action = nameOf(value, "action");
    const observation = nameOf(value, "observation");
    if (bookkeeping.has(action ?? observation ?? "")) continue;
    if (observation !== null) {
      const result = readObservation(event, dialogue.lastTurn, notes);
      if (result) dialogue.add(result);
      continue;
    }
    if (action === null) {
      notes.add("item-unknown", "An event that is no action and no observation", event.range);
      continue;
    }
    if (action === "system") {
      dialogue.add(messageOf("system", event.range, { content: spokenIn(event, notes) }));
      continue;
    }
    // Where no event says whose it is (the resolver's files), the first message is the task.
    const isUser = memberOf(value, "source") === "user" || (!asked && !hasSource(value));
    asked = true;
    if (isUser) dialogue.add(messageOf("user", event.range, { content: spokenIn(event, notes) }));
    else addTurn(event, { action, seen, dialogue, notes });
  }
  return dialogue;
}

/** What the harness tells itself. */
const bookkeeping: ReadonlySet<string> = new Set([
  "agent_state_changed",
  "change_agent_state",
  "condensation",
  "condensation_request",
  "null",
  "recall",
]);

function hasSource(value: unknown): boolean {
  return memberOf(value, "source") !== undefined;
}

function spokenIn(event: JsonNode, notes: Notes): Message["content"] {
  const args = event.get("args") ?? event;
  const said = ["content", "command", "code"].map((key) => args.get(key)).find((node) => node);
  return readContent(said ?? event.get("content") ?? event.get("message"), notes).text;
}

interface Reading {
  readonly action: string;
  /** Ids of the responses that were read. */
  readonly seen: Set<string>;
  readonly dialogue: Dialogue;
  readonly notes: Notes;
}

/** One response of the model; the further actions of a response that was read already give nothing. */
function addTurn(event: JsonNode, { action, seen, dialogue, notes }: Reading): void {
  const response = event.get("tool_call_metadata")?.get("model_response") ?? null;
  const id = nameOf(response?.value, "id");
  if (id !== null && seen.has(id)) return;
  const reply = readReply(response, notes);
  if (reply) {
    if (id !== null) seen.add(id);
    dialogue.add(reply.message, reply.generation);
    return;
  }
  if (action === "message") {
    dialogue.add(messageOf("assistant", event.range, { content: spokenIn(event, notes) }));
    return;
  }
  const args = event.get("args") ?? event;
  const call = callOf(event, args);
  const content = args.get("thought")?.text() ?? null;
  dialogue.add(messageOf("assistant", event.range, { content, calls: call ? [call] : [] }));
}

/** Beside the arguments of an action stand what the model thought and what the harness notes down. */
const notArguments: ReadonlySet<string> = new Set(
  (
    "action thought args id timestamp source message cause timeout tool_call_metadata llm_metrics action_risk " +
    "security_risk is_confirmed confirmation_state keep_prompt kernel_init_code hidden blocking extras"
  ).split(" "),
);

function callOf(event: JsonNode, args: JsonNode): MessageCall | null {
  const metadata = event.get("tool_call_metadata");
  const name = metadata?.get("function_name")?.text() ?? event.get("action")?.text();
  if (!name) return null;
  const { value } = args;
  const entries: readonly (readonly [string, unknown])[] =
    typeof value === "object" && value !== null ? Object.entries(value) : [];
  const own = Object.fromEntries(entries.filter(([key]) => !notArguments.has(key)));
  return {
    id: nameOf(metadata?.value, "tool_call_id"),
    name,
    arguments: { kind: "object", value: own, source: args.range },
  };
}

function readObservation(event: JsonNode, last: Message | null, notes: Notes): Message | null {
  const metadata = memberOf(event.value, "tool_call_metadata");
  const content = readContent(event.get("content"), notes).text ?? event.get("message")?.text();
  const callId = nameOf(metadata, "tool_call_id");
  // What nobody called for is told by a user's turn: an error of the agent itself.
  if (callId === null && (last?.calls ?? []).length === 0)
    return content ? messageOf("user", event.range, { content }) : null;
  const toolName = nameOf(metadata, "function_name") ?? last?.calls[0]?.name.text ?? null;
  return messageOf("tool", event.range, { content: content ?? null, callId, toolName });
}
