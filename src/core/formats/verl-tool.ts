import { memberOf } from "../text/json.ts";
import type { WirePiece } from "../trajectory/trajectory.ts";
import { countOf, nameOf, readText, rewardOf, trajectoryId } from "./fields.ts";
import type { Format } from "./format.ts";
import { hashText } from "./group.ts";
import { openRecord } from "./notes.ts";
import { specialTokensOf } from "./special-tokens.ts";
import { firstNumber, stepFromName } from "./step.ts";

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
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const prompt = readText(root, "prompt", notes);
    const response = readText(root, "response", notes);
    const pieces: WirePiece[] = [];
    if (prompt) pieces.push({ text: prompt, author: "environment" });
    if (response) pieces.push({ text: response, author: "mixed" });
    if (pieces.length === 0) return { value: [], problems: notes.problems };

    const trajectoryIds = nameOf(root.value, "traj_ids");
    const [, group, sample] = /^(.+)_(\d+)$/.exec(trajectoryIds ?? "") ?? [];
    const step =
      countOf(root.value, "step", "global_step") ??
      stepFromName(file.name) ??
      firstNumber(file.name);
    const trajectory = {
      id: trajectoryId(trajectoryIds ?? nameOf(root.value, "id"), record.index),
      step,
      group: group ?? trajectoryIds ?? hashText(prompt?.text ?? ""),
      sample: sample === undefined ? null : Number(sample),
      reward: rewardOf(root.value, "score"),
      // The text declares them (`grammar/declared-tools/`).
      tools: { kind: "unknown" as const },
      specialTokens: specialTokensOf(prompt?.text, response?.text),
      body: { kind: "wire" as const, pieces },
      source,
      line: record.line,
    };
    return { value: [trajectory], problems: notes.problems };
  },
};
