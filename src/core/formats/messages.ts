import { memberOf } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import { concatMapped } from "../text/source-map.ts";
import type { MappedText } from "../text/source-map.ts";
import type { Message, MessageCall, Role } from "../trajectory/trajectory.ts";
import { readCall, readCalls, readCallText } from "./calls.ts";
import { readContent } from "./content.ts";
import { nameOf, quoted } from "./fields.ts";
import { joinMessages } from "./join-messages.ts";
import type { Notes } from "./notes.ts";

// `developer` is OpenAI's newer name for the system turn, `function` the deprecated one for a tool's answer;
// `tool_call` and `tool_response` are ms-swift's, `model` Gemini's, `human` and `ai` LangChain's (`ai` as well that of Nebius's
// SWE-agent trajectories).
const roles: ReadonlyMap<unknown, Role> = new Map([
  ["system", "system"],
  ["developer", "system"],
  ["user", "user"],
  ["human", "user"],
  ["assistant", "assistant"],
  ["model", "assistant"],
  ["ai", "assistant"],
  ["tool_call", "assistant"],
  ["tool", "tool"],
  ["function", "tool"],
  ["tool_response", "tool"],
]);

/** Messages in the shape of OpenAI's chat API and its relatives. What is no message is skipped with a problem. */
export function readMessages(nodes: readonly JsonNode[], notes: Notes): readonly Message[] {
  const groups: Message[][] = [];
  const names = new Map<string, string>();
  for (const node of nodes) {
    const message = readMessage(node, names, notes);
    if (!message) continue;
    for (const { id, name } of message.calls) if (id !== null) names.set(id, name.text);
    const open = groups.at(-1);
    // ms-swift writes each call of a turn as a message of its own.
    if (open?.[0]?.role === "assistant" && memberOf(node.value, "role") === "tool_call")
      open.push(message);
    else groups.push([message]);
  }
  return groups.flatMap(joinMessages);
}

function readMessage(
  node: JsonNode,
  names: ReadonlyMap<string, string>,
  notes: Notes,
): Message | null {
  const said = memberOf(node.value, "role");
  const role = roles.get(said);
  if (!role) {
    const shown = typeof said === "string" ? `the role ${quoted(said)}` : "no role";
    notes.add("role-unknown", `A message with ${shown} was skipped`, node.range);
    return null;
  }
  const { text, reasoning, calls } = readBody(node, notes);
  const written = said === "tool_call" && text ? readCallText(text) : null;
  const callId = callIdOf(node, names);
  return {
    role,
    sampled: role === "assistant",
    content: written ? null : text,
    reasoning,
    calls: written ? [...calls, written] : calls,
    toolName: role === "tool" ? toolNameOf(node, callId, names) : null,
    callId: role === "tool" ? callId : null,
    source: node.range,
  };
}

interface MessageBody {
  readonly text: MappedText | null;
  readonly reasoning: MappedText | null;
  readonly calls: readonly MessageCall[];
}

function readBody(node: JsonNode, notes: Notes): MessageBody {
  const content = contentOf(node);
  // Anthropic keeps calls among the content's parts.
  const parts = content?.items() ?? [];
  const uses = parts.filter((part) => memberOf(part.value, "type") === "tool_use");
  const calls = uses.map((part) => readCall(part, notes)).filter((call) => call !== null);
  const { text, reasoning } = readContent(content, notes);
  const apart =
    node.get("reasoning_content")?.text() ?? node.get("reasoning")?.text() ?? thinkingOf(node);
  return {
    text,
    // An empty string says nothing was thought, and the same thought is often kept twice.
    reasoning: apart && apart.text !== "" ? apart : reasoning,
    calls: [...calls, ...readCalls(node, notes)],
  };
}

/** The content, or what Nebius's SWE-agent trajectories have in its place. */
function contentOf(node: JsonNode): JsonNode | null {
  const own = node.get("content");
  if (own && own.value !== null) return own;
  // A model that refuses says so in a member of its own, which is what it wrote.
  const others = own ? ["refusal"] : ["text", "system_prompt", "refusal"];
  const found = others.map((key) => node.get(key));
  return found.find((other) => other !== null && other.value !== null) ?? own;
}

/** What LiteLLM keeps of Anthropic's thinking, beside the content. */
function thinkingOf(node: JsonNode): MappedText | null {
  const texts = node
    .get("thinking_blocks")
    ?.items()
    .map((block) => block.get("thinking")?.text() ?? null)
    .filter((text) => text !== null);
  return texts && texts.length > 0 ? concatMapped(texts) : null;
}

/** SWE-agent lists the calls that an answer is for; tau2 gives the answer the id of its call. */
function callIdOf(node: JsonNode, names: ReadonlyMap<string, string>): string | null {
  const own = nameOf(node.value, "id");
  return (
    nameOf(node.value, "tool_call_id", "call_id") ??
    nameOf(memberOf(node.value, "tool_call_ids"), "0") ??
    (own !== null && names.has(own) ? own : null)
  );
}

function toolNameOf(
  node: JsonNode,
  callId: string | null,
  names: ReadonlyMap<string, string>,
): string | null {
  return nameOf(node.value, "name", "tool_name", "function") ?? names.get(callId ?? "") ?? null;
}
