import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { startTurns } from "../responses.ts";
import { readTools } from "../tools.ts";
import { openEvents } from "./events.ts";

/**
 * Rollouts of Codex CLI (`$CODEX_HOME/sessions/<date>/rollout-*.jsonl`): a line an event, with items of the Responses API
 * as payload; early ones are bare items behind a line of metadata. openai/codex, codex-rs/protocol.
 */
export const codex: Format = {
  id: "codex",
  title: "Codex session",
  containers: ["jsonl"],
  holds: "file",

  detect(first) {
    const type = memberOf(first, "type");
    if (typeof type === "string" && eventTypes.has(type))
      return typeof memberOf(first, "payload") === "object";
    // The line of metadata of an early rollout.
    return (
      ["id", "timestamp", "instructions", "git"].every(
        (key) => memberOf(first, key) !== undefined,
      ) && memberOf(first, "messages") === undefined
    );
  },

  read(record, file) {
    const { events, notes } = openEvents(record, "items");
    const turns = startTurns(notes);
    let id: string | null = null;
    let tools = readTools(null);
    for (const event of events) {
      const payload = event.get("payload");
      const type = memberOf(event.value, "type");
      if (type === "session_meta") {
        id ??= nameOf(payload?.value, "id", "session_id");
        tools = readTools(memberOf(payload?.value, "dynamic_tools"));
        const instructions = instructionsOf(payload);
        if (instructions) turns.say("system", instructions);
      } else if (type === "compacted") {
        const summary = payload?.get("message");
        if (summary?.text()) turns.say("user", summary);
      } else if (type === "response_item" && payload) addItem(payload, turns);
      else if (payload === null && isItem(event.value)) addItem(event, turns);
      else if (payload === null) id ??= nameOf(event.value, "id");
    }
    const { messages } = turns.finish();
    if (messages.length === 0) {
      if (notes.problems.length === 0) {
        const { startByte, bytes } = record;
        const source = { startByte, endByte: startByte + bytes.length };
        notes.add("record-empty", "This session holds no messages", source);
      }
      return { value: [], problems: notes.problems };
    }
    const trajectory = conversationOf(messages, { id, group: id, tools }, { record, file });
    return { value: [trajectory], problems: notes.problems };
  },
};

const eventTypes: ReadonlySet<string> = new Set([
  "session_meta",
  "response_item",
  "event_msg",
  "turn_context",
  "compacted",
  "world_state",
]);

/** Items that are of the harness, or that hold nothing to read. */
const silent: ReadonlySet<unknown> = new Set(["ghost_snapshot", "compaction", "other"]);

function addItem(item: JsonNode, turns: ReturnType<typeof startTurns>): void {
  if (!silent.has(memberOf(item.value, "type"))) turns.add(item, "output");
}

function isItem(value: unknown): boolean {
  const type = memberOf(value, "type");
  return (
    typeof type === "string" && (type === "message" || /_call(?:_output)?$|^reasoning$/.test(type))
  );
}

/** Base instructions are a text, or an object around one. */
function instructionsOf(payload: JsonNode | null): JsonNode | null {
  const found = ["instructions", "base_instructions"].map((key) => payload?.get(key) ?? null);
  const nodes = found.map((node) => node?.get("text") ?? node);
  return nodes.find((node) => node?.text()) ?? null;
}
