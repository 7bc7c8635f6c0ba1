import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { isRecord } from "../../text/json-value.ts";
import type { Body, Message, TokenSequence, Trajectory } from "../../trajectory/trajectory.ts";
import { endsItsTurn, promptOf, trajectoryOf } from "../conversation.ts";
import type { RecordPlace } from "../conversation.ts";
import { countOf, nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { hashText } from "../group.ts";
import { readMessages } from "../messages.ts";
import { withMisfits } from "../misfits.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { joinSequences, readColumns, readIds, readMask } from "../token-columns.ts";
import { readTools } from "../tools.ts";
import { branchesOf } from "./branches.ts";

/**
 * Traces of verifiers v1 and prime-rl (`traces.jsonl`): an episode a line, which holds traces, each a graph of messages.
 * A branch of the graph, from its root to a leaf, is a trajectory. PrimeIntellect-ai/verifiers, verifiers/v1/trace.py.
 */
export const verifiers: Format = {
  id: "verifiers",
  title: "verifiers traces",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "many",

  detect(first) {
    const traces = memberOf(first, "traces");
    if (Array.isArray(traces) && memberOf(first, "task") !== undefined) {
      return traces.length === 0 || memberOf(traces[0], "nodes") !== undefined;
    }
    const node = memberOf(memberOf(first, "nodes"), 0);
    return memberOf(node, "message") !== undefined && memberOf(node, "sampled") !== undefined;
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const traces = root.get("traces")?.items() ?? [root];
    const value: Trajectory[] = [];
    for (const [sample, trace] of traces.entries()) {
      for (const trajectory of readTrace(trace, root, { record, file }, notes)) {
        const part = { part: value.length };
        value.push(trajectory({ ...part, sample: traces.length > 1 ? sample : null }));
      }
    }
    if (value.length === 0) notes.add("record-empty", "This episode holds no messages", source);
    return { value: withMisfits(value, notes), problems: notes.problems };
  },
};

type Numbered = (number: { readonly part: number; readonly sample: number | null }) => Trajectory;

function readTrace(
  trace: JsonNode,
  episode: JsonNode,
  place: RecordPlace,
  notes: Notes,
): readonly Numbered[] {
  const nodes = trace.get("nodes")?.items() ?? [];
  const { branches, leftOut } = branchesOf(nodes.map((node) => countOf(node.value, "parent")));
  if (leftOut > 0) {
    const message = `This trace has ${String(leftOut)} more branches than are read of one: they are left out`;
    notes.add("branches-left-out", message, trace.range);
  }
  const work = memberOf(memberOf(episode.value, "run"), "work");
  const tools = readTools(memberOf(trace.value, "tools"));
  const facts = {
    id: nameOf(trace.value, "id") ?? nameOf(episode.value, "id"),
    step: countOf(work, "step"),
    group: nameOf(memberOf(episode.value, "group"), "id"),
    reward: rewardOfTrace(trace.value),
    tools,
    source: trace.range,
  };
  return branches.map((branch) => {
    const path = branch.flatMap((index) => nodes[index] ?? []);
    const messages = path.flatMap((node) => readNode(node, notes));
    const body = bodyOf(path, messages, notes);
    const hasIds = body.kind === "tokens" || messages.some(endsItsTurn);
    const specialTokens = hasIds ? ("kept" as const) : ("stripped" as const);
    const rest = { ...place, group: hashText(promptOf(messages)), specialTokens };
    return (number) => trajectoryOf(body, { ...facts, ...number }, rest);
  });
}

function readNode(node: JsonNode, notes: Notes): readonly Message[] {
  const message = node.get("message");
  if (!message) return [];
  const sampled = memberOf(node.value, "sampled") === true;
  return readMessages([message], notes).map((each) => ({ ...each, sampled }));
}

/**
 * Ids only where each message that came before something sampled has its own: those of a relayed turn are not there, and
 * the rest is no prompt. Answers after the last turn were never given to the model, so they have none.
 */
function bodyOf(path: readonly JsonNode[], messages: readonly Message[], notes: Notes): Body {
  const end = path.findLastIndex(
    ({ value }) => isTokenized(value) || memberOf(value, "sampled") === true,
  );
  const known = path.slice(0, end + 1);
  const missing = known.find(({ value }) => !isTokenized(value));
  if (missing && known.some(({ value }) => isTokenized(value))) {
    const message =
      "This message has no token ids though others have: those of its branch are not used";
    notes.add("ids-not-usable", message, missing.range);
  }
  const parts = missing ? [] : known.map((node) => sequenceOf(node, notes));
  const sequence = joinSequences(parts.filter((part) => part !== null));
  if (!sequence || parts.includes(null)) return { kind: "messages", messages };
  const [unseen] = path.slice(end + 1);
  if (unseen) {
    const message = "What follows the last turn has no token ids: decoded ids end before it";
    notes.add("ids-end-early", message, unseen.range);
  }
  return { kind: "tokens", sequence, messages };
}

function isTokenized(value: unknown): boolean {
  const ids = memberOf(value, "token_ids");
  return Array.isArray(ids) && ids.length > 0;
}

function sequenceOf(node: JsonNode, notes: Notes): TokenSequence | null {
  const list = node.get("token_ids");
  const ids = readIds(list, "token_ids", notes);
  if (!list || !ids) return null;
  const each = { kind: "each", count: ids.length } as const;
  const isSampled = memberOf(node.value, "sampled") === true;
  const mask =
    readMask(node.get("mask"), "mask", each, notes) ??
    new Uint8Array(ids.length).fill(isSampled ? 1 : 0);
  // Log-probabilities are there for the masked tokens alone; what else is there has an entry a token.
  const compact = readColumns(
    node,
    { logprobs: "log-probability", reference_logprobs: "reference-log-probability" },
    { kind: "masked", mask },
    notes,
  );
  const columns = ["advantages", "loss_weights"].flatMap((key) => {
    const values = memberOf(node.value, key);
    if (!Array.isArray(values)) return [];
    const fit = values.length === ids.length ? each : ({ kind: "masked", mask } as const);
    const name = key === "advantages" ? ("advantage" as const) : ("loss-weight" as const);
    return readColumns(node, { [key]: name }, fit, notes);
  });
  return {
    ids,
    sampled: mask,
    sampledKey: "mask",
    columns: [...compact, ...columns],
    source: list.range,
  };
}

/** Each reward is a score with a weight. */
function rewardOfTrace(trace: unknown): number | null {
  const rewards = memberOf(trace, "rewards");
  if (!isRecord(rewards)) return null;
  let total: number | null = null;
  for (const reward of Object.values(rewards)) {
    const score = isRecord(reward) ? reward["score"] : reward;
    const weight = isRecord(reward) && typeof reward["weight"] === "number" ? reward["weight"] : 1;
    if (typeof score === "number" && Number.isFinite(score)) total = (total ?? 0) + score * weight;
  }
  return total;
}
