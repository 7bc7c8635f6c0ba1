import { isRecord } from "../../text/json-value.ts";
import { memberOf, parseMappedJson, valueOfJson } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message, MessageCall } from "../../trajectory/trajectory.ts";
import { readCall } from "../calls.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";

/** xLAM and APIGen function-calling sets: `{query, answers, tools}`, where answers and tools are JSON text of lists. */
export const xlam: Format = {
  id: "xlam",
  title: "xLAM function calling set",
  containers: ["jsonl", "json-array", "json-document"],
  holds: "one",

  detect: (first) =>
    typeof memberOf(first, "query") === "string" &&
    memberOf(first, "answers") !== undefined &&
    memberOf(first, "tools") !== undefined,

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const query = root.get("query");
    const answers = root.get("answers");
    const messages: Message[] = [];
    const asked = query?.text();
    if (query && asked) {
      messages.push(messageOf("user", query.range, { content: asked }));
    }
    if (answers) {
      const calls = readAnswers(answers, notes);
      // An empty list, or what can't be read as calls, stays the text that the set says the policy should write.
      const content = calls === null || calls.length === 0 ? answers.text() : null;
      messages.push(messageOf("assistant", answers.range, { content, calls: calls ?? [] }));
    }
    if (messages.length === 0) {
      notes.add("record-empty", "This record has neither a query nor answers", source);
      return { value: [], problems: notes.problems };
    }
    const tools = readTools(declared(memberOf(root.value, "tools")));
    const facts = { id: nameOf(root.value, "id"), tools };
    const trajectory = conversationOf(messages, facts, { record, file });
    return { value: [trajectory], problems: notes.problems };
  },
};

/** The calls; null where the answers are a text that is no list of them. */
function readAnswers(answers: JsonNode, notes: Notes): readonly MessageCall[] | null {
  const text = answers.text();
  const list = text ? parseMappedJson(text)?.root : answers;
  if (!list || !Array.isArray(list.value)) return null;
  return list
    .items()
    .map((node) => readCall(node, notes))
    .filter((call) => call !== null);
}

/**
 * The set's `parameters` are arguments by name with types in Python's words (`str, optional`), and no JSON schema: of
 * them only the names are taken.
 */
function declared(tools: unknown): unknown {
  const list = typeof tools === "string" ? valueOfJson(tools) : tools;
  if (!Array.isArray(list)) return list;
  return list.map((tool: unknown) => {
    const parameters = memberOf(tool, "parameters");
    if (!isRecord(tool) || !isRecord(parameters) || parameters["type"] === "object") return tool;
    const properties = Object.fromEntries(Object.keys(parameters).map((name) => [name, {}]));
    return { ...tool, parameters: { type: "object", properties } };
  });
}
