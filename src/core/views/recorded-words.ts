import { unreachable } from "../result.ts";
import type { Channel, ChannelName } from "../tokens/channel.ts";

/** How a recorded number is shown: a logarithm as the probability it is of, the rest as it stands. */
export type RecordedUnit = "probability" | "nats" | "number" | "flag";

/** A recorded channel in words. */
export interface ChannelWords {
  /** `P(sampled token)`, `entropy`. */
  readonly name: string;
  readonly by: "rollout engine" | "trainer";
  /** The field's own name in the file; null where it is not known. */
  readonly key: string | null;
  readonly unit: RecordedUnit;
}

export function channelWords({ name, key, origin }: Channel): ChannelWords {
  const isTrainer = origin.kind === "recorded" && origin.by === "trainer";
  return {
    name: names[name],
    by: isTrainer ? "trainer" : "rollout engine",
    key: key ?? null,
    unit: unitOf(name),
  };
}

/** The channel that says how likely the sampled token was, the engine's before the trainer's; null where none does. */
export function probabilityChannel(recorded: readonly Channel[]): Channel | null {
  return recorded.find(({ name }) => unitOf(name) === "probability") ?? null;
}

/** The number as it is shown; NaN stays. */
export function shownValue({ name }: Channel, value: number): number {
  return unitOf(name) === "probability" ? Math.exp(value) : value;
}

/** Where a channel says nothing: what is far from it is news. */
export function neutralValue(name: ChannelName): number {
  switch (name) {
    case "log-probability":
    case "trainer-log-probability":
    case "reference-log-probability":
    case "previous-log-probability":
    case "importance-ratio":
    case "loss-weight":
    case "loss-mask":
      return 1;
    case "entropy":
    case "advantage":
    case "log-importance-ratio":
    case "mismatch-kl":
    case "probability-difference":
    case "masked-out":
      return 0;
    default:
      return unreachable(name);
  }
}

function unitOf(name: ChannelName): RecordedUnit {
  if (name.endsWith("log-probability")) return "probability";
  if (name === "entropy" || name === "mismatch-kl") return "nats";
  return name === "loss-mask" || name === "masked-out" ? "flag" : "number";
}

const names: Readonly<Record<ChannelName, string>> = {
  "log-probability": "P(sampled token)",
  "trainer-log-probability": "P(sampled token) by the trainer",
  "reference-log-probability": "P(sampled token) by the reference",
  "previous-log-probability": "P(sampled token) before the update",
  entropy: "entropy",
  advantage: "advantage",
  "importance-ratio": "importance ratio",
  "log-importance-ratio": "log of the importance ratio",
  "mismatch-kl": "mismatch KL",
  "probability-difference": "probability difference",
  "loss-mask": "loss mask",
  "loss-weight": "loss weight",
  "masked-out": "masked out",
};
