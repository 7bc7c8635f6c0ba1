import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Body, Message, WirePiece } from "../../trajectory/trajectory.ts";
import { countOf, nameOf, rewardOf, trajectoryId } from "../fields.ts";
import type { Format } from "../format.ts";
import { hashText } from "../group.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { endsTurn, specialTokensOf } from "../special-tokens.ts";
import { stepFromName } from "../step.ts";
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
      const texts = textsOf(body);
      const trajectory = {
        id: trajectoryId(nameOf(named, "id"), record.index),
        step: countOf(named, "step") ?? stepFromName(file.name),
        group: nameOf(named, "group") ?? hashText(promptOf(body)),
        sample: countOf(named, "sample"),
        reward: rewardOf(named, "reward"),
        tools: readTools(memberOf(named, "tools")),
        specialTokens:
          body.kind === "wire"
            ? specialTokensOf(...texts)
            : texts.some(endsTurn)
              ? ("kept" as const)
              : ("unknown" as const),
        body,
        source,
        line: record.line,
      };
      return { value: [trajectory], problems: notes.problems };
    },
  };
}

type MappedBody = Exclude<Body, { readonly kind: "ids" | "tokens" | "pieces" }>;

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
  const before = given
    ? [{ ...plain, role: "user" as const, content: given, source: prompt?.range ?? root.range }]
    : readMessages(prompt?.items() ?? [], notes).map((each) => ({ ...each, sampled: false }));
  const after: readonly Message[] = written
    ? [{ ...plain, role: "assistant", sampled: true, content: written, source: completion.range }]
    : readMessages(completion.items(), notes);
  return after.length === 0 ? null : { kind: "messages", messages: [...before, ...after] };
}

const plain = {
  sampled: false,
  reasoning: null,
  calls: [],
  toolName: null,
  callId: null,
} as const;

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

function textsOf(body: MappedBody): readonly string[] {
  if (body.kind === "wire") return body.pieces.map(({ text }) => text.text);
  return body.messages.map(({ content }) => content?.text ?? "");
}

function promptOf(body: MappedBody): string {
  if (body.kind === "wire") {
    return body.pieces
      .filter(({ author }) => author === "environment")
      .map(({ text }) => text.text)
      .join("");
  }
  const end = body.messages.findIndex(({ sampled }) => sampled);
  const prompt = end < 0 ? body.messages : body.messages.slice(0, end);
  return prompt.map(({ role, content }) => `${role}\n${content?.text ?? ""}`).join("\n");
}
