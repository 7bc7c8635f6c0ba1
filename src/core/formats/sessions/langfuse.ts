import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";
import { readTraceMessages, unwrap } from "./gen-ai-messages.ts";
import { joinCalls } from "./model-calls.ts";
import type { ModelCall } from "./model-calls.ts";

/**
 * Langfuse's exports of a trace: the trace and its observations, whose inputs and outputs are JSON in strings, at times
 * twice. A generation is a call of a model; calls that go on with one another are one trajectory.
 */
export const langfuse: Format = {
  id: "langfuse",
  title: "Langfuse trace",
  containers: ["json-document", "jsonl", "json-array"],
  holds: "many",

  detect(first) {
    const observations = memberOf(first, "observations");
    if (!Array.isArray(observations)) return false;
    // The API's trace has its observations as a member.
    return memberOf(first, "trace") !== undefined || observations.some(isObservation);
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const observations = [...(root.get("observations")?.items() ?? [])].toSorted(byStart);
    const lossy = spansWithoutInput(observations, notes);
    const calls = observations.flatMap((node) => readObservation(node, lossy, notes));
    const trace = nameOf(memberOf(root.value, "trace") ?? root.value, "id");
    const value = joinCalls(calls).map(({ messages, tools, id, source: at }, part) => {
      const facts = { id: id ?? trace, group: trace, part, tools, source: at };
      return conversationOf(messages, facts, { record, file });
    });
    if (value.length === 0) {
      const message = "This trace holds no generation with messages";
      notes.add("record-empty", message, source);
    }
    return { value, problems: notes.problems };
  },
};

function isObservation(value: unknown): boolean {
  const type = memberOf(value, "type");
  const isKnown = type === "GENERATION" || type === "SPAN" || type === "EVENT";
  return isKnown && memberOf(value, "startTime") !== undefined;
}

function byStart(left: JsonNode, right: JsonNode): number {
  const [a, b] = [left, right].map((node) => nameOf(node.value, "startTime") ?? "");
  return (a ?? "").localeCompare(b ?? "");
}

function readObservation(
  node: JsonNode,
  lossy: ReadonlySet<string | null>,
  notes: Notes,
): readonly ModelCall[] {
  const type = memberOf(node.value, "type");
  const parent = nameOf(node.value, "parentObservationId");
  const known = { id: nameOf(node.value, "id"), parent, source: node.range };
  const unknown = readTools(null);
  if (type === "GENERATION") {
    const output = readTraceMessages(node.get("output"), notes) ?? plain(node.get("output"));
    const input = readTraceMessages(node.get("input"), notes);
    const tools = readTools(memberOf(unwrap(node.get("input"))?.value, "tools"));
    return output.length === 0 && !input ? [] : [{ ...known, input, output, tools }];
  }
  // Where the generations of a span lost what they were given, its tools' results are told by their own observations.
  if (type !== "TOOL" || !lossy.has(parent)) return [];
  const content = resultOf(node);
  if (!content) return [];
  const answer = {
    ...nothing,
    role: "tool" as const,
    sampled: false,
    content: content.text(),
    toolName: nameOf(node.value, "name"),
    source: content.range,
  };
  return [{ ...known, input: null, output: [answer], tools: unknown }];
}

const nothing = { reasoning: null, calls: [], toolName: null, callId: null };

/** The spans that have a generation of which the trace did not keep what it was given. */
function spansWithoutInput(
  observations: readonly JsonNode[],
  notes: Notes,
): ReadonlySet<string | null> {
  const lossy = observations.filter(
    (node) =>
      memberOf(node.value, "type") === "GENERATION" &&
      readTraceMessages(node.get("input"), notes) === null,
  );
  return new Set(lossy.map((node) => nameOf(node.value, "parentObservationId")));
}

function resultOf(node: JsonNode): JsonNode | null {
  const output = unwrap(node.get("output"));
  const content = output?.get("content") ?? output;
  const part = content?.items()[0]?.get("text") ?? content;
  return part?.text() ? part : null;
}

/** An answer that is plain text. */
function plain(node: JsonNode | null): readonly Message[] {
  const text = node?.text();
  if (!node || !text) return [];
  return [{ ...nothing, role: "assistant", sampled: true, content: text, source: node.range }];
}
