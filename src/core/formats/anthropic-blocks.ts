import { memberOf } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import { concatMapped } from "../text/source-map.ts";
import type { MappedText } from "../text/source-map.ts";
import type { Message, MessageCall } from "../trajectory/trajectory.ts";
import { readCall } from "./calls.ts";
import { readContent } from "./content.ts";
import { nameOf, quoted } from "./fields.ts";
import { messageOf } from "./message.ts";
import type { Notes } from "./notes.ts";

/** Names of the tools that were called so far, by the ids of the calls: a result names only the call it answers. */
export type CallNames = Map<string, string>;

/**
 * A message of Anthropic's Messages API: text, or blocks. Results of tools come in messages of the user there; each is a
 * message of its own here, before what the user said. What holds no text (an image) is left out with a problem.
 */
export function readAnthropicMessage(
  node: JsonNode,
  names: CallNames,
  notes: Notes,
): readonly Message[] {
  const role = memberOf(node.value, "role");
  if (role !== "user" && role !== "assistant" && role !== "system") {
    notes.add(
      "role-unknown",
      `A message with the role ${quoted(String(role))} was skipped`,
      node.range,
    );
    return [];
  }
  const content = node.get("content");
  const text = content?.text();
  if (text) return [messageOf(role, node.range, { content: text })];
  const blocks = sortBlocks(content, notes);
  for (const { id, name } of blocks.calls) if (id !== null) names.set(id, name.text);
  const results = blocks.results.map((block) => readResult(block, names, notes));
  const isSaid =
    blocks.texts.length + blocks.thoughts.length + blocks.calls.length > 0 || results.length === 0;
  if (!isSaid) return results;
  const said = messageOf(role, node.range, {
    content: joined(blocks.texts),
    reasoning: joined(blocks.thoughts),
    calls: blocks.calls,
  });
  return [...results, said];
}

interface Blocks {
  readonly texts: MappedText[];
  readonly thoughts: MappedText[];
  readonly calls: MessageCall[];
  readonly results: JsonNode[];
}

function sortBlocks(content: JsonNode | null, notes: Notes): Blocks {
  const blocks: Blocks = { texts: [], thoughts: [], calls: [], results: [] };
  for (const block of content?.items() ?? []) {
    const type = memberOf(block.value, "type");
    if (type === "text") push(blocks.texts, block.get("text"));
    else if (type === "thinking") push(blocks.thoughts, block.get("thinking"));
    else if (type === "tool_use" || type === "server_tool_use") {
      const call = readCall(block, notes);
      if (call) blocks.calls.push(call);
    } else if (typeof type === "string" && type.endsWith("tool_result")) blocks.results.push(block);
    else if (type !== "redacted_thinking") {
      const what = typeof type === "string" ? `of type ${quoted(type)}` : "without a type";
      notes.add("content-part-skipped", `A block ${what} holds no text: left out`, block.range);
    }
  }
  return blocks;
}

function readResult(block: JsonNode, names: ReadonlyMap<string, string>, notes: Notes): Message {
  const callId = nameOf(block.value, "tool_use_id");
  const parts = block.get("content");
  return messageOf("tool", block.range, {
    content: parts ? readContent(parts, notes).text : null,
    toolName: names.get(callId ?? "") ?? null,
    callId,
  });
}

function push(list: MappedText[], node: JsonNode | null): void {
  const text = node?.text();
  if (text && text.text !== "") list.push(text);
}

function joined(texts: readonly MappedText[]): MappedText | null {
  return texts.length === 0 ? null : concatMapped(texts);
}
