import { memberOf } from "../../text/json.ts";
import { conversationOf } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";

/** Results of tau-bench: an array of runs, each with its reward and its conversation (`tau_bench/types.py`). */
export const tauBench: Format = {
  id: "tau-bench",
  title: "tau-bench results",
  containers: ["json-array", "jsonl", "json-document"],
  holds: "one",

  detect: (first) =>
    Array.isArray(memberOf(first, "traj")) &&
    memberOf(first, "reward") !== undefined &&
    memberOf(first, "task_id") !== undefined,

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const { value } = root;
    const messages = readMessages(root.get("traj")?.items() ?? [], notes);
    const error = memberOf(memberOf(value, "info"), "error");
    if (messages.length === 0) {
      const why = typeof error === "string" ? `: ${error.slice(0, 200)}` : "";
      notes.add("record-empty", `This run has no conversation${why}`, source);
    }
    const task = nameOf(value, "task_id");
    const facts = {
      id: task,
      group: task,
      sample: countOf(value, "trial"),
      reward: rewardOf(value, "reward"),
    };
    return { value: [conversationOf(messages, facts, { record, file })], problems: notes.problems };
  },
};
