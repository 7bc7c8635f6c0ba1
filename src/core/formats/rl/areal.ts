import { memberOf } from "../../text/json.ts";
import { dumpOf } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import { readPieces } from "./pieces.ts";

/**
 * AReaL's rollout dump (`rollout.dump_to_file`): one file a task, decoded with special tokens; the policy's version at
 * the end of the rollout stands for the step. inclusionAI/AReaL, areal/infra/workflow_executor.py.
 */
export const areal: Format = {
  id: "areal",
  title: "AReaL rollout dump",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect: (first) =>
    memberOf(first, "head_version") !== undefined &&
    memberOf(first, "tail_version") !== undefined &&
    typeof memberOf(first, "completion") === "string",

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const pieces = readPieces(root, { prompt: "prompt", completion: "completion" }, notes);
    if (pieces.length === 0) return { value: [], problems: notes.problems };
    const task = nameOf(root.value, "task_id");
    const facts = {
      id: task,
      step: countOf(root.value, "tail_version"),
      group: task,
      sample: countOf(root.value, "sample_idx"),
      reward: rewardOf(root.value, "reward"),
    };
    return { value: [dumpOf(pieces, facts, { record, file })], problems: notes.problems };
  },
};
