import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";
import { readTraceMessages, textOfResult, unwrap } from "./gen-ai-messages.ts";
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
    const generations = observations.filter(isGeneration);
    const inputs: Inputs = new Map(
      generations.map((node) => [node, readTraceMessages(node.get("input"), notes)]),
    );
    const lossy = spansWithoutInput(inputs);
    const calls = observations.flatMap((node) =>
      isGeneration(node)
        ? readGeneration(node, inputs.get(node) ?? null, notes)
        : readTool(node, lossy),
    );
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

/** What each call of a model was given; null where the trace did not keep it. */
type Inputs = ReadonlyMap<JsonNode, readonly Message[] | null>;

function isGeneration({ value }: JsonNode): boolean {
  return memberOf(value, "type") === "GENERATION";
}

function readGeneration(
  node: JsonNode,
  input: readonly Message[] | null,
  notes: Notes,
): readonly ModelCall[] {
  const output = readTraceMessages(node.get("output"), notes) ?? plain(node.get("output"));
  if (output.length === 0 && !input) return [];
  const tools = readTools(memberOf(unwrap(node.get("input"))?.value, "tools"));
  return [{ ...placeOf(node), input, output, tools }];
}

/** Where the generations of a span lost what they were given, its tools' results are told by their own observations. */
function readTool(node: JsonNode, lossy: ReadonlySet<string | null>): readonly ModelCall[] {
  const place = placeOf(node);
  if (memberOf(node.value, "type") !== "TOOL" || !lossy.has(place.parent)) return [];
  const output = unwrap(node.get("output"));
  const found = output?.get("content") ?? output;
  const result = found?.items()[0]?.get("text") ?? found;
  const content = textOfResult(result);
  if (!result || !content) return [];
  const toolName = nameOf(node.value, "name");
  const answer = messageOf("tool", result.range, { content, toolName });
  return [{ ...place, input: null, output: [answer], tools: { kind: "unknown" } }];
}

function placeOf(node: JsonNode): Pick<ModelCall, "id" | "parent" | "source"> {
  const parent = nameOf(node.value, "parentObservationId");
  return { id: nameOf(node.value, "id"), parent, source: node.range };
}

/** The spans that have a generation of which the trace did not keep what it was given. */
function spansWithoutInput(inputs: Inputs): ReadonlySet<string | null> {
  const lossy = [...inputs].filter(([, input]) => input === null);
  return new Set(lossy.map(([node]) => placeOf(node).parent));
}

/** An answer that is plain text. */
function plain(node: JsonNode | null): readonly Message[] {
  const text = node?.text();
  if (!node || !text) return [];
  return [messageOf("assistant", node.range, { content: text })];
}
