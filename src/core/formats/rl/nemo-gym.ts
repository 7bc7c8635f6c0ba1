import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { recordedOf } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { withMisfits } from "../misfits.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readRequest, startTurns } from "../responses.ts";
import type { Turns } from "../responses.ts";
import { readTools } from "../tools.ts";

/**
 * NeMo-Gym rollouts: a request and a response of OpenAI's Responses API, where the last item of each sampled turn may
 * carry the turn's exact token ids and log-probabilities.
 */
export const nemoGym: Format = {
  id: "nemo-gym",
  title: "NeMo-Gym rollouts",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect: (first) =>
    memberOf(first, "responses_create_params") !== undefined &&
    memberOf(first, "response") !== undefined,

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const turns = startTurns(notes);
    const request = root.get("responses_create_params");
    readRequest(request, turns);
    readResponse(root, turns, notes);
    const { messages, generations } = turns.finish();
    if (messages.length === 0) {
      notes.add("record-empty", "This rollout has no messages", source);
      return { value: [], problems: notes.problems };
    }
    const facts = {
      id: nameOf(root.value, "id", "instance_id"),
      step: countOf(root.value, "step", "global_step"),
      group: nameOf(root.value, "_ng_task_index", "instance_id"),
      sample: countOf(root.value, "_ng_rollout_index"),
      reward: rewardOf(root.value, "reward"),
      tools: readTools(memberOf(request?.value, "tools")),
    };
    const value = [recordedOf(messages, generations, facts, { record, file })];
    return {
      value: generations.length === 0 ? value : withMisfits(value, notes),
      problems: notes.problems,
    };
  },
};

function readResponse(root: JsonNode, turns: Turns, notes: Notes): void {
  const output = root.get("response")?.get("output");
  if (!output || !Array.isArray(output.value)) {
    const message = 'This rollout has no list "response.output": only its prompt is shown';
    notes.add("field-missing", message, root.get("response")?.range ?? root.range);
  }
  for (const item of output?.items() ?? []) turns.add(item, "output");
}
