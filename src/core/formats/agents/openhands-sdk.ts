import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { concatMapped } from "../../text/source-map.ts";
import type { MappedText } from "../../text/source-map.ts";
import type { Generation, Message, MessageCall, Tools } from "../../trajectory/trajectory.ts";
import { readCall } from "../calls.ts";
import { readContent } from "../content.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { parseLines } from "../lines.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import { startNotes } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readIds } from "../token-columns.ts";
import { readTools } from "../tools.ts";
import { withGenerations } from "./dialogue.ts";

/**
 * Events of one conversation of the OpenHands SDK, one a line (`openhands/sdk/event`). A turn's calls are an event each,
 * told together by the id of their response; a `TokenEvent` has the exact ids of the turn before it.
 */
export const openHandsSdk: Format = {
  id: "openhands-sdk",
  title: "OpenHands SDK events",
  containers: ["jsonl"],
  holds: "file",

  detect(first) {
    const kind = memberOf(first, "kind");
    return (
      typeof kind === "string" &&
      /Event$|Observation$/.test(kind) &&
      typeof memberOf(first, "source") === "string"
    );
  },

  read(record, file) {
    const notes = startNotes(record);
    const session = startSession(notes);
    for (const node of parseLines(record, notes)) session.take(node);
    const { messages, generations, tools } = session.finish();
    const source = { startByte: record.startByte, endByte: record.startByte + record.bytes.length };
    if (messages.length === 0) {
      notes.add("record-empty", "These events hold no turn of the conversation yet", source);
    }
    const conversation = conversationOf(messages, { tools }, { record, file });
    return {
      value: messages.length === 0 ? [] : [withGenerations(conversation, generations, notes)],
      problems: notes.problems,
    };
  },
};

interface Session {
  take(event: JsonNode): void;
  finish(): {
    readonly messages: readonly Message[];
    readonly generations: readonly Generation[];
    readonly tools: Tools;
  };
}

function startSession(notes: Notes): Session {
  const messages: Message[] = [];
  const generations: Generation[] = [];
  /** The calls of the message that a response of the model became; more of them may come. */
  const byResponse = new Map<string, MessageCall[]>();
  let lastSampled = -1;
  let tools: Tools = { kind: "unknown" };

  /** A turn, or one more call of a turn that is there. */
  function takeTurn(event: JsonNode, turn: Message): void {
    const id = nameOf(event.value, "llm_response_id");
    const known = id === null ? undefined : byResponse.get(id);
    if (known) {
      known.push(...turn.calls);
      return;
    }
    const calls = [...turn.calls];
    if (id !== null) byResponse.set(id, calls);
    if (turn.sampled) lastSampled = messages.length;
    messages.push({ ...turn, calls });
  }

  function takeTokens(event: JsonNode): void {
    const message = lastSampled;
    const ids = readIds(event.get("response_token_ids"), "response_token_ids", notes);
    const promptIds = readIds(event.get("prompt_token_ids"), "prompt_token_ids", notes);
    if (message < 0 || !ids || ids.length === 0 || !promptIds) return;
    generations.push({ promptIds, ids, logProbs: null, message, source: event.range });
  }

  return {
    take(event) {
      const kind = nameOf(event.value, "kind");
      if (kind === "SystemPromptEvent") {
        tools = readTools(memberOf(event.value, "tools"));
        const said = [event.get("system_prompt"), event.get("dynamic_context")];
        const texts = said.flatMap((part) => part?.text() ?? part?.get("text")?.text() ?? []);
        messages.push(messageOf("system", event.range, { content: joined(texts) }));
      } else if (kind === "ActionEvent") takeTurn(event, readAction(event, notes));
      else if (kind === "MessageEvent") {
        const message = readMessages([event.get("llm_message") ?? event], notes)[0];
        // What a skill added to the user's words was sent with them.
        const added = readContent(event.get("extended_content"), notes).text;
        const content = joined(
          [message?.content, added].filter((text) => text !== null && text !== undefined),
        );
        if (message) takeTurn(event, withoutEcho({ ...message, content }));
      } else if (kind === "TokenEvent") takeTokens(event);
      else messages.push(...readResult(event, notes));
    },
    finish: () => ({ messages, generations, tools }),
  };
}

function readAction(event: JsonNode, notes: Notes): Message {
  const call = event.get("tool_call");
  const read = call && call.value !== null ? readCall(call, notes) : null;
  const apart = event.get("reasoning_content")?.text();
  const { text, reasoning } = readContent(event.get("thought"), notes);
  return withoutEcho(
    messageOf("assistant", event.range, {
      content: text,
      reasoning: apart && apart.text !== "" ? apart : (reasoning ?? thinkingIn(event)),
      calls: read ? [read] : [],
    }),
  );
}

function thinkingIn(event: JsonNode): MappedText | null {
  const blocks = event.get("thinking_blocks")?.items() ?? [];
  const texts = blocks.flatMap((block) => block.get("thinking")?.text() ?? []);
  return joined(texts);
}

function joined(texts: readonly MappedText[]): MappedText | null {
  return texts.length > 0 ? concatMapped(texts) : null;
}

/** Thinking that stands in the content as the model wrote it is not told again beside it. */
function withoutEcho(message: Message): Message {
  const { content, reasoning } = message;
  const isTold = reasoning !== null && content?.text.includes(reasoning.text.trim()) === true;
  return isTold ? { ...message, reasoning: null } : message;
}

/** What came back for a call: an observation, an error of the agent, or the user's refusal. */
function readResult(event: JsonNode, notes: Notes): readonly Message[] {
  const callId = nameOf(event.value, "tool_call_id");
  if (callId === null) return [];
  const seen = event.get("observation");
  const places = [
    seen?.get("content"),
    seen?.get("output"),
    event.get("error"),
    event.get("rejection_reason"),
  ];
  const found = places.find((node) => node !== null && node !== undefined && node.value !== null);
  const content = readContent(found ?? null, notes).text;
  const toolName = nameOf(event.value, "tool_name");
  return [messageOf("tool", event.range, { content, callId, toolName })];
}
