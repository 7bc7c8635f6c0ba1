import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Generation, Message } from "../../trajectory/trajectory.ts";
import { dumpOf, recordedOf } from "../conversation.ts";
import { nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { readGeneration } from "../generation.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import { withMisfits } from "../misfits.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";
import { readPieces } from "./pieces.ts";

/**
 * Results of verifiers' evaluations before v1 (`results.jsonl`): prompt and completion as messages, or as texts; with
 * `-C trajectory` the ids of each call of the model. PrimeIntellect-ai/verifiers, legacy/utils/save_utils.py.
 */
export const verifiersResults: Format = {
  id: "verifiers-results",
  title: "verifiers results",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect(first) {
    const [prompt, completion] = [memberOf(first, "prompt"), memberOf(first, "completion")];
    if (prompt === undefined || completion === undefined) return false;
    if (memberOf(first, "example_id") !== undefined) return true;
    // Before they had that name, with what the task's answer is beside.
    const isOlder = ["task", "answer"].every((key) => memberOf(first, key) !== undefined);
    return isOlder && [prompt, completion].every(isConversation);
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const { value } = root;
    const example = nameOf(value, "example_id") ?? nameOf(value, "id");
    const facts = {
      id: nameOf(value, "id", "trajectory_id") ?? example,
      group: example,
      reward: rewardOf(value, "reward"),
      tools: readTools(memberOf(value, "tool_defs") ?? memberOf(value, "tools")),
    };
    const place = { record, file };
    if (root.get("completion")?.text()) {
      const pieces = readPieces(root, { prompt: "prompt", completion: "completion" }, notes);
      return { value: [dumpOf(pieces, facts, place)], problems: notes.problems };
    }
    const messages = [
      ...readList(root.get("prompt"), notes).map((each) => ({ ...each, sampled: false })),
      ...readList(root.get("completion"), notes),
    ];
    if (messages.length === 0) {
      notes.add("record-empty", "This result has no messages", source);
      return { value: [], problems: notes.problems };
    }
    const generations = readGenerations(root.get("trajectory"), messages, notes);
    const read = [recordedOf(messages, generations, facts, place)];
    return {
      value: generations.length === 0 ? read : withMisfits(read, notes),
      problems: notes.problems,
    };
  },
};

function isConversation(value: unknown): boolean {
  return Array.isArray(value) && typeof memberOf(value[0], "role") === "string";
}

function readList(node: JsonNode | null, notes: Notes): readonly Message[] {
  const text = node?.text();
  if (!node || !text) return readMessages(node?.items() ?? [], notes);
  return [messageOf("user", node.range, { content: text })];
}

/** The n-th call of the model wrote the n-th sampled message. */
function readGenerations(
  trajectory: JsonNode | null,
  messages: readonly Message[],
  notes: Notes,
): readonly Generation[] {
  const sampled = messages.flatMap((message, index) => (message.sampled ? [index] : []));
  return (trajectory?.items() ?? []).flatMap((step, number) => {
    const tokens = step.get("tokens");
    const message = sampled[number];
    const read = tokens ? readGeneration(tokens, generationKeys, notes) : null;
    return read && message !== undefined ? [{ ...read, message }] : [];
  });
}

const generationKeys = {
  prompt: "prompt_ids",
  sampled: "completion_ids",
  logProbs: "completion_logprobs",
};
