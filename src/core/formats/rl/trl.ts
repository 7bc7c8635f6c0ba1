import { memberOf } from "../../text/json.ts";
import { conversationOf, dumpOf } from "../conversation.ts";
import { countOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import { readPieces } from "./pieces.ts";
import { rewardOfColumns } from "./reward-columns.ts";

/**
 * TRL's completions (`completions/completions_<step>.parquet`, `log_completions=True`): prompt and completion, decoded
 * without special tokens, a column for each reward function, and the advantage. huggingface/trl, grpo_trainer.py.
 */
export const trl: Format = {
  id: "trl",
  title: "TRL completions",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect(first) {
    // Versions before 0.16 have the sum of the rewards in its place.
    const known = ["advantage", "advantages", "reward"].map((key) => memberOf(first, key));
    const advantage = known.find((value) => value !== undefined);
    if (memberOf(first, "step") === undefined || advantage === undefined) return false;
    if (Array.isArray(advantage)) return false;
    return isText(memberOf(first, "prompt")) && isText(memberOf(first, "completion"));
  },

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const place = { record, file };
    const facts = { step: stepOf(root.value), reward: rewardOfColumns(root.value) };
    const prompt = root.get("prompt");
    const completion = root.get("completion");
    if (Array.isArray(completion?.value)) {
      const given = readMessages(prompt?.items() ?? [], notes);
      const messages = [
        ...given.map((message) => ({ ...message, sampled: false })),
        ...readMessages(completion.items(), notes),
      ];
      return { value: [conversationOf(messages, facts, place)], problems: notes.problems };
    }
    const pieces = readPieces(root, { prompt: "prompt", completion: "completion" }, notes);
    if (pieces.length === 0) return { value: [], problems: notes.problems };
    return { value: [dumpOf(pieces, facts, place)], problems: notes.problems };
  },
};

/** A number, or text of one, as the trainer writes it. */
function stepOf(value: unknown): number | null {
  const step = memberOf(value, "step");
  return typeof step === "string" && /^\d+$/.test(step)
    ? countOf({ step: Number(step) }, "step")
    : countOf(value, "step");
}

/** Text, or the messages of a conversation. */
function isText(value: unknown): boolean {
  if (typeof value === "string") return true;
  return Array.isArray(value) && typeof memberOf(value[0], "role") === "string";
}
