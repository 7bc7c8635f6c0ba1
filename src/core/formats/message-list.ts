import { memberOf, parseMappedJson, valueOfJson } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";

/** Members that hold a conversation; the sets of SWE-rebench call it a trajectory, those of WildChat a conversation. */
const members = ["messages", "trajectory", "conversations", "conversation"];

/** Whether a record holds a list of messages with roles: itself, as a member, or as a member that is JSON text of it. */
export function holdsMessages(value: unknown): boolean {
  if (Array.isArray(value)) return isList(value);
  return members.some((key) => {
    const member = memberOf(value, key);
    return isList(member) || (isListText(member) && isList(valueOfJson(member)));
  });
}

/** That list, with the places of its messages in the file; null where the record has none. */
export function messageList(root: JsonNode): JsonNode | null {
  if (Array.isArray(root.value)) return root;
  const found = members.map((key) => root.get(key));
  const list = found.find((node) => Array.isArray(node?.value));
  if (list) return list;
  // Tables (parquet, as the sets of SWE-smith come) keep what nests as text.
  const text = found.find((node) => isListText(node?.value))?.text();
  const parsed = text ? parseMappedJson(text) : null;
  return parsed && Array.isArray(parsed.value) ? parsed.root : null;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && isMessage(value[0]);
}

/** People and users have roles as well: a message says something, calls something, or has a place for it. */
function isMessage(value: unknown): boolean {
  return (
    typeof memberOf(value, "role") === "string" &&
    said.some((key) => memberOf(value, key) !== undefined)
  );
}

const said = [
  "content",
  "tool_calls",
  "function_call",
  "text",
  "system_prompt",
  "reasoning_content",
];

// Most texts are no lists: they are told by how they begin, before anything is parsed.
function isListText(value: unknown): value is string {
  return typeof value === "string" && /^\s*\[\s*\{\s*"/.test(value.slice(0, 64));
}
