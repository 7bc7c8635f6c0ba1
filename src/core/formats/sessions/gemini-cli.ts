import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { concatMapped, templateText } from "../../text/source-map.ts";
import type { MappedText } from "../../text/source-map.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { readCall } from "../calls.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import type { Notes } from "../notes.ts";
import { openEvents } from "./events.ts";

/**
 * Sessions of Gemini CLI (`~/.gemini/tmp/<project>/chats/session-*.json`, now `.jsonl`): one object with messages, or a
 * line of metadata and a message a line, with lines that go back. google-gemini/gemini-cli, chatRecordingTypes.ts.
 */
export const geminiCli: Format = {
  id: "gemini-cli",
  title: "Gemini CLI session",
  containers: ["json-document", "jsonl"],
  holds: "file",

  detect: (first) =>
    memberOf(first, "projectHash") !== undefined && memberOf(first, "sessionId") !== undefined,

  read(record, file) {
    const { events, root, notes } = openEvents(record, "messages");
    const head = root ?? events[0] ?? null;
    const listed = head?.get("messages")?.items() ?? [];
    const nodes = root ? events : kept([...listed, ...events]);
    const messages = nodes.flatMap((node) => readEntry(node, notes));
    if (messages.length === 0) {
      if (notes.problems.length === 0) {
        const { startByte, bytes } = record;
        const source = { startByte, endByte: startByte + bytes.length };
        notes.add(
          "record-empty",
          "This session holds no messages of the user or the model",
          source,
        );
      }
      return { value: [], problems: notes.problems };
    }
    const id = nameOf(head?.value, "sessionId");
    return {
      value: [conversationOf(messages, { id, group: id }, { record, file })],
      problems: notes.problems,
    };
  },
};

/** The messages left: `{"$rewindTo": id}` takes back a message and all after it, a later line replaces one of its id. */
function kept(nodes: readonly JsonNode[]): readonly JsonNode[] {
  const left: JsonNode[] = [];
  const places = new Map<string, number>();
  for (const node of nodes) {
    const back = places.get(nameOf(node.value, "$rewindTo") ?? "");
    if (back !== undefined) {
      for (const gone of left.splice(back)) places.delete(nameOf(gone.value, "id") ?? "");
    } else if (memberOf(node.value, "type") !== undefined) {
      const id = nameOf(node.value, "id");
      const known = id === null ? undefined : places.get(id);
      if (known !== undefined) left[known] = node;
      else {
        if (id !== null) places.set(id, left.length);
        left.push(node);
      }
    }
  }
  return left;
}

/** Information, errors and warnings are the harness's own. */
function readEntry(node: JsonNode, notes: Notes): readonly Message[] {
  const type = memberOf(node.value, "type");
  if (type !== "user" && type !== "gemini") return [];
  const content = readParts(node.get("content"), notes);
  if (type === "user") return [messageOf("user", node.range, { content })];
  const nodes = node.get("toolCalls")?.items() ?? [];
  const said = messageOf("assistant", node.range, {
    content,
    reasoning: thoughtsOf(node),
    calls: nodes.flatMap((call) => readCall(call, notes) ?? []),
  });
  return [said, ...nodes.flatMap((call) => readAnswer(call, notes))];
}

/** The result is a list of parts, of which `functionResponse` holds what the tool gave. */
function readAnswer(call: JsonNode, notes: Notes): readonly Message[] {
  const result = call.get("result");
  if (!result || result.value === null) return [];
  return [
    messageOf("tool", result.range, {
      content: readParts(result, notes),
      toolName: nameOf(call.value, "name"),
      callId: nameOf(call.value, "id"),
    }),
  ];
}

function readParts(node: JsonNode | null, notes: Notes): MappedText | null {
  const text = node?.text();
  if (text) return text;
  if (!node || node.value === null) return null;
  const texts = (Array.isArray(node.value) ? node.items() : [node]).flatMap((part) => {
    const response = part.get("functionResponse")?.get("response");
    const output = response?.get("output")?.text() ?? response?.get("error")?.text();
    const found = part.text() ?? part.get("text")?.text() ?? output;
    if (!found)
      notes.add("content-part-skipped", "A content part holds no text: left out", part.range);
    return found ?? [];
  });
  return texts.length === 0 ? null : concatMapped(texts);
}

/** Thoughts are summaries: a subject and a description each. */
function thoughtsOf(node: JsonNode): MappedText | null {
  const texts = (node.get("thoughts")?.items() ?? []).flatMap((thought, index) => {
    const parts = [thought.get("subject")?.text(), thought.get("description")?.text()];
    const known = parts.filter((text) => text !== null && text !== undefined);
    const { startByte } = thought.range;
    return known.flatMap((text, at) =>
      index + at === 0 ? [text] : [templateText("\n", startByte), text],
    );
  });
  return texts.length === 0 ? null : concatMapped(texts);
}
