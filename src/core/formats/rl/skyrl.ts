import { memberOf } from "../../text/json.ts";
import { dumpOf } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import { readPieces } from "./pieces.ts";

/**
 * SkyRL's dumped evaluations (`dumped_evals/global_step_<N>_evals/<data source>.jsonl`), decoded with special tokens;
 * `score` is a number or a list of them, one a token. NovaSky-AI/SkyRL, skyrl/train/utils/trainer_utils.py.
 */
export const skyrl: Format = {
  id: "skyrl",
  title: "SkyRL evaluation dump",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect: (first) =>
    typeof memberOf(first, "input_prompt") === "string" &&
    typeof memberOf(first, "output_response") === "string",

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const pieces = readPieces(
      root,
      { prompt: "input_prompt", completion: "output_response" },
      notes,
    );
    if (pieces.length === 0) return { value: [], problems: notes.problems };
    const extras = memberOf(root.value, "env_extras");
    const facts = {
      id: nameOf(extras, "uid", "index", "task_id"),
      step: countOf(root.value, "step", "global_step"),
      reward: rewardOf(root.value, "score", "reward"),
    };
    return { value: [dumpOf(pieces, facts, { record, file })], problems: notes.problems };
  },
};
