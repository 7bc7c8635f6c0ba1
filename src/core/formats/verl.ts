import { memberOf } from "../text/json.ts";
import type { WirePiece } from "../trajectory/trajectory.ts";
import { countOf, nameOf, readText, rewardOf, trajectoryId } from "./fields.ts";
import type { Format } from "./format.ts";
import { hashText } from "./group.ts";
import { openRecord } from "./notes.ts";
import { specialTokensOf } from "./special-tokens.ts";
import { stepFromName } from "./step.ts";

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
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const input = readText(root, "input", notes);
    const output = readText(root, "output", notes);
    const pieces: WirePiece[] = [];
    if (input) pieces.push({ text: input, author: "environment" });
    if (output) pieces.push({ text: output, author: "mixed" });
    if (pieces.length === 0) return { value: [], problems: notes.problems };

    const uid = nameOf(root.value, "uid");
    const trajectory = {
      id: trajectoryId(uid ?? nameOf(root.value, "request_id"), record.index),
      step: countOf(root.value, "step", "global_step") ?? stepFromName(file.name),
      ...groupOf(uid, input?.text ?? ""),
      reward: rewardOf(root.value, "score", "reward"),
      // The text declares them (`grammar/declared-tools/`).
      tools: { kind: "unknown" as const },
      specialTokens: specialTokensOf(input?.text, output?.text),
      body: { kind: "wire" as const, pieces },
      source,
      line: record.line,
    };
    return { value: [trajectory], problems: notes.problems };
  },
};

/** The v1 trainer's `uid` is `{sample}_{rollout}_{output}`; any other names the prompt; without one equal inputs do. */
function groupOf(
  uid: string | null,
  input: string,
): { readonly group: string; readonly sample: number | null } {
  if (uid === null) return { group: hashText(input), sample: null };
  const [, sample, rollout, output] = /^(.+)_(\d+)_(\d+)$/.exec(uid) ?? [];
  if (sample === undefined) return { group: uid, sample: null };
  return { group: `${sample}_${output ?? ""}`, sample: Number(rollout) };
}
