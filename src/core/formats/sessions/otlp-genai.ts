import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { readFlatMessages } from "./flat-messages.ts";
import { readTraceMessages, unwrap } from "./gen-ai-messages.ts";
import { joinCalls } from "./model-calls.ts";
import type { ModelCall } from "./model-calls.ts";
import { otlpValue } from "./otlp-value.ts";

/**
 * Spans of generative AI as OpenTelemetry's exporters write them (OTLP JSON; VS Code's Copilot Chat exports it): messages
 * in `gen_ai.input.messages` and `gen_ai.output.messages`, or in the flat keys of OpenInference and OpenLLMetry.
 */
export const otlpGenAi: Format = {
  id: "otlp-genai",
  title: "OpenTelemetry GenAI spans",
  containers: ["json-document", "jsonl", "json-array"],
  holds: "many",

  detect: (first) => Array.isArray(memberOf(first, "resourceSpans")),

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const spans = (root.get("resourceSpans")?.items() ?? []).flatMap((resource) =>
      (resource.get("scopeSpans")?.items() ?? []).flatMap(
        (scope) => scope.get("spans")?.items() ?? [],
      ),
    );
    const calls = spans.toSorted(byStart).flatMap((span) => readSpan(span, notes));
    const value = joinCalls(calls).map(({ messages, tools, id, source: at }, part) =>
      conversationOf(messages, { id, part, tools, source: at }, { record, file }),
    );
    if (value.length === 0) {
      const message =
        'No span of this record has messages among its attributes (those of events and logs are not read): content capture is off unless it is turned on, for OpenTelemetry\'s own instrumentations by "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"';
      notes.add("record-empty", message, source);
    }
    return { value, problems: notes.problems };
  },
};

/** Nanoseconds since 1970, as text: of one length. */
function byStart(left: JsonNode, right: JsonNode): number {
  const [a, b] = [left, right].map((span) => nameOf(span.value, "startTimeUnixNano") ?? "");
  return (a ?? "").localeCompare(b ?? "", "en", { numeric: true });
}

function readSpan(span: JsonNode, notes: Notes): readonly ModelCall[] {
  const attributes = attributesOf(span);
  const system = attributes.get("gen_ai.system_instructions") ?? null;
  const input = readTraceMessages(attributes.get("gen_ai.input.messages") ?? null, notes);
  const output = readTraceMessages(attributes.get("gen_ai.output.messages") ?? null, notes);
  const flat = input || output ? null : readFlatMessages(attributes);
  const answer = output ?? flat?.output ?? [];
  const given = input ?? flat?.input ?? null;
  // A span around several calls repeats the messages of its first input and last output; it is no call itself.
  const operation = attributes.get("gen_ai.operation.name")?.text()?.text;
  if ((!given && answer.length === 0) || operation === "invoke_agent") return [];
  const tools = unwrap(
    attributes.get("gen_ai.tool.definitions") ?? attributes.get("gen_ai.request.tools") ?? null,
  );
  return [
    {
      id: nameOf(span.value, "spanId"),
      input: given ? [...instructions(system), ...given] : null,
      output: answer,
      parent: nameOf(span.value, "parentSpanId"),
      tools: readTools(tools?.value),
      source: span.range,
    },
  ];
}

/** What each attribute stands for, by its key. */
function attributesOf(span: JsonNode): ReadonlyMap<string, JsonNode> {
  const found = new Map<string, JsonNode>();
  for (const attribute of span.get("attributes")?.items() ?? []) {
    const key = nameOf(attribute.value, "key");
    const value = attribute.get("value");
    const node = value && otlpValue(value);
    if (key !== null && node) found.set(key, node);
  }
  return found;
}

/** System instructions are a list of parts, or a text. */
function instructions(node: JsonNode | null): readonly Message[] {
  const parts = unwrap(node);
  if (!parts) return [];
  const nodes = parts.text() ? [parts] : parts.items().flatMap((part) => part.get("content") ?? []);
  return nodes.flatMap((part) => {
    const content = part.text();
    const said = { role: "system" as const, sampled: false, reasoning: null, calls: [] };
    return content ? [{ ...said, content, toolName: null, callId: null, source: part.range }] : [];
  });
}
