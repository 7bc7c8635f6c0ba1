import type { Message } from "../../trajectory/trajectory.ts";

/** An answer with the name of its tool, where only the call that it is for names it. */
export function toolNamed(message: Message, before: readonly Message[]): Message {
  const { role, callId, toolName } = message;
  if (role !== "tool" || callId === null || toolName !== null) return message;
  const asked = before.findLast(({ calls }) => calls.some(({ id }) => id === callId));
  const call = asked?.calls.find(({ id }) => id === callId);
  return { ...message, toolName: call?.name.text ?? null };
}
