import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Generation, Message, Trajectory } from "../../trajectory/trajectory.ts";
import { recordedOf } from "../conversation.ts";
import type { RecordPlace } from "../conversation.ts";
import { nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import { withMisfits } from "../misfits.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readColumn, readIds } from "../token-columns.ts";

/**
 * rLLM's episodes (`episodes/episode_*.json`, `train_step_<N>_epoch_<E>/episode_*.json`): an episode holds a trajectory an
 * agent, a trajectory steps, a step one call of the model. rllm-org/rllm, rllm/types.py.
 */
export const rllm: Format = {
  id: "rllm",
  title: "rLLM episodes",
  containers: ["json-document", "jsonl", "json-array"],
  holds: "many",

  detect: (first) =>
    Array.isArray(memberOf(first, "trajectories")) && memberOf(first, "is_correct") !== undefined,

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const nodes = root.get("trajectories")?.items() ?? [];
    const value = nodes.flatMap((node, part) => {
      const read = readTrajectory(node, root, part, { record, file }, notes);
      return read ? [read] : [];
    });
    if (value.length === 0) notes.add("record-empty", "This episode has no steps", source);
    return { value: withMisfits(value, notes), problems: notes.problems };
  },
};

function readTrajectory(
  node: JsonNode,
  episode: JsonNode,
  part: number,
  place: RecordPlace,
  notes: Notes,
): Trajectory | null {
  const steps = node.get("steps")?.items() ?? [];
  const messages = readSteps(steps, notes);
  if (messages.length === 0) return null;
  // `<task>:<rollout>`
  const [, task, rollout] = /^(.*):(\d+)$/.exec(nameOf(episode.value, "id") ?? "") ?? [];
  const facts = {
    id: nameOf(node.value, "uid") ?? nameOf(episode.value, "id"),
    part,
    group: task ?? null,
    sample: rollout === undefined ? null : Number(rollout),
    reward: rewardOf(node.value, "reward") ?? rewardOf(episode.value, "is_correct"),
    source: node.range,
  };
  const generations = readGenerations(steps, messages, notes);
  return recordedOf(messages, generations, facts, place);
}

/** Each step repeats the conversation before it, so the last one with messages has all; else what each step saw and said. */
function readSteps(steps: readonly JsonNode[], notes: Notes): readonly Message[] {
  const last = steps.findLast((step) => {
    const messages = memberOf(step.value, "chat_completions");
    return Array.isArray(messages) && messages.length > 0;
  });
  const list = last?.get("chat_completions")?.items();
  if (list) return readMessages(list, notes);
  return steps.flatMap((step) => {
    const seen = step.get("observation");
    const said = step.get("model_response");
    const shown = seen?.text();
    const written = said?.text();
    return [
      ...(seen && shown ? [messageOf("user", seen.range, { content: shown })] : []),
      ...(said && written ? [messageOf("assistant", said.range, { content: written })] : []),
    ];
  });
}

function readGenerations(
  steps: readonly JsonNode[],
  messages: readonly Message[],
  notes: Notes,
): readonly Generation[] {
  const sampled = messages.flatMap((message, index) => (message.sampled ? [index] : []));
  return steps.flatMap((step, number) => {
    const ids = readIds(step.get("response_ids"), "response_ids", notes);
    const promptIds = readIds(step.get("prompt_ids"), "prompt_ids", notes);
    // Few-shot turns in the prompt come before those that the steps wrote.
    const message = sampled[sampled.length - steps.length + number];
    if (!ids || !promptIds || ids.length === 0 || message === undefined) return [];
    const spec = { name: "log-probability", key: "logprobs" } as const;
    const fit = { kind: "each", count: ids.length } as const;
    const column = readColumn(step.get("logprobs"), spec, fit, notes);
    const columns = column ? [column] : [];
    const logProbs = column?.values ?? null;
    return [{ promptIds, ids, logProbs, columns, message, source: step.range }];
  });
}
