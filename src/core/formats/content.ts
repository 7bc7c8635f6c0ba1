import type { JsonNode } from "../text/json.ts";
import { memberOf } from "../text/json.ts";
import { concatMapped } from "../text/source-map.ts";
import type { MappedText } from "../text/source-map.ts";
import { kindOf, quoted } from "./fields.ts";
import type { Notes } from "./notes.ts";

/** What a message's content holds. Null: nothing of that kind. */
export interface Content {
  readonly text: MappedText | null;
  /** Thinking that sits among the parts. */
  readonly reasoning: MappedText | null;
}

/**
 * Content as text, null, or parts (`text`, `input_text`, `output_text`, `thinking`, `reasoning`). Parts join without
 * anything between them, as chat templates join them. What is no text (an image) is left out with a problem; no
 * placeholder is invented, since the policy never saw one.
 */
export function readContent(node: JsonNode | null, notes: Notes): Content {
  const text = node?.text();
  if (text) return { text, reasoning: null };
  if (!node || node.value === null) return { text: null, reasoning: null };
  if (!Array.isArray(node.value)) {
    const message = `"content" should be text or a list of parts and is ${kindOf(node.value)}`;
    notes.add("field-wrong-type", message, node.range);
    return { text: null, reasoning: null };
  }
  const texts: MappedText[] = [];
  const thoughts: MappedText[] = [];
  for (const part of node.items()) {
    const kind = part.text() ? "text" : memberOf(part.value, "type");
    // A call among the parts (Anthropic) is read as a call.
    if (kind === "tool_use") continue;
    const isThought = kind === "thinking" || kind === "reasoning";
    const found = part.text() ?? textOf(part);
    if (found) (isThought ? thoughts : texts).push(found);
    else {
      const name = typeof kind === "string" ? `of type ${quoted(kind)}` : "without a type";
      notes.add(
        "content-part-skipped",
        `A content part ${name} holds no text: left out`,
        part.range,
      );
    }
  }
  return { text: joined(texts), reasoning: joined(thoughts) };
}

function textOf(part: JsonNode): MappedText | null {
  // Thinking that its maker encrypted: at most a summary can be read.
  if (memberOf(part.value, "redacted") === true) return part.get("summary")?.text() ?? null;
  return (
    ["text", "thinking", "reasoning", "content", "refusal"]
      .map((key) => part.get(key)?.text() ?? null)
      .find((text) => text !== null) ?? null
  );
}

function joined(texts: readonly MappedText[]): MappedText | null {
  return texts.length === 0 ? null : concatMapped(texts);
}
