import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Body, WirePiece } from "../../trajectory/trajectory.ts";
import { conversationOf, dumpOf, endsItsTurn } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";
import { keysOfPath, valueAtPath } from "./mapping.ts";
import type { Mapping } from "./mapping.ts";

/** The format that a mapping makes of a file that no other format knows. */
export function mappedFormat(mapping: Mapping): Format {
  return {
    id: "mapped",
    title: "Mapped fields",
    containers: ["jsonl", "json-array", "json-document"],
    holds: "one",
    detect: (first) =>
      [mapping.messages, mapping.completion].some(
        (path) => path !== undefined && valueAtPath(first, path) !== undefined,
      ),
    read(record, file) {
      const { root, source, notes } = openRecord(record);
      if (!root) return { value: [], problems: notes.problems };
      const body = readBody(root, mapping, notes);
      if (!body) {
        const wanted = mapping.messages ?? mapping.completion ?? "";
        notes.add("field-missing", `This record has nothing at "${wanted}"`, source);
        return { value: [], problems: notes.problems };
      }
      const named = wrapped(root.value, mapping);
      const facts = {
        id: nameOf(named, "id"),
        step: countOf(named, "step"),
        group: nameOf(named, "group"),
        sample: countOf(named, "sample"),
        reward: rewardOf(named, "reward"),
        tools: readTools(memberOf(named, "tools")),
      };
      const place = { record, file };
      if (body.kind === "wire")
        return { value: [dumpOf(body.pieces, facts, place)], problems: notes.problems };
      // Nobody knows whether the program that wrote it took turn ends off.
      const specialTokens = body.messages.some(endsItsTurn) ? "kept" : "unknown";
      const trajectory = conversationOf(body.messages, { ...facts, specialTokens }, place);
      return { value: [trajectory], problems: notes.problems };
    },
  };
}

type MappedBody = Extract<Body, { readonly kind: "wire" | "messages" }>;

/** Messages where the record has some, else the text of prompt and completion. */
function readBody(root: JsonNode, mapping: Mapping, notes: Notes): MappedBody | null {
  const messages = nodeAt(root, mapping.messages);
  if (messages) {
    const read = readMessages(messages.items(), notes);
    return read.length === 0 ? null : { kind: "messages", messages: read };
  }
  const prompt = nodeAt(root, mapping.prompt);
  const completion = nodeAt(root, mapping.completion);
  if (!completion) return null;
  const written = completion.text();
  const given = prompt?.text() ?? null;
  if (written && (given || !prompt)) {
    const pieces: WirePiece[] = given ? [{ text: given, author: "environment" }] : [];
    return { kind: "wire", pieces: [...pieces, { text: written, author: "mixed" }] };
  }
  const before =
    given && prompt
      ? [messageOf("user", prompt.range, { content: given })]
      : readMessages(prompt?.items() ?? [], notes).map((each) => ({ ...each, sampled: false }));
  const after = written
    ? [messageOf("assistant", completion.range, { content: written })]
    : readMessages(completion.items(), notes);
  return after.length === 0 ? null : { kind: "messages", messages: [...before, ...after] };
}

function nodeAt(root: JsonNode, path: string | undefined): JsonNode | null {
  if (path === undefined) return null;
  let node: JsonNode | null = root;
  for (const key of keysOfPath(path)) {
    if (!node) return null;
    node = Array.isArray(node.value) ? node.get(Number(key)) : node.get(key);
  }
  return node;
}

/** What the mapping names, under the names of the mapping, so that the readers of plain fields take it. */
function wrapped(value: unknown, mapping: Mapping): unknown {
  return Object.fromEntries(
    Object.entries(mapping).map(([field, path]: [string, string]) => [
      field,
      valueAtPath(value, path),
    ]),
  );
}
