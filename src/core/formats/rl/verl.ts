import { memberOf } from "../../text/json.ts";
import { dumpOf } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import { readPieces } from "./pieces.ts";

/**
 * veRL rollout and validation dumps (`trainer.rollout_data_dir`): one sample a line with `input`, `output`, `gts`,
 * `score`, `step` and whatever the reward function added. The environment's answers lie inside `output`.
 */
export const verl: Format = {
  id: "verl",
  title: "veRL rollout dump",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect: (first) =>
    typeof memberOf(first, "input") === "string" &&
    typeof memberOf(first, "output") === "string" &&
    (memberOf(first, "score") !== undefined || memberOf(first, "gts") !== undefined),

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const pieces = readPieces(root, { prompt: "input", completion: "output" }, notes);
    if (pieces.length === 0) return { value: [], problems: notes.problems };
    const uid = nameOf(root.value, "uid");
    const facts = {
      id: uid ?? nameOf(root.value, "request_id"),
      step: countOf(root.value, "step", "global_step"),
      ...groupOf(uid),
      reward: rewardOf(root.value, "score", "reward"),
    };
    return { value: [dumpOf(pieces, facts, { record, file })], problems: notes.problems };
  },
};

/** The v1 trainer's `uid` is `{sample}_{rollout}_{output}`; any other names the prompt. */
function groupOf(uid: string | null): {
  readonly group: string | null;
  readonly sample: number | null;
} {
  const [, sample, rollout, output] = /^(.+)_(\d+)_(\d+)$/.exec(uid ?? "") ?? [];
  if (sample === undefined) return { group: uid, sample: null };
  return { group: `${sample}_${output ?? ""}`, sample: Number(rollout) };
}
