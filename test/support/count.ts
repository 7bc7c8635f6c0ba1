import { analyse } from "../../src/core/analysis/analyse.ts";
import type { Trajectory } from "../../src/core/trajectory/trajectory.ts";
import { messagesOf } from "./rollouts.ts";

/** What a file holds, as the table of formats counts it. `test/fixtures/formats/counts.py` counts the same from outside. */
export interface Counts {
  readonly trajectories: number;
  /** Messages of all roles; of raw text the turns that its markers tell. */
  readonly turns: number;
  readonly toolCalls: number;
  /** Sampled token ids. */
  readonly ids: number;
  /** Log-probabilities of sampled ids. */
  readonly logprobs: number;
}

const nothing: Counts = { trajectories: 0, turns: 0, toolCalls: 0, ids: 0, logprobs: 0 };

export function countAll(trajectories: readonly Trajectory[]): Counts {
  return trajectories.map(count).reduce(sum, nothing);
}

export function sum(left: Counts, right: Counts): Counts {
  return {
    trajectories: left.trajectories + right.trajectories,
    turns: left.turns + right.turns,
    toolCalls: left.toolCalls + right.toolCalls,
    ids: left.ids + right.ids,
    logprobs: left.logprobs + right.logprobs,
  };
}

function count(trajectory: Trajectory): Counts {
  const { body } = trajectory;
  if (body.kind === "wire") return countWire(trajectory);
  const { ids, logprobs } = countTokens(trajectory);
  if (body.kind === "tokens" && body.pieces && body.pieces.length > 0) {
    const raw = countWire({ ...trajectory, body: { kind: "wire", pieces: body.pieces } });
    return { ...raw, ids, logprobs };
  }
  const messages = messagesOf(trajectory);
  const toolCalls = messages.flatMap(({ calls }) => calls).length;
  return { trajectories: 1, turns: messages.length, toolCalls, ids, logprobs };
}

/** Sampled tokens: of generations, of a sequence with a mask, or spelled beside a message. */
function countTokens(trajectory: Trajectory): Pick<Counts, "ids" | "logprobs"> {
  const { body } = trajectory;
  if (body.kind === "ids") {
    const lists = body.generations.map(({ ids, logProbs }) => ({ ids, logProbs }));
    return tokensIn(lists);
  }
  if (body.kind === "tokens") {
    const { ids, sampled, columns } = body.sequence;
    const logProbs = columns.find(({ name }) => name === "log-probability")?.values ?? null;
    return tokensIn([
      {
        ids: ids.filter((_, at) => sampled[at] === 1),
        logProbs: logProbs && logProbs.filter((_, at) => sampled[at] === 1),
      },
    ]);
  }
  const written = messagesOf(trajectory).flatMap((message) => message.written ?? []);
  return tokensIn(
    written.map(({ ids, columns }) => ({
      ids: ids.filter((id) => id >= 0),
      logProbs: columns.find(({ name }) => name === "log-probability")?.values ?? null,
    })),
  );
}

function tokensIn(
  lists: readonly { readonly ids: Int32Array; readonly logProbs: Float32Array | null }[],
): Pick<Counts, "ids" | "logprobs"> {
  const values = lists.flatMap(({ logProbs }) => [...(logProbs ?? [])]);
  return {
    ids: lists.reduce((total, { ids }) => total + ids.length, 0),
    logprobs: values.filter((value) => !Number.isNaN(value)).length,
  };
}

/** Turns and calls of raw text are what its grammar says they are. */
function countWire(trajectory: Trajectory): Counts {
  const context = { tokenizer: null, chatTemplate: null, family: "detect" } as const;
  const { transcript, structures } = analyse(trajectory, context);
  const toolCalls = structures.flatMap(({ calls }) => calls).length;
  return { ...nothing, trajectories: 1, turns: transcript.turns.length, toolCalls };
}
