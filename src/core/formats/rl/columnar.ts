import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { RecordBytes } from "../../records/record.ts";
import type { Parsed } from "../../result.ts";
import { hasTurnMarker } from "../../transcript/turn-forms.ts";
import type { Trajectory, WirePiece } from "../../trajectory/trajectory.ts";
import { dumpOf } from "../conversation.ts";
import { kindOf } from "../fields.ts";
import type { FileContext, Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { rewardOfColumns } from "./reward-columns.ts";

/**
 * ms-swift's `completions.jsonl`: each line is a batch in columns, the prompt decoded with special tokens and the
 * completion without. modelscope/ms-swift, swift/rlhf_trainers/grpo_trainer.py.
 */
export const msSwift: Format = {
  id: "ms-swift",
  title: "ms-swift completions",
  containers: ["jsonl", "json-document", "json-array"],
  holds: "many",
  // A single sample may have lists of messages there: a column of those is a list of lists.
  detect: (first) =>
    typeof memberOf(memberOf(first, "prompt"), 0) === "string" &&
    Array.isArray(memberOf(first, "completion")),
  read: (record, file) => readColumns(record, file, { completion: "completion" }),
};

/** ROLL's `rollout_dump_data.step_<N>.jsonl`: one line of columns. alibaba/ROLL, roll/pipeline/rlvr/utils.py. */
export const roll: Format = {
  id: "roll",
  title: "ROLL rollout dump",
  containers: ["jsonl", "json-document", "json-array"],
  holds: "many",
  detect: (first) =>
    Array.isArray(memberOf(first, "prompt")) && Array.isArray(memberOf(first, "responses")),
  read: (record, file) => readColumns(record, file, { completion: "responses" }),
};

function readColumns(
  record: RecordBytes,
  file: FileContext,
  keys: { readonly completion: string },
): Parsed<readonly Trajectory[]> {
  const { root, notes } = openRecord(record);
  if (!root) return { value: [], problems: notes.problems };
  const completions = listAt(root, keys.completion, notes);
  const prompts = listAt(root, "prompt", notes);
  if (prompts.length !== completions.length) {
    const message = `"prompt" has ${String(prompts.length)} entries and "${keys.completion}" ${String(completions.length)}: those without the other are left out`;
    notes.add("columns-differ", message, root.range);
  }
  const columns = columnsOf(root.value, completions.length);
  const value = completions.flatMap((completion, part) => {
    const prompt = prompts[part];
    if (!prompt) return [];
    const pieces: WirePiece[] = [];
    const given = prompt.text();
    const written = completion.text();
    if (given) pieces.push({ text: given, author: "environment" });
    if (written) pieces.push({ text: written, author: "mixed" });
    if (!given || !written) {
      const message = `Entry ${String(part + 1)} has ${kindOf(prompt.value)} for a prompt and ${kindOf(completion.value)} for a completion: text is due`;
      notes.add("field-wrong-type", message, completion.range);
      if (!written) return [];
    }
    const row = Object.fromEntries(columns.map(([key, list]) => [key, list[part]]));
    const facts = {
      part,
      id: named(row["id"] ?? row["request_id"]),
      step: wholeNumber(row["step"] ?? row["global_step"] ?? memberOf(root.value, "global_step")),
      reward: rewardOfColumns({ ...row, ...scoreOf(row) }),
      // Markers in the prompt say nothing of the completion, which is decoded apart.
      ...(written && !hasTurnMarker(written.text) && given && hasTurnMarker(given.text)
        ? { specialTokens: "unknown" as const }
        : {}),
    };
    return [dumpOf(pieces, facts, { record, file })];
  });
  if (value.length === 0 && notes.problems.length === 0)
    notes.add("record-empty", "This batch is empty", root.range);
  return { value, problems: notes.problems };
}

/** ROLL names its rewards `scores`. */
function scoreOf(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return typeof row["scores"] === "number" ? { reward: row["scores"] } : {};
}

function listAt(root: JsonNode, key: string, notes: Notes): readonly JsonNode[] {
  const node = root.get(key);
  if (node && Array.isArray(node.value)) return node.items();
  notes.add("field-missing", `This batch has no list "${key}"`, node?.range ?? root.range);
  return [];
}

/** The columns that have an entry for each sample. */
function columnsOf(
  value: unknown,
  count: number,
): readonly (readonly [string, readonly unknown[]])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, list]: [string, unknown]) =>
    Array.isArray(list) && list.length === count
      ? [[key, list as readonly unknown[]] as const]
      : [],
  );
}

/** Steps are written as text by some loggers. */
function wholeNumber(value: unknown): number | null {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 ? number : null;
}

function named(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" && value.length <= 200 ? value : null;
}
