import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { ChannelName } from "../../tokens/channel.ts";
import type { Body, Message } from "../../trajectory/trajectory.ts";
import { conversationOf, promptOf, trajectoryOf } from "../conversation.ts";
import { countOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { hashText } from "../group.ts";
import { readMessages } from "../messages.ts";
import { withMisfits } from "../misfits.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { placesOf, readColumns, readIds, readMask } from "../token-columns.ts";

/**
 * NeMo-RL's `train_data_step<N>.jsonl` and `val_data_step<N>.jsonl`. Each value is a list of one entry, sequences are
 * padded to the longest of their batch. NVIDIA-NeMo/RL, nemo_rl/algorithms/grpo.py and nemo_rl/utils/logger.py.
 */
export const nemoRl: Format = {
  id: "nemo-rl",
  title: "NeMo-RL step data",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect(first) {
    const isTraining =
      memberOf(first, "token_ids") !== undefined &&
      memberOf(first, "generation_logprobs") !== undefined &&
      memberOf(first, "trainer_logprobs") === undefined;
    const isValidation =
      Array.isArray(memberOf(first, "content")) &&
      memberOf(first, "rewards") !== undefined &&
      memberOf(first, "idx") !== undefined;
    return isTraining || isValidation;
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const messages = readLog(root.get("content"), notes);
    const index = countOf(root.value, "idx") ?? countOf({ idx: onlyOf(root.value, "idx") }, "idx");
    const rewards = onlyOf(root.value, "rewards");
    const facts = {
      id: index === null ? null : String(index),
      reward: typeof rewards === "number" ? rewards : null,
    };
    const tokens = readTokens(root, messages, notes);
    if (!tokens && messages.length === 0) {
      notes.add("record-empty", "This record has neither token ids nor messages", source);
      return { value: [], problems: notes.problems };
    }
    const group = messages.length > 0 ? hashText(promptOf(messages)) : null;
    const trajectory = tokens
      ? trajectoryOf(tokens, facts, { record, file, group, specialTokens: "kept" })
      : conversationOf(messages, facts, { record, file });
    return { value: withMisfits([trajectory], notes), problems: notes.problems };
  },
};

function readTokens(root: JsonNode, messages: readonly Message[], notes: Notes): Body | null {
  const list = single(root.get("token_ids"));
  const padded = readIds(list, "token_ids", notes);
  if (!list || !padded || padded.length === 0) return null;
  const length = countOf({ length: onlyOf(root.value, "input_lengths") }, "length") ?? 0;
  const count = length > 0 && length <= padded.length ? length : padded.length;
  const fit = { kind: "padded", count } as const;
  const ids = padded.slice(0, count);
  const mask = readMask(single(root.get("token_loss_mask")), "token_loss_mask", fit, notes);
  const lists = new Map(Object.keys(columns).map((key) => [key, single(root.get(key))]));
  const unwrapped = { get: (key: string | number) => lists.get(String(key)) ?? null };
  return {
    kind: "tokens",
    sequence: {
      ids,
      sampled: mask ?? new Uint8Array(count),
      sampledKey: "token_loss_mask",
      columns: readColumns(unwrapped, columns, fit, notes),
      places: placesOf(list, count),
      source: list.range,
    },
    messages,
  };
}

// Prompt and padding have a log-probability of 0 here, which says nothing of them: the mask does.
const columns: Readonly<Record<string, ChannelName>> = {
  generation_logprobs: "log-probability",
  prev_logprobs: "previous-log-probability",
  advantages: "advantage",
};

/** A list's only entry where that is a list itself; else the list. A single number is no column. */
function single(node: JsonNode | null): JsonNode | null {
  const list = node?.value;
  if (!node || !Array.isArray(list)) return null;
  if (list.length !== 1) return node;
  return Array.isArray(list[0]) ? node.get(0) : null;
}

function onlyOf(value: unknown, key: string): unknown {
  const list = memberOf(value, key);
  return Array.isArray(list) && list.length === 1 ? (list[0] as unknown) : list;
}

/** The log of messages: a list of them, or a list that holds that list alone. Texts without a role say nothing of who spoke. */
function readLog(content: JsonNode | null, notes: Notes): readonly Message[] {
  const [first] = content?.items() ?? [];
  const list = first && Array.isArray(first.value) ? first : content;
  const nodes = (list?.items() ?? []).filter(
    (node) => typeof memberOf(node.value, "role") === "string",
  );
  return readMessages(nodes, notes);
}
