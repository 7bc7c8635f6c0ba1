import type { Channel } from "../tokens/channel.ts";
import type { RecordedColumn } from "../trajectory/trajectory.ts";

/**
 * What the file recorded, as channels of the transcript's tokens. The engine's log-probabilities come first, since cards and
 * findings that have room for one take those.
 */
export function recordedChannels(columns: readonly RecordedColumn[]): readonly Channel[] {
  const channels = columns.map(({ name, key, by, values }): Channel => ({
    name,
    key,
    origin: { kind: "recorded", by },
    values,
  }));
  return channels.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ name }: Channel): number {
  if (name === "log-probability") return 0;
  return name.endsWith("log-probability") ? 1 : 2;
}
