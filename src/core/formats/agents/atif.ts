import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Generation, Message } from "../../trajectory/trajectory.ts";
import { readCalls } from "../calls.ts";
import { readContent } from "../content.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf, quoted, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { readGeneration } from "../generation.ts";
import { messageOf } from "../message.ts";
import { withMisfits } from "../misfits.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";
import { withGenerations } from "./dialogue.ts";

/**
 * Trajectories in the Agent Trajectory Interchange Format, 1.0 to 1.7 (Harbor's RFC 0001): steps of the system, the user
 * and the agent, an agent's step with what its calls gave. Sub-agents' trajectories may lie inside (1.7).
 */
export const atif: Format = {
  id: "atif",
  title: "ATIF trajectories",
  containers: ["json-document", "json-array", "jsonl"],
  holds: "many",

  detect: isAtif,

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const all = withSubagents(root);
    const trajectories = all.map((node, part) => {
      const { messages, generations } = readSteps(node, notes);
      const agent = memberOf(node.value, "agent");
      const conversation = conversationOf(
        messages,
        {
          id: nameOf(node.value, "trajectory_id", "session_id"),
          ...(part > 0 ? { part } : {}),
          reward: rewardIn(node.value),
          tools: readTools(memberOf(agent, "tool_definitions")),
          source: node.range,
        },
        { record, file },
      );
      return withGenerations(conversation, generations, notes);
    });
    return { value: withMisfits(trajectories, notes), problems: notes.problems };
  },
};

function isAtif(value: unknown): boolean {
  const version = memberOf(value, "schema_version");
  if (typeof version === "string" && version.startsWith("ATIF")) return true;
  // Some exporters name the format apart, or the version alone.
  const isNamed = memberOf(value, "format") === "atif" || typeof version === "string";
  return (
    isNamed &&
    Array.isArray(memberOf(value, "steps")) &&
    memberOf(memberOf(value, "agent"), "name") !== undefined
  );
}

/** How deep sub-agents may have sub-agents of their own: real ones reach 1. */
const maxSubagents = 16;

function withSubagents(node: JsonNode, depth = 0): readonly JsonNode[] {
  const inner = depth < maxSubagents ? (node.get("subagent_trajectories")?.items() ?? []) : [];
  return [node, ...inner.flatMap((child) => withSubagents(child, depth + 1))];
}

interface Steps {
  readonly messages: readonly Message[];
  readonly generations: readonly Generation[];
}

function readSteps(node: JsonNode, notes: Notes): Steps {
  const messages: Message[] = [];
  const generations: Generation[] = [];
  const steps = node.get("steps");
  if (!steps || !Array.isArray(steps.value)) {
    notes.add("field-missing", 'This trajectory has no list "steps"', node.range);
  }
  for (const step of steps?.items() ?? []) {
    const message = readStep(step, notes);
    if (!message) continue;
    messages.push(message);
    const metrics = message.sampled ? step.get("metrics") : null;
    const generation = metrics ? readGeneration(metrics, generationKeys, notes) : null;
    if (generation) generations.push({ ...generation, message: messages.length - 1 });
    for (const result of readObservation(step, message, notes)) messages.push(result);
  }
  return { messages, generations };
}

function readStep(step: JsonNode, notes: Notes): Message | null {
  const said = memberOf(step.value, "source");
  const { text, reasoning } = readContent(step.get("message"), notes);
  if (said === "system" || said === "user") return messageOf(said, step.range, { content: text });
  if (said !== "agent") {
    const shown = typeof said === "string" ? `the source ${quoted(said)}` : "no source";
    notes.add("role-unknown", `A step with ${shown} was skipped`, step.range);
    return null;
  }
  const apart = step.get("reasoning_content")?.text();
  return messageOf("assistant", step.range, {
    // What was copied from the trajectory that this one goes on from was sampled there.
    sampled: memberOf(step.value, "is_copied_context") !== true,
    content: text,
    reasoning: apart && apart.text !== "" ? apart : reasoning,
    calls: readCalls(step, notes),
  });
}

/** What came back. An agent that makes no calls (its commands are text) is told by a user's turn. */
function readObservation(step: JsonNode, { calls }: Message, notes: Notes): readonly Message[] {
  const results = step.get("observation")?.get("results")?.items() ?? [];
  const names = new Map(calls.map(({ id, name }) => [id, name.text]));
  return results.flatMap((result) => {
    const { text } = readContent(result.get("content"), notes);
    // A reference to a sub-agent's trajectory stands alone.
    if (!text) return [];
    const callId = nameOf(result.value, "source_call_id");
    if (callId === null && calls.length === 0)
      return [messageOf("user", result.range, { content: text })];
    const toolName = names.get(callId) ?? null;
    return [messageOf("tool", result.range, { content: text, callId, toolName })];
  });
}

/** Of an agent's step. */
const generationKeys = {
  prompt: "prompt_token_ids",
  sampled: "completion_token_ids",
  logProbs: "logprobs",
};

/** The format has no field for it: writers put it among what is extra. */
function rewardIn(value: unknown): number | null {
  const places = [
    value,
    memberOf(value, "extra"),
    memberOf(memberOf(value, "final_metrics"), "extra"),
  ];
  return places.map((place) => rewardOf(place, "reward")).find((found) => found !== null) ?? null;
}
