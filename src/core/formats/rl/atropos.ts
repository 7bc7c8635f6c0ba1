import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { conversationOf, promptOf, trajectoryOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { hashText } from "../group.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readColumns, readIds, readMask } from "../token-columns.ts";

/**
 * Atropos' saved groups (`data_path_to_save_groups`): a group of rollouts a line, each column a list by rollout; -100 in
 * a mask is what is not trained on. NousResearch/atropos, atroposlib/envs/base.py.
 */
export const atropos: Format = {
  id: "atropos",
  title: "Atropos groups",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "many",

  detect(first) {
    const tokens = memberOf(first, "tokens");
    const isNested = Array.isArray(tokens) && Array.isArray(tokens[0]);
    return isNested && Array.isArray(memberOf(first, "scores"));
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const rollouts = root.get("tokens")?.items() ?? [];
    const lists = new Map(listed.map((key) => [key, root.get(key)?.items() ?? []]));
    const partOf = (key: string, part: number): JsonNode | null => lists.get(key)?.[part] ?? null;
    const group =
      nameOf(root.value, "group_id", "item_id", "id") ??
      (groupPrompt(partOf("messages", 0), notes) || `group ${String(record.index + 1)}`);
    const value = rollouts.flatMap((tokens, part) => {
      const messages = readMessages(partOf("messages", part)?.items() ?? [], notes);
      const score = memberOf(memberOf(root.value, "scores"), part);
      const facts = {
        part,
        group,
        sample: part,
        reward: typeof score === "number" && Number.isFinite(score) ? score : null,
        source: tokens.range,
      };
      const ids = readIds(tokens, "tokens", notes);
      if (!ids || ids.length === 0) {
        return messages.length === 0 ? [] : [conversationOf(messages, facts, { record, file })];
      }
      const fit = { kind: "each", count: ids.length } as const;
      const before = notes.misfits.length;
      const mask = readMask(partOf("masks", part), "masks", fit, notes);
      const sequence = {
        ids,
        sampled: mask ?? new Uint8Array(ids.length),
        sampledKey: "masks",
        columns: readColumns(
          { get: (key) => listOnly(partOf(String(key), part)) },
          columns,
          fit,
          notes,
        ),
        source: tokens.range,
      };
      const body = { kind: "tokens" as const, sequence, messages };
      const rest = { record, file, group, specialTokens: "kept" as const };
      // The lists of a rollout stand all over the group, so no range tells whose they are.
      const misfits = notes.misfits.slice(before).map(({ misfit }) => misfit);
      const read = trajectoryOf(body, facts, rest);
      return [misfits.length === 0 ? read : { ...read, misfits }];
    });
    if (value.length === 0) notes.add("record-empty", "This group holds no rollout", source);
    return { value, problems: notes.problems };
  },
};

const columns = {
  inference_logprobs: "log-probability",
  ref_logprobs: "reference-log-probability",
  advantages: "advantage",
} as const;

const listed = ["messages", "masks", ...Object.keys(columns)];

/** A column that has one number a rollout is none of tokens. */
function listOnly(node: JsonNode | null): JsonNode | null {
  return node && Array.isArray(node.value) ? node : null;
}

function groupPrompt(messages: JsonNode | null, notes: Notes): string {
  const first = readMessages(messages?.items() ?? [], notes);
  return first.length === 0 ? "" : hashText(promptOf(first));
}
