import type { Generation, Trajectory } from "../../trajectory/trajectory.ts";
import type { Notes } from "../notes.ts";

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
