import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Body, WirePiece } from "../../trajectory/trajectory.ts";
import { dumpOf, trajectoryOf } from "../conversation.ts";
import type { RecordPlace } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { hashText } from "../group.ts";
import { withMisfits } from "../misfits.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { placesOf, readColumns, readIds, readMask } from "../token-columns.ts";
import type { Trajectory } from "../../trajectory/trajectory.ts";

/**
 * Samples of slime and miles (`--save-debug-rollout-data`), written as JSON by the converter that docs/formats.md names:
 * a `.pt` file is a pickle and runs code when it is opened. THUDM/slime, slime/utils/types.py.
 */
export const slime: Format = {
  id: "slime",
  title: "slime rollout data",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "many",

  detect(first) {
    const samples = memberOf(first, "samples");
    const sample: unknown = Array.isArray(samples) ? samples[0] : first;
    return (
      Array.isArray(memberOf(sample, "tokens")) &&
      memberOf(sample, "response_length") !== undefined &&
      memberOf(sample, "response") !== undefined
    );
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const samples = root.get("samples");
    const step = countOf(root.value, "rollout_id");
    const nodes = samples ? samples.items() : [root];
    const value = nodes.flatMap((node, index) => {
      const part = samples ? { part: index } : {};
      const read = readSample(node, { ...part, step }, { record, file }, notes);
      return read ? [read] : [];
    });
    if (value.length === 0) notes.add("record-empty", "This record holds no sample", source);
    return { value: withMisfits(value, notes), problems: notes.problems };
  },
};

function readSample(
  node: JsonNode,
  known: { readonly part?: number; readonly step: number | null },
  place: RecordPlace,
  notes: Notes,
): Trajectory | null {
  const { value } = node;
  const prompt = node.get("prompt")?.text();
  const response = node.get("response")?.text();
  const pieces: WirePiece[] = [];
  if (prompt) pieces.push({ text: prompt, author: "environment" });
  if (response) pieces.push({ text: response, author: "mixed" });
  const facts = {
    ...known,
    step: known.step ?? countOf(value, "rollout_id"),
    id: nameOf(value, "index"),
    group: nameOf(value, "group_index"),
    reward: rewardOf(value, "reward") ?? rewardOf(memberOf(value, "reward"), "score", "reward"),
    source: node.range,
  };
  const body = readTokens(node, pieces, notes);
  if (!body) return pieces.length === 0 ? null : dumpOf(pieces, facts, place);
  const group = prompt ? hashText(prompt.text) : null;
  return trajectoryOf(body, facts, { ...place, group, specialTokens: "kept" });
}

/** Mask and log-probabilities lie over the response, which is the end of the ids. */
function readTokens(node: JsonNode, pieces: readonly WirePiece[], notes: Notes): Body | null {
  const list = node.get("tokens");
  const ids = readIds(list, "tokens", notes);
  const tail = countOf(node.value, "response_length");
  if (!list || !ids || ids.length === 0 || tail === null || tail > ids.length) return null;
  const fit = { kind: "tail", count: ids.length, tail } as const;
  const mask = readMask(node.get("loss_mask"), "loss_mask", fit, notes);
  return {
    kind: "tokens",
    sequence: {
      ids,
      // Without a mask all of the response is the policy's.
      sampled: mask ?? new Uint8Array(ids.length).fill(1, ids.length - tail),
      sampledKey: mask ? "loss_mask" : "response_length",
      columns: readColumns(node, { rollout_log_probs: "log-probability" }, fit, notes),
      places: placesOf(list, ids.length),
      source: node.range,
    },
    messages: [],
    ...(pieces.length > 0 ? { pieces } : {}),
  };
}
