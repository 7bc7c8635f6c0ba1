import { concatMapped } from "../text/source-map.ts";
import type { MappedText } from "../text/source-map.ts";
import type { Message } from "../trajectory/trajectory.ts";

/** One message that was logged in several parts becomes one again, all parts at a time; none of no parts. */
export function joinMessages(parts: readonly Message[]): readonly Message[] {
  const [first, ...more] = parts;
  if (!first || more.length === 0) return parts;
  return [
    {
      ...first,
      content: joined(parts.flatMap(({ content }) => content ?? [])),
      reasoning: joined(parts.flatMap(({ reasoning }) => reasoning ?? [])),
      calls: parts.flatMap(({ calls }) => calls),
      source: {
        startByte: first.source.startByte,
        endByte: parts.reduce((end, { source }) => Math.max(end, source.endByte), 0),
      },
    },
  ];
}

function joined(texts: readonly MappedText[]): MappedText | null {
  return texts.length === 0 ? null : concatMapped(texts);
}
