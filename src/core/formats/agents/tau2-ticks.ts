import type { JsonNode } from "../../text/json.ts";
import { concatMapped } from "../../text/source-map.ts";
import type { MappedText } from "../../text/source-map.ts";
import type { Message, MessageCall } from "../../trajectory/trajectory.ts";
import { readCall } from "../calls.ts";
import { nameOf } from "../fields.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import type { Notes } from "../notes.ts";
import { startToolNames } from "./tool-names.ts";

/**
 * A spoken simulation of tau2-bench, in which both sides may talk at once: what one says in ticks that follow one another
 * is one turn, until the other speaks or a tool answers. Audio is left out, as everywhere; its words are in the chunks.
 */
export function readTicks(ticks: readonly JsonNode[], notes: Notes): readonly Message[] {
  const messages: Message[] = [];
  const named = startToolNames();
  let open: OpenTurn | null = null;

  function close(): void {
    if (!open) return;
    const { role, texts, calls, startByte, endByte } = open;
    const content = texts.length > 0 ? concatMapped(texts) : null;
    messages.push(named(messageOf(role, { startByte, endByte }, { content, calls })));
    open = null;
  }

  function speak(tick: JsonNode, role: OpenTurn["role"], side: "agent" | "user"): void {
    const text = tick.get(`${side}_chunk`)?.get("content")?.text() ?? null;
    const calls = (tick.get(`${side}_tool_calls`)?.items() ?? []).flatMap(
      (call) => readCall(call, notes) ?? [],
    );
    if (!text?.text && calls.length === 0) return;
    if (open?.role !== role) close();
    const { startByte, endByte } = tick.range;
    open ??= { role, texts: [], calls: [], startByte, endByte };
    if (text?.text) open.texts.push(text);
    for (const call of calls) open.calls.push(call);
    open.endByte = endByte;
  }

  function answer(tick: JsonNode, side: "agent" | "user"): void {
    const results = tick.get(`${side}_tool_results`)?.items() ?? [];
    if (results.length === 0) return;
    close();
    for (const result of results) {
      const message = readMessages([result], notes)[0];
      if (!message) continue;
      const callId = message.callId ?? nameOf(result.value, "id");
      messages.push(named({ ...message, callId }));
    }
  }

  for (const tick of ticks) {
    speak(tick, "assistant", "agent");
    answer(tick, "agent");
    speak(tick, "user", "user");
    answer(tick, "user");
  }
  close();
  return messages;
}

interface OpenTurn {
  readonly role: "assistant" | "user";
  readonly texts: MappedText[];
  readonly calls: MessageCall[];
  readonly startByte: number;
  endByte: number;
}
