import { memberOf } from "../../text/json.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import { readRequest, startTurns } from "../responses.ts";
import { readTools } from "../tools.ts";

/**
 * Answers of OpenAI's Responses API (`object: "response"`), alone or with their requests, and bare lists of its items.
 * With `include: ["message.output_text.logprobs"]` texts are spelled token by token.
 */
export const openaiResponses: Format = {
  id: "openai-responses",
  title: "OpenAI responses",
  containers: ["jsonl", "json-document", "json-array"],
  holds: "one",

  detect(first) {
    if (memberOf(first, "responses_create_params") !== undefined) return false;
    if (isResponse(responseOf(first))) return true;
    return Array.isArray(first) && first.some(isItem);
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const turns = startTurns(notes);
    const response = isResponse(root.value)
      ? root
      : (root.get("response")?.get("body") ?? root.get("response"));
    const request = root.get("request")?.get("body") ?? root.get("request") ?? root.get("body");
    if (Array.isArray(root.value)) for (const item of root.items()) turns.add(item, "output");
    else {
      readRequest(request ?? root, turns);
      for (const item of response?.get("output")?.items() ?? []) turns.add(item, "output");
    }
    const { messages } = turns.finish();
    if (messages.length === 0) {
      notes.add("record-empty", "This answer has no output", source);
      return { value: [], problems: notes.problems };
    }
    const facts = {
      id: nameOf(root.value, "custom_id", "id") ?? nameOf(response?.value, "id"),
      tools: readTools(memberOf(request?.value, "tools") ?? memberOf(response?.value, "tools")),
    };
    return { value: [conversationOf(messages, facts, { record, file })], problems: notes.problems };
  },
};

function responseOf(value: unknown): unknown {
  const response = memberOf(value, "response");
  return memberOf(response, "body") ?? response ?? value;
}

function isResponse(value: unknown): boolean {
  const output = memberOf(value, "output");
  const kind = memberOf(value, "object");
  return Array.isArray(output) && (kind === "response" || output.some(isItem));
}

/** Messages too have a type at times; a call or a thought as an item of its own is the API's. */
function isItem(value: unknown): boolean {
  const type = memberOf(value, "type");
  if (type === "reasoning") return memberOf(value, "role") === undefined;
  if (type === "function_call" || type === "function_call_output")
    return memberOf(value, "call_id") !== undefined;
  return type === "message" && memberOf(value, "content") !== undefined;
}
