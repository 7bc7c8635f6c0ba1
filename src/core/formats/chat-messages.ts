import { memberOf } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import type { Message, SpecialTokens } from "../trajectory/trajectory.ts";
import { countOf, nameOf, rewardOf, trajectoryId } from "./fields.ts";
import type { Format } from "./format.ts";
import { hashText } from "./group.ts";
import { readMessages } from "./messages.ts";
import { openRecord } from "./notes.ts";
import { endsTurn } from "./special-tokens.ts";
import { stepFromName } from "./step.ts";
import { readTools } from "./tools.ts";

/**
 * Chat messages in OpenAI's shape: `{messages, tools}` a record (training data, evaluation logs, LiteLLM logs with a
 * `response` beside), or a bare array of messages.
 */
export const chatMessages: Format = {
  id: "chat-messages",
  title: "Chat messages",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect(first) {
    const messages = Array.isArray(first) ? first : memberOf(first, "messages");
    // An empty list tells nothing: events of other logs have one too.
    if (!Array.isArray(messages) || isEvent(first)) return false;
    return typeof memberOf(messages[0], "role") === "string";
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const list = Array.isArray(root.value) ? root : root.get("messages");
    if (!list || !Array.isArray(list.value)) {
      notes.add("field-missing", 'This record has no list "messages"', root.range);
      return { value: [], problems: notes.problems };
    }
    const messages = readMessages([...list.items(), ...answers(root)], notes);
    const value = root.value;
    const trajectory = {
      id: trajectoryId(nameOf(value, "id", "uid", "instance_id", "task_id"), record.index),
      step: countOf(value, "step", "global_step") ?? stepFromName(file.name),
      group: groupOf(value, messages),
      sample: countOf(value, "sample", "sample_index", "rollout", "trial"),
      reward: rewardOf(value, "reward", "score"),
      tools: readTools(memberOf(value, "tools") ?? memberOf(value, "functions")),
      specialTokens: specialTokensIn(messages),
      body: { kind: "messages" as const, messages },
      source,
      line: record.line,
    };
    return { value: [trajectory], problems: notes.problems };
  },
};

/** An event of an agent's log may quote messages, the same ones again and again: it is no conversation. */
function isEvent(value: unknown): boolean {
  const marks = ["timestamp", "sessionKey", "sessionId", "agentId"];
  return (
    typeof memberOf(value, "type") === "string" &&
    marks.some((mark) => memberOf(value, mark) !== undefined)
  );
}

/** The reply that request logs keep beside the messages it answers. */
function answers(root: JsonNode): readonly JsonNode[] {
  const choices = root.get("choices") ?? root.get("response")?.get("choices");
  // More choices than one are alternatives, not a conversation.
  const message = choices?.items()[0]?.get("message");
  return message ? [message] : [];
}

function groupOf(value: unknown, messages: readonly Message[]): string {
  const named = nameOf(value, "group", "group_id", "prompt_id", "uid");
  if (named !== null) return named;
  const task = nameOf(value, "task", "task_id", "instance_id");
  const split = nameOf(value, "split");
  if (task !== null) return split === null ? task : `${split}/${task}`;
  const firstSampled = messages.findIndex((message) => message.sampled);
  const prompt = firstSampled < 0 ? messages : messages.slice(0, firstSampled);
  return hashText(prompt.map(({ role, content }) => `${role}\n${content?.text ?? ""}`).join("\n"));
}

/** An API's parser takes the turn markers off; only where they stand in a sampled text were they kept. */
function specialTokensIn(messages: readonly Message[]): SpecialTokens {
  const kept = messages.some(
    ({ sampled, content }) => sampled && content !== null && endsTurn(content.text),
  );
  return kept ? "kept" : "stripped";
}
