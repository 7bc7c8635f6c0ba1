import { firstFrom } from "../../tokens/first-from.ts";
import { turnStyleOf } from "../../grammar/turn-style.ts";
import { formOf } from "../../transcript/find-turns.ts";
import type { Turn } from "../../transcript/transcript.ts";
import type { WireForm } from "../../transcript/wire-form.ts";
import type { TrajectoryRuleInput } from "./trajectory-rule.ts";

/** A trainer's mask over a transcript's tokens, and the turns that the text shows. */
export interface LossMask {
  /** The field's own name. */
  readonly key: string;
  /** 1 where the trainer takes the token into the loss. */
  readonly bits: Uint8Array;
  readonly form: WireForm;
  readonly turns: readonly MaskedTurn[];
}

/** A turn as tokens, half-open. */
export interface MaskedTurn {
  readonly turn: Turn;
  /** First token after the header. */
  readonly header: number;
  /** What its author wrote, the policy's own turn end with it. */
  readonly from: number;
  readonly to: number;
}

/**
 * The mask of a file that has ids and says for each whether it counts; null where there is none, where nothing decodes the
 * ids, or where the whole sample was left out of the loss.
 */
export function lossMaskOf(input: TrajectoryRuleInput): LossMask | null {
  const { transcript, family, tokens } = input;
  if (transcript.origin !== "ids") return null;
  const mask = fieldOf(input);
  if (!mask?.bits.includes(1)) return null;
  const form = formOf(transcript.text, "kept", turnStyleOf(family));
  const turns = transcript.turns.map((turn) => {
    const { start, end, bodyStart, bodyEnd } = turn;
    const header = form.nextHeader(transcript.text, start, end);
    return {
      turn,
      header: firstFrom(tokens.start, Math.min(header?.end ?? bodyStart, bodyStart)),
      from: firstFrom(tokens.start, bodyStart),
      to: firstFrom(tokens.start, bodyEnd),
    };
  });
  return { ...mask, form, turns };
}

function fieldOf({
  trajectory: { body },
  transcript,
}: TrajectoryRuleInput): Pick<LossMask, "key" | "bits"> | null {
  const channel = transcript.recorded.find(({ name }) => name === "loss-mask");
  if (channel)
    return {
      key: channel.key ?? channel.name,
      bits: Uint8Array.from(channel.values, (value) => (value > 0 ? 1 : 0)),
    };
  if (body.kind !== "tokens") return null;
  return { key: body.sequence.sampledKey, bits: body.sequence.sampled };
}
