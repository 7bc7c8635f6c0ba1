import type { JsonNode } from "../../text/json.ts";
import type { Message, MessageCall } from "../../trajectory/trajectory.ts";

/**
 * Messages in flat keys: OpenInference's `llm.input_messages.0.message.role`, OpenLLMetry's `gen_ai.prompt.0.role` and
 * `gen_ai.completion.0.content`. Null where the attributes have none.
 */
export function readFlatMessages(
  attributes: ReadonlyMap<string, JsonNode>,
): { readonly input: readonly Message[]; readonly output: readonly Message[] } | null {
  const input = readList(attributes, /^(?:llm\.input_messages|gen_ai\.prompt)\.(\d+)\.(.+)$/);
  const output = readList(attributes, /^(?:llm\.output_messages|gen_ai\.completion)\.(\d+)\.(.+)$/);
  return input.length + output.length === 0 ? null : { input, output };
}

function readList(attributes: ReadonlyMap<string, JsonNode>, pattern: RegExp): readonly Message[] {
  const messages = new Map<number, Map<string, JsonNode>>();
  for (const [key, node] of attributes) {
    const [, index, field] = pattern.exec(key) ?? [];
    if (index === undefined || field === undefined) continue;
    const fields = messages.get(Number(index)) ?? new Map<string, JsonNode>();
    messages.set(Number(index), fields.set(field.replace(/^message\./, ""), node));
  }
  return [...messages]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, fields]) => {
      const message = messageOf(fields);
      return message ? [message] : [];
    });
}

function messageOf(fields: ReadonlyMap<string, JsonNode>): Message | null {
  const said = fields.get("role")?.text()?.text ?? "assistant";
  const role = said === "system" || said === "tool" || said === "assistant" ? said : "user";
  const content = fields.get("content") ?? fields.get("contents.0.message_content.text") ?? null;
  const calls = callsOf(fields);
  const source = (content ?? fields.values().next().value)?.range;
  if (!source) return null;
  return {
    role,
    sampled: role === "assistant",
    content: content?.text() ?? null,
    reasoning: null,
    calls,
    toolName: role === "tool" ? (fields.get("name")?.text()?.text ?? null) : null,
    callId: role === "tool" ? (fields.get("tool_call_id")?.text()?.text ?? null) : null,
    source,
  };
}

function callsOf(fields: ReadonlyMap<string, JsonNode>): readonly MessageCall[] {
  const calls = new Map<number, Map<string, JsonNode>>();
  for (const [key, node] of fields) {
    const [, index, field] =
      /^tool_calls\.(\d+)\.(?:tool_call\.)?(?:function\.)?(\w+)$/.exec(key) ?? [];
    if (index === undefined || field === undefined) continue;
    const found = calls.get(Number(index)) ?? new Map<string, JsonNode>();
    calls.set(Number(index), found.set(field, node));
  }
  return [...calls]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, call]) => {
      const name = call.get("name")?.text();
      const text = call.get("arguments")?.text();
      const id = call.get("id")?.text()?.text ?? null;
      return name && text ? [{ id, name, arguments: { kind: "text" as const, text } }] : [];
    });
}
