import { memberOf } from "../../text/json.ts";
import type { ChannelName } from "../../tokens/channel.ts";
import { trajectoryOf } from "../conversation.ts";
import { countOf, nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { withMisfits } from "../misfits.ts";
import { openRecord } from "../notes.ts";
import { placesOf, readColumns, readIds, readMask } from "../token-columns.ts";

/**
 * prime-rl's token export (`token_exports/step_<N>/rank_<R>.jsonl`): a sequence a line, ids without any text, and all
 * that the trainer knew of each token. PrimeIntellect-ai/prime-rl, trainer/rl/token_export.py.
 */
export const primeRlTokens: Format = {
  id: "prime-rl-tokens",
  title: "prime-rl token export",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect: (first) =>
    memberOf(first, "token_ids") !== undefined &&
    memberOf(first, "inference_logprobs") !== undefined &&
    memberOf(first, "trainer_logprobs") !== undefined,

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const list = root.get("token_ids");
    const ids = readIds(list, "token_ids", notes);
    if (!list || !ids || ids.length === 0) {
      notes.add("record-empty", 'This record has no "token_ids"', source);
      return { value: [], problems: notes.problems };
    }
    const fit = { kind: "each", count: ids.length } as const;
    const mask = readMask(root.get("loss_mask"), "loss_mask", fit, notes);
    const body = {
      kind: "tokens" as const,
      sequence: {
        ids,
        sampled: mask ?? new Uint8Array(ids.length),
        sampledKey: "loss_mask",
        columns: readColumns(root, columns, fit, notes),
        places: placesOf(list, ids.length),
        source,
      },
      messages: [],
    };
    const number = countOf(root.value, "export_sequence_idx", "micro_sequence_idx");
    const environment = nameOf(root.value, "env_name");
    const facts = {
      id: number === null ? environment : `${environment ?? "sequence"} ${String(number)}`,
      step: countOf(root.value, "step"),
    };
    const rest = { record, file, group: null, specialTokens: "kept" as const };
    return {
      value: withMisfits([trajectoryOf(body, facts, rest)], notes),
      problems: notes.problems,
    };
  },
};

const columns: Readonly<Record<string, ChannelName>> = {
  inference_logprobs: "log-probability",
  trainer_logprobs: "trainer-log-probability",
  entropy: "entropy",
  advantages: "advantage",
  mismatch_kl: "mismatch-kl",
  importance_ratio: "importance-ratio",
  log_importance_ratio: "log-importance-ratio",
  prob_delta: "probability-difference",
  is_masked: "masked-out",
  is_masked_high: "masked-out",
  is_masked_low: "masked-out",
  rl_weights: "loss-weight",
  ce_weights: "loss-weight",
  ref_kl_weights: "loss-weight",
};
