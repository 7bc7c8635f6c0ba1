import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message, Role } from "../../trajectory/trajectory.ts";
import { readCallTexts } from "../calls.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf, quoted, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { joinMessages } from "../join-messages.ts";
import { messageOf } from "../message.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";

/**
 * Training sets in ShareGPT's shape and its relatives: `conversations` of `{from, value}` (LLaMA-Factory, ToolACE,
 * Hermes, APIGen-MT), `conversation` of `{human, assistant}` pairs, and `{query, response, history}` (ms-swift).
 */
export const sharegpt: Format = {
  id: "sharegpt",
  title: "ShareGPT conversations",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect(first) {
    const [entry] = listOf(first, "conversations");
    if (typeof memberOf(entry, "from") === "string") return true;
    const [pair] = listOf(first, "conversation");
    if (typeof memberOf(pair, "human") === "string") return true;
    const isPair = ["query", "response"].every((key) => typeof memberOf(first, key) === "string");
    return isPair && memberOf(first, "messages") === undefined;
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const system = root.get("system");
    const messages = [
      ...(system ? plain("system", system) : []),
      ...(root.get("conversations")?.items() ?? []).flatMap((node) => readSaid(node, notes)),
      ...(root.get("conversation")?.items() ?? []).flatMap((node) => [
        ...plain("user", node.get("human")),
        ...plain("assistant", node.get("assistant")),
      ]),
      ...readPairs(root),
    ];
    if (messages.length === 0) {
      notes.add("record-empty", "This record has no conversation", source);
      return { value: [], problems: notes.problems };
    }
    const value = root.value;
    const facts = {
      id: nameOf(value, "id", "conversation_id"),
      reward: rewardOf(value, "reward", "score"),
      tools: readTools(memberOf(value, "tools") ?? memberOf(value, "functions")),
    };
    const trajectory = conversationOf(joinCalls(messages), facts, { record, file });
    return { value: [trajectory], problems: notes.problems };
  },
};

// LLaMA-Factory's names first, then those of ToolACE, APIGen-MT and Hermes.
const roles: ReadonlyMap<unknown, Role> = new Map([
  ["system", "system"],
  ["human", "user"],
  ["user", "user"],
  ["gpt", "assistant"],
  ["assistant", "assistant"],
  ["model", "assistant"],
  ["function_call", "assistant"],
  ["tool_call", "assistant"],
  ["observation", "tool"],
  ["function_response", "tool"],
  ["tool_response", "tool"],
  ["tool", "tool"],
  ["function", "tool"],
]);

const callRoles: ReadonlySet<unknown> = new Set(["function_call", "tool_call"]);

function readSaid(node: JsonNode, notes: Notes): readonly Message[] {
  const from = memberOf(node.value, "from");
  const role = roles.get(from);
  const value = node.get("value") ?? node.get("content");
  const text = value?.text() ?? null;
  if (!role || !text) {
    const why = role ? "without text" : `from ${quoted(String(from))}`;
    notes.add("role-unknown", `A message ${why} was skipped`, node.range);
    return [];
  }
  const calls = callRoles.has(from) ? readCallTexts(text) : [];
  return [messageOf(role, node.range, { content: calls.length > 0 ? null : text, calls })];
}

/** `history` is a list of `[query, response]` before the last pair. */
function readPairs(root: JsonNode): readonly Message[] {
  const before = (root.get("history")?.items() ?? []).flatMap((pair) => [
    ...plain("user", pair.get(0)),
    ...plain("assistant", pair.get(1)),
  ]);
  if (root.get("conversations")) return [];
  return [
    ...before,
    ...plain("user", root.get("query")),
    ...plain("assistant", root.get("response")),
  ];
}

function plain(role: Role, node: JsonNode | null): readonly Message[] {
  const text = node?.text();
  return node && text ? [messageOf(role, node.range, { content: text })] : [];
}

/** A call that is a message of its own belongs to the assistant's turn before it. */
function joinCalls(messages: readonly Message[]): readonly Message[] {
  const groups: Message[][] = [];
  for (const message of messages) {
    const open = groups.at(-1);
    if (open?.[0]?.role === "assistant" && message.calls.length > 0) open.push(message);
    else groups.push([message]);
  }
  return groups.flatMap(joinMessages);
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = memberOf(value, key);
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}
