import { memberOf } from "../../text/json.ts";
import { dumpOf } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import { firstNumber, stepFromName } from "../step.ts";
import { readPieces } from "./pieces.ts";

/**
 * Step records of verl-tool and Tool-RL-Box (`verl_step_records/<run>/<manager>-step-<N>.json`): an array of samples
 * whose `prompt` and `response` were decoded with special tokens.
 */
export const verlTool: Format = {
  id: "verl-tool",
  title: "verl-tool step records",
  containers: ["json-array", "jsonl", "json-document"],
  holds: "one",

  detect: (first) =>
    memberOf(first, "tool_interact_info") !== undefined &&
    memberOf(first, "traj_ids") !== undefined,

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const pieces = readPieces(root, { prompt: "prompt", completion: "response" }, notes);
    if (pieces.length === 0) return { value: [], problems: notes.problems };
    const own = nameOf(root.value, "traj_ids");
    const [, group, sample] = /^(.+)_(\d+)$/.exec(own ?? "") ?? [];
    const facts = {
      id: own ?? nameOf(root.value, "id"),
      step:
        countOf(root.value, "step", "global_step") ??
        stepFromName(file.name) ??
        firstNumber(file.name),
      group: group ?? own,
      sample: sample === undefined ? null : Number(sample),
      reward: rewardOf(root.value, "score"),
    };
    return { value: [dumpOf(pieces, facts, { record, file })], problems: notes.problems };
  },
};
