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
  const messages = messagesOf(trajectory);
  const generations = body.kind === "ids" ? body.generations : [];
  return {
    trajectories: 1,
    turns: messages.length,
    toolCalls: messages.flatMap(({ calls }) => calls).length,
    ids: generations.flatMap(({ ids }) => [...ids]).length,
    logprobs: generations
      .flatMap(({ logProbs }) => [...(logProbs ?? [])])
      .filter((value) => !Number.isNaN(value)).length,
  };
}

/** Turns and calls of raw text are what its grammar says they are. */
function countWire(trajectory: Trajectory): Counts {
  const context = { tokenizer: null, chatTemplate: null, family: "detect" } as const;
  const { transcript, structures } = analyse(trajectory, context);
  const toolCalls = structures.flatMap(({ calls }) => calls).length;
  return { ...nothing, trajectories: 1, turns: transcript.turns.length, toolCalls };
}
