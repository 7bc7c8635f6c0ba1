import { memberOf, parseMappedJson } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { concatMapped, templateText } from "../../text/source-map.ts";
import type { MappedText } from "../../text/source-map.ts";
import type { Message, MessageCall } from "../../trajectory/trajectory.ts";
import { readAnthropicMessage } from "../anthropic-blocks.ts";
import { readCall } from "../calls.ts";
import { nameOf, quoted } from "../fields.ts";
import { readMessages } from "../messages.ts";
import type { Notes } from "../notes.ts";

// Exports encode JSON in a string, and some of them that string once more.
const maxUnwraps = 3;

/** The value that a text holds as JSON, however often it was encoded; the node itself where it is no such text. */
export function unwrap(node: JsonNode | null): JsonNode | null {
  let at = node;
  for (let turn = 0; turn < maxUnwraps; turn++) {
    const text = at?.text();
    const inner = text ? parseMappedJson(text)?.root : null;
    if (!inner) return at;
    at = inner;
  }
  return at;
}

/**
 * Messages as traces hold them: with `parts` (OpenTelemetry's semantic conventions for generative AI), in the shape of
 * chat APIs or of Anthropic; one, or a list of them. Null where the value is no message.
 */
export function readTraceMessages(node: JsonNode | null, notes: Notes): readonly Message[] | null {
  const value = unwrap(node);
  if (!value) return null;
  const nodes = Array.isArray(value.value) ? value.items() : [value];
  const list = nodes.length === 1 ? (nodes[0]?.get("messages")?.items() ?? nodes) : nodes;
  if (list.length === 0 || !list.every(hasRole)) return null;
  const names = new Map<string, string>();
  return list.flatMap((message) => {
    const read = readOne(message, names, notes);
    for (const { id, name } of read.flatMap(({ calls }) => calls))
      if (id !== null) names.set(id, name.text);
    return read;
  });
}

function hasRole(node: JsonNode): boolean {
  return typeof memberOf(node.value, "role") === "string";
}

function readOne(node: JsonNode, names: Map<string, string>, notes: Notes): readonly Message[] {
  const parts = node.get("parts");
  if (parts) return readParts(node, parts, { names, notes });
  const blocks = node.get("content")?.items() ?? [];
  const isAnthropic = blocks.some((block) => {
    const type = memberOf(block.value, "type");
    return type === "tool_use" || type === "tool_result" || type === "thinking";
  });
  return isAnthropic ? readAnthropicMessage(node, names, notes) : readMessages([node], notes);
}

function readParts(
  node: JsonNode,
  parts: JsonNode,
  { names, notes }: { readonly names: ReadonlyMap<string, string>; readonly notes: Notes },
): readonly Message[] {
  const texts: MappedText[] = [];
  const thoughts: MappedText[] = [];
  const calls: MessageCall[] = [];
  const answers: Message[] = [];
  const nothing = { reasoning: null, calls: [], toolName: null, callId: null };
  for (const part of parts.items()) {
    const type = memberOf(part.value, "type");
    const text = texted.has(type) ? (part.get("content") ?? part.get("text"))?.text() : null;
    if (type === "tool_call") {
      const call = readCall(part, notes);
      if (call) calls.push({ ...call, id: idOf(part.value) });
    } else if (type === "tool_call_response") {
      const callId = idOf(part.value);
      const content = textOfResult(part.get("response") ?? part.get("result"));
      const toolName = names.get(callId ?? "") ?? null;
      const plain = { ...nothing, role: "tool" as const, sampled: false };
      answers.push({ ...plain, content, toolName, callId, source: part.range });
    } else if (text) (type === "reasoning" || type === "thinking" ? thoughts : texts).push(text);
    else {
      const what = typeof type === "string" ? `of type ${quoted(type)}` : "without a type";
      const message = `A content part ${what} holds no text: left out`;
      notes.add("content-part-skipped", message, part.range);
    }
  }
  const role = roles.get(String(memberOf(node.value, "role"))) ?? "user";
  if (answers.length > 0 && texts.length + calls.length === 0) return answers;
  const content = texts.length > 0 ? concatMapped(texts) : null;
  const reasoning = thoughts.length > 0 ? concatMapped(thoughts) : null;
  const said = { ...nothing, role, sampled: role === "assistant", content, reasoning, calls };
  return [...answers, { ...said, source: node.range }];
}

/** Parts that are text; what others hold (a picture in base64) is called content as well. */
const texted: ReadonlySet<unknown> = new Set(["text", "reasoning", "thinking", undefined]);

/** What a tool gave: any value, of which a text is shown as it is and another one as the JSON that it is. */
export function textOfResult(node: JsonNode | null): MappedText | null {
  if (!node || node.value === null) return null;
  return node.text() ?? templateText(JSON.stringify(node.value), node.range.startByte);
}

const roles: ReadonlyMap<string, Message["role"]> = new Map([
  ["system", "system"],
  ["developer", "system"],
  ["assistant", "assistant"],
  ["model", "assistant"],
  ["tool", "tool"],
]);

/** Microsoft's agents write a run's id and the call's as a list. */
function idOf(part: unknown): string | null {
  const id = memberOf(part, "id");
  return Array.isArray(id) ? nameOf({ id: id.at(-1) as unknown }, "id") : nameOf(part, "id");
}
