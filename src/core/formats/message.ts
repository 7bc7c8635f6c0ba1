import type { ByteRange } from "../text/source-map.ts";
import type { Message, Role } from "../trajectory/trajectory.ts";

/** A message of which only some things are known; what the policy wrote unless its author is another. */
export function messageOf(
  role: Role,
  source: ByteRange,
  known: Partial<Omit<Message, "role" | "source">>,
): Message {
  return {
    role,
    sampled: role === "assistant",
    content: null,
    reasoning: null,
    calls: [],
    toolName: null,
    callId: null,
    source,
    ...known,
  };
}
