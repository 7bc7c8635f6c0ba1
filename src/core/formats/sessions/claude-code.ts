import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { readAnthropicMessage } from "../anthropic-blocks.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { joinMessages } from "../join-messages.ts";
import type { Notes } from "../notes.ts";
import { openEvents } from "./events.ts";

/**
 * Sessions of Claude Code (`~/.claude/projects/<project>/<session>.jsonl` and its sub-agents' files): a line an event.
 * The parts of one message of the API are events of their own with one message id. Sub-agents' events in the main file
 * are trajectories of their own.
 */
export const claudeCode: Format = {
  id: "claude-code",
  title: "Claude Code session",
  containers: ["jsonl", "json-document"],
  holds: "file",

  detect(first) {
    if (isEvent(first) && memberOf(first, "sessionId") !== undefined) return true;
    // A session that was gone on with begins with what it was about, again and again.
    const isSummary = memberOf(first, "type") === "summary";
    if (isSummary && memberOf(first, "leafUuid") !== undefined) return true;
    const lines = memberOf(first, "loglines");
    return Array.isArray(lines) && lines.some(isEvent);
  },

  read(record, file) {
    const { events, notes } = openEvents(record, "loglines");
    const session = nameOf(
      events.find((event) => nameOf(event.value, "sessionId") !== null)?.value,
      "sessionId",
    );
    const threads = threadsOf(events);
    const value = threads.flatMap((thread, index) => {
      const messages = readThread(thread.events, notes);
      if (messages.length === 0) return [];
      const part = threads.length > 1 ? { part: index } : {};
      const facts = { id: thread.agent ?? session, group: session, ...part };
      return [conversationOf(messages, facts, { record, file })];
    });
    if (value.length === 0 && notes.problems.length === 0) {
      const source = {
        startByte: record.startByte,
        endByte: record.startByte + record.bytes.length,
      };
      notes.add("record-empty", "This session holds no messages", source);
    }
    return { value, problems: notes.problems };
  },
};

function isEvent(value: unknown): boolean {
  const type = memberOf(value, "type");
  return (type === "user" || type === "assistant") && memberOf(value, "message") !== undefined;
}

interface Thread {
  readonly agent: string | null;
  readonly events: JsonNode[];
}

/** The session itself, then each sub-agent whose events lie in the same file, in the order of their first events. */
function threadsOf(events: readonly JsonNode[]): readonly Thread[] {
  const threads = new Map<string, Thread>();
  const roots = new Map<string, string>();
  for (const event of events) {
    const { value } = event;
    if (!isEvent(value)) continue;
    const isSide = memberOf(value, "isSidechain") === true;
    const agent = isSide ? (nameOf(value, "agentId") ?? rootOf(value, roots)) : "";
    const thread = threads.get(agent) ?? { agent: agent === "" ? null : agent, events: [] };
    threads.set(agent, thread);
    thread.events.push(event);
  }
  return [...threads.values()];
}

/** Older versions name no agent: the first event of its chain stands for it. */
function rootOf(value: unknown, roots: Map<string, string>): string {
  const own = nameOf(value, "uuid") ?? "";
  const root = roots.get(nameOf(value, "parentUuid") ?? "") ?? own;
  roots.set(own, root);
  return root;
}

function readThread(events: readonly JsonNode[], notes: Notes): readonly Message[] {
  // The parts of one message of the API, put together at the end: joining one by one would copy the calls each time.
  const groups: Message[][] = [];
  const names = new Map<string, string>();
  let open: { readonly id: string; readonly parts: Message[] } | null = null;
  for (const event of events) {
    const node = event.get("message");
    if (!node) continue;
    const id = memberOf(event.value, "type") === "assistant" ? nameOf(node.value, "id") : null;
    // What the harness wrote in the model's place (an error of the API) is not the model's.
    const isHarness = memberOf(node.value, "model") === "<synthetic>";
    for (const read of readAnthropicMessage(node, names, notes)) {
      const message = isHarness ? { ...read, sampled: false } : read;
      if (open !== null && id === open.id) {
        open.parts.push(message);
        continue;
      }
      const parts = [message];
      groups.push(parts);
      // Results may already stand between the parts of a message that made several calls.
      if (message.role !== "tool") open = id === null ? null : { id, parts };
    }
  }
  return groups.flatMap(joinMessages);
}
