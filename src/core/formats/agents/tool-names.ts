import type { Message } from "../../trajectory/trajectory.ts";

/**
 * Gives answers the names of their tools, where only the call that they are for names it. Messages are to be passed in
 * order; each comes back as it is, or named.
 */
export function startToolNames(): (message: Message) => Message {
  const names = new Map<string, string>();
  return (message) => {
    for (const { id, name } of message.calls) if (id !== null) names.set(id, name.text);
    const { role, callId, toolName } = message;
    if (role !== "tool" || callId === null || toolName !== null) return message;
    return { ...message, toolName: names.get(callId) ?? null };
  };
}
