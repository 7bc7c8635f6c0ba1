import { parseMappedJson } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import type { MappedText } from "../text/source-map.ts";
import type { MessageCall } from "../trajectory/trajectory.ts";
import { nameOf, quoted } from "./fields.ts";
import type { Notes } from "./notes.ts";

/**
 * A call as an object with a name and arguments: `tool_calls[i].function`, `function_call`, or flat; Inspect's `function`
 * is the name itself, ATIF calls it `function_name`.
 */
export function readCall(node: JsonNode, notes: Notes): MessageCall | null {
  const named = node.get("function");
  const inner = named && !named.text() ? named : node;
  const name =
    named?.text() ?? inner.get("name")?.text() ?? inner.get("function_name")?.text() ?? null;
  if (!name) {
    notes.add("call-without-name", "A tool call without a name was skipped", node.range);
    return null;
  }
  const id = nameOf(node.value, "call_id", "id", "tool_call_id");
  const found = argumentKeys.map((key) => inner.get(key)).find((each) => each !== null);
  const text = found?.text();
  if (text) return { id, name, arguments: { kind: "text", text } };
  if (found && found.value !== null) {
    return { id, name, arguments: { kind: "object", value: found.value, source: found.range } };
  }
  notes.add(
    "call-without-arguments",
    `The call of ${quoted(name.text)} has no arguments`,
    node.range,
  );
  const { endByte } = inner.range;
  // What was written is lost, and an empty text would be told as broken JSON: no arguments are an empty object.
  return {
    id,
    name,
    arguments: { kind: "object", value: {}, source: { startByte: endByte, endByte } },
  };
}

// Those of OpenAI, of Anthropic, of LangChain, and of Llama's way of writing a call.
const argumentKeys = ["arguments", "input", "args", "parameters"];

/** The calls of an assistant message: `tool_calls`, and the deprecated `function_call`. */
export function readCalls(message: JsonNode, notes: Notes): readonly MessageCall[] {
  const nodes = [...(message.get("tool_calls")?.items() ?? [])];
  const single = message.get("function_call");
  if (single && single.value !== null) nodes.push(single);
  return nodes
    .map((node) => {
      // verifiers writes each call of its results as JSON text.
      const text = node.text();
      const inner = text ? parseMappedJson(text)?.root : node;
      if (inner) return readCall(inner, notes);
      notes.add(
        "call-not-json",
        "A tool call that should be JSON text is none: left out",
        node.range,
      );
      return null;
    })
    .filter((call) => call !== null);
}

/**
 * A call that is a message of its own, its content the JSON text `{"name", "arguments"}` (ms-swift's role `tool_call`).
 * Null where the content is no such text: it then stays what it is.
 */
export function readCallText(content: MappedText): MessageCall | null {
  const root = parseMappedJson(content)?.root;
  return root ? callIn(root) : null;
}

/** The same, or a list of such calls (LLaMA-Factory's `function_call`); none where one of them is none. */
export function readCallTexts(content: MappedText): readonly MessageCall[] {
  const root = parseMappedJson(content)?.root;
  if (!root) return [];
  const calls = (Array.isArray(root.value) ? root.items() : [root]).map(callIn);
  return calls.every((call) => call !== null) ? calls : [];
}

function callIn(root: JsonNode): MessageCall | null {
  const name = root.get("name")?.text();
  const found = root.get("arguments");
  if (!name || !found) return null;
  const text = found.text();
  if (text) return { id: null, name, arguments: { kind: "text", text } };
  return { id: null, name, arguments: { kind: "object", value: found.value, source: found.range } };
}
