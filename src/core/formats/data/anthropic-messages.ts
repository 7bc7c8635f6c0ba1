import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { readAnthropicMessage } from "../anthropic-blocks.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";

/**
 * Anthropic's Messages API: requests (`messages` with blocks, `system` beside them), answers (`type: "message"`), and
 * logs of both, batch results, and bare lists of messages. It has no log-probabilities, and calls are objects: what the model wrote is lost.
 */
export const anthropicMessages: Format = {
  id: "anthropic-messages",
  title: "Anthropic messages",
  containers: ["jsonl", "json-document", "json-array"],
  holds: "one",

  detect(first) {
    if (isAnswer(first)) return true;
    const request = memberOf(first, "request") ?? first;
    const messages = Array.isArray(first) ? first : memberOf(request, "messages");
    if (isAnswer(memberOf(memberOf(first, "result"), "message"))) return true;
    if (!Array.isArray(messages) || memberOf(first, "sessionId") !== undefined) return false;
    const answer = memberOf(first, "response");
    return isAnswer(answer) || (messages.some(hasBlocks) && !messages.some(isOfChat));
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const request = root.get("request") ?? root;
    // A batch has its answers under `result`, with whether they came.
    const inBatch = root.get("result")?.get("message");
    const answer = isAnswer(root.value) ? root : (inBatch ?? root.get("response"));
    const asked = Array.isArray(root.value) ? root : request.get("messages");
    const messages = [
      ...readSystem(request.get("system")),
      ...readAll([...(asked?.items() ?? []), ...(answer ? [answer] : [])], notes),
    ];
    if (messages.length === 0) {
      notes.add("record-empty", "This record has no messages", source);
      return { value: [], problems: notes.problems };
    }
    const facts = {
      id: nameOf(root.value, "custom_id", "id") ?? nameOf(answer?.value, "id"),
      reward: rewardOf(root.value, "reward", "score"),
      tools: readTools(memberOf(request.value, "tools")),
    };
    return { value: [conversationOf(messages, facts, { record, file })], problems: notes.problems };
  },
};

function readAll(nodes: readonly JsonNode[], notes: Notes): readonly Message[] {
  const names = new Map<string, string>();
  return nodes.flatMap((node) => readAnthropicMessage(node, names, notes));
}

function readSystem(node: JsonNode | null): readonly Message[] {
  const parts = node?.text()
    ? [node]
    : (node?.items() ?? []).flatMap((part) => part.get("text") ?? []);
  const said = { role: "system", sampled: false, reasoning: null, calls: [] } as const;
  return parts.flatMap((part) => {
    const content = part.text();
    return content ? [{ ...said, content, toolName: null, callId: null, source: part.range }] : [];
  });
}

function isAnswer(value: unknown): boolean {
  return (
    memberOf(value, "type") === "message" &&
    memberOf(value, "role") === "assistant" &&
    Array.isArray(memberOf(value, "content")) &&
    memberOf(value, "model") !== undefined
  );
}

/** Blocks that only this API writes. */
function hasBlocks(message: unknown): boolean {
  const content = memberOf(message, "content");
  return (
    Array.isArray(content) &&
    content.some((block: unknown) => {
      const type = memberOf(block, "type");
      return type === "tool_use" || type === "tool_result" || type === "thinking";
    })
  );
}

/** OpenAI's chat has roles and calls of its own; logs that mix both shapes are read as chat messages. */
function isOfChat(message: unknown): boolean {
  const role = memberOf(message, "role");
  return (role !== "user" && role !== "assistant") || memberOf(message, "tool_calls") !== undefined;
}
