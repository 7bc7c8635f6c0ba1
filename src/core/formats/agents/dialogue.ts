import type { Generation, Message, Trajectory } from "../../trajectory/trajectory.ts";
import type { Notes } from "../notes.ts";
import type { Reply } from "../reply.ts";
import { startToolNames } from "./tool-names.ts";

/** Messages in order, and the token ids of those that have them. */
export interface Dialogue {
  readonly messages: readonly Message[];
  readonly generations: readonly Generation[];
  /** The assistant's last message. */
  readonly lastTurn: Message | null;
  add(message: Message, generation?: Reply["generation"]): void;
}

export function startDialogue(): Dialogue {
  const messages: Message[] = [];
  const generations: Generation[] = [];
  const named = startToolNames();
  let lastTurn: Message | null = null;
  return {
    messages,
    generations,
    get lastTurn() {
      return lastTurn;
    },
    add(message, generation = null) {
      if (generation) generations.push({ ...generation, message: messages.length });
      messages.push(named(message));
      if (message.role === "assistant") lastTurn = message;
    },
  };
}

/**
 * The trajectory with the token ids of its turns, where every turn of the policy has them: ids of some turns can't be
 * shown beside the text of others, so the messages are shown and a problem says that ids were there.
 */
export function withGenerations(
  trajectory: Trajectory,
  generations: readonly Generation[],
  notes: Notes,
): Trajectory {
  const { body } = trajectory;
  const [first] = generations;
  if (!first || body.kind !== "messages") return trajectory;
  const { messages } = body;
  const sampled = messages.filter((message) => message.sampled).length;
  if (generations.length < sampled) {
    const message = `Only ${String(generations.length)} of ${String(sampled)} turns have prompt and sampled token ids: the text is shown, the ids are not`;
    notes.add("ids-of-some-turns", message, first.source);
    return trajectory;
  }
  return { ...trajectory, specialTokens: "kept", body: { kind: "ids", generations, messages } };
}
