import { memberOf } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import type { Message } from "../trajectory/trajectory.ts";
import { recordedOf } from "./conversation.ts";
import { sweAgent } from "./agents/swe-agent.ts";
import { anthropicMessages } from "./data/anthropic-messages.ts";
import { sharegpt } from "./data/sharegpt.ts";
import { countOf, nameOf, rewardOf } from "./fields.ts";
import type { Format } from "./format.ts";
import { holdsMessages, messageList } from "./message-list.ts";
import { messageOf } from "./message.ts";
import { readMessages } from "./messages.ts";
import { openRecord } from "./notes.ts";
import { readReply } from "./reply.ts";
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
    // An empty list tells nothing: events of other logs have one too.
    if (isEvent(first) || isOfAgent(first)) return false;
    if (anthropicMessages.detect(first) || sharegpt.detect(first)) return false;
    return holdsMessages(first);
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const list = messageList(root);
    if (!list) {
      notes.add("field-missing", 'This record has no list "messages"', root.range);
      return { value: [], problems: notes.problems };
    }
    const reply = readReply(root.get("choices") ? root : root.get("response"), notes);
    const listed = readMessages(list.items(), notes);
    const messages = [...readSystem(root, listed), ...listed, ...(reply ? [reply.message] : [])];
    const value = root.value;
    const facts = {
      id: nameOf(value, "id", "uid", "trajectory_id", "traj_id", "instance_id", "task_id"),
      step: countOf(value, "step", "global_step"),
      group: groupOf(value),
      sample: countOf(value, "sample", "sample_index", "rollout", "trial"),
      reward: rewardOf(value, "reward", "score", "resolved"),
      tools: readTools(toolsIn(value) ?? toolsIn(memberOf(value, "kwargs"))),
      source,
    };
    const message = messages.length - 1;
    const generations = reply?.generation ? [{ ...reply.generation, message }] : [];
    const trajectory = recordedOf(messages, generations, facts, { record, file });
    return { value: [trajectory], problems: notes.problems };
  },
};

/** A system text that stands beside the messages (Anthropic, LLaMA-Factory). */
function readSystem(root: JsonNode, listed: readonly Message[]): readonly Message[] {
  const system = root.get("system");
  const content = system?.text();
  if (!system || !content?.text || listed.some(({ role }) => role === "system")) return [];
  return [messageOf("system", system.range, { content })];
}

function toolsIn(value: unknown): unknown {
  return memberOf(value, "tools") ?? memberOf(value, "functions");
}

/** An event of an agent's log may quote messages, the same ones again and again: it is no conversation. */
function isEvent(value: unknown): boolean {
  const marks = ["timestamp", "sessionKey", "sessionId", "agentId"];
  return (
    typeof memberOf(value, "type") === "string" &&
    marks.some((mark) => memberOf(value, mark) !== undefined)
  );
}

/** What the logs of agents and of benchmarks have beside their messages: they have readers of their own. */
function isOfAgent(value: unknown): boolean {
  const marks = [
    ["trajectory_format"],
    ["epoch", "target"],
    ["task_id", "termination_reason"],
    ["task_id", "reward_info"],
  ];
  if (sweAgent.detect(value)) return true;
  return marks.some((keys) => keys.every((key) => memberOf(value, key) !== undefined));
}

function groupOf(value: unknown): string | null {
  const named = nameOf(value, "group", "group_id", "prompt_id", "uid");
  if (named !== null) return named;
  const task = nameOf(value, "task", "task_id", "instance_id");
  const split = nameOf(value, "split");
  return task === null || split === null ? task : `${split}/${task}`;
}
