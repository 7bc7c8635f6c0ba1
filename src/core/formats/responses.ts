import { memberOf } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import { concatMapped, templateText } from "../text/source-map.ts";
import type { MappedText } from "../text/source-map.ts";
import type {
  Generation,
  Message,
  MessageCall,
  Role,
  WrittenTokens,
} from "../trajectory/trajectory.ts";
import { readCall } from "./calls.ts";
import { readContent } from "./content.ts";
import { nameOf, quoted } from "./fields.ts";
import { readGeneration } from "./generation.ts";
import type { Notes } from "./notes.ts";
import { readTokens } from "./written-tokens.ts";

/** Items of OpenAI's Responses API, put together into messages. */
export interface Turns {
  /** A message whose whole content is one text. */
  say(role: Role, text: JsonNode): void;
  /** `history`: what the prompt held; `output`: what this rollout made. */
  add(item: JsonNode, part: "history" | "output"): void;
  finish(): {
    readonly messages: readonly Message[];
    readonly generations: readonly Generation[];
  };
}

interface OpenTurn {
  readonly texts: MappedText[];
  readonly thoughts: MappedText[];
  readonly calls: MessageCall[];
  /** Texts that the file spells token by token. */
  readonly written: WrittenTokens[];
  sampled: boolean;
  startByte: number;
  endByte: number;
}

/**
 * Reasoning, text and calls that follow one another are one assistant turn, in whatever order they come. The turn ends
 * at an answer from outside, and at an item with token ids: those cover the whole turn and sit on its last item only.
 */
export function startTurns(notes: Notes): Turns {
  const messages: Message[] = [];
  const generations: Generation[] = [];
  const names = new Map<string, string>();
  let open: OpenTurn | null = null;
  let lastPart: "history" | "output" = "history";

  function turn(item: JsonNode): OpenTurn {
    const { startByte, endByte } = item.range;
    open ??= {
      texts: [],
      thoughts: [],
      calls: [],
      written: [],
      sampled: false,
      startByte,
      endByte,
    };
    open.startByte = Math.min(open.startByte, startByte);
    open.endByte = Math.max(open.endByte, endByte);
    return open;
  }

  function close(): void {
    if (!open) return;
    const { texts, thoughts, calls, sampled, startByte, endByte } = open;
    // Only a turn that is one text and nothing else is known token by token.
    const [written] = open.written;
    const isSpelled = texts.length === 1 && thoughts.length === 0 && calls.length === 0;
    messages.push({
      role: "assistant",
      sampled,
      content: texts.length > 0 ? concatMapped(texts) : null,
      reasoning: thoughts.length > 0 ? concatMapped(thoughts) : null,
      calls,
      toolName: null,
      callId: null,
      source: { startByte, endByte },
      ...(written && isSpelled ? { written } : {}),
    });
    open = null;
  }

  function pushPlain(role: Role, content: MappedText | null, node: JsonNode): void {
    close();
    const callId = role === "tool" ? nameOf(node.value, "call_id") : null;
    const toolName = names.get(callId ?? "") ?? null;
    const plain = { sampled: false, reasoning: null, calls: [], source: node.range };
    messages.push({ role, content, toolName, callId, ...plain });
  }

  /** Whether the item was the assistant's. */
  function addAssistant(item: JsonNode, kind: string): boolean {
    if (kind === "reasoning") {
      const at = turn(item);
      for (const thought of thoughtsOf(item)) at.thoughts.push(thought);
    } else if (callKinds.has(kind)) {
      const call = builtInCall(item, kind) ?? customCall(item, kind) ?? readCall(item, notes);
      if (call) turn(item).calls.push(call);
      if (call && call.id !== null) names.set(call.id, call.name.text);
    } else if (kind === "message" && memberOf(item.value, "role") === "assistant") {
      const { text, reasoning } = readContent(item.get("content"), notes);
      const at = turn(item);
      if (text) at.texts.push(text);
      if (reasoning) at.thoughts.push(reasoning);
      for (const written of writtenIn(item, notes)) at.written.push(written);
    } else return false;
    return true;
  }

  return {
    say(role, text) {
      pushPlain(role, text.text(), text);
    },
    add(item, part) {
      const kind = kindOfItem(item);
      // A prompt may end in the assistant's words; what is sampled after them is a turn of its own.
      if (part !== lastPart) close();
      lastPart = part;
      if (addAssistant(item, kind)) {
        const generation = readGeneration(item, generationKeys, notes);
        if (part === "output" || generation) turn(item).sampled = true;
        if (!generation) return;
        generations.push({ ...generation, message: messages.length });
        close();
      } else if (answerKinds.has(kind)) {
        const output = item.get("output");
        // Codex keeps at times whether the call went well, around what came of it.
        pushPlain("tool", readContent(output?.get("content") ?? output, notes).text, item);
      } else if (kind === "message") {
        const role = roleOf(memberOf(item.value, "role"));
        pushPlain(role, readContent(item.get("content"), notes).text, item);
      } else {
        const message = `An item of type ${quoted(kind)} is not known: left out`;
        notes.add("item-unknown", message, item.range);
      }
    },
    finish() {
      close();
      return { messages, generations };
    },
  };
}

/** What a rollout began with: instructions, and a text or items. Assistant items in it are history, unless they carry ids of their own. */
export function readRequest(request: JsonNode | null, turns: Turns): void {
  const instructions = request?.get("instructions");
  if (instructions?.text()) turns.say("system", instructions);
  const input = request?.get("input");
  if (input?.text()) turns.say("user", input);
  for (const item of input?.items() ?? []) turns.add(item, "history");
}

/** NeMo-Gym's. */
const generationKeys = {
  prompt: "prompt_token_ids",
  sampled: "generation_token_ids",
  logProbs: "generation_log_probs",
};

// Codex writes its patches as custom calls and its shell as calls of their own kind.
const callKinds: ReadonlySet<string> = new Set([
  "function_call",
  "custom_tool_call",
  "local_shell_call",
  "web_search_call",
]);
const answerKinds: ReadonlySet<string> = new Set([
  "function_call_output",
  "custom_tool_call_output",
  "local_shell_call_output",
]);

/** Calls of built-in tools have an action in place of a name and arguments. */
function builtInCall(item: JsonNode, kind: string): MessageCall | null {
  const action = item.get("action");
  if (!action || item.get("name")) return null;
  return {
    id: nameOf(item.value, "call_id", "id"),
    name: templateText(kind.replace(/_call$/, ""), item.range.startByte),
    arguments: { kind: "object", value: action.value, source: action.range },
  };
}

/** A custom tool is given a text of its own form (a patch): it is one argument, no JSON that could be broken. */
function customCall(item: JsonNode, kind: string): MessageCall | null {
  const name = item.get("name")?.text();
  const input = item.get("input");
  const text = input?.text();
  if (kind !== "custom_tool_call" || !name || !input || !text) return null;
  const id = nameOf(item.value, "call_id", "id");
  return {
    id,
    name,
    arguments: { kind: "object", value: { input: text.text }, source: input.range },
  };
}

function writtenIn(item: JsonNode, notes: Notes): readonly WrittenTokens[] {
  return (item.get("content")?.items() ?? []).flatMap((part) => {
    const read = readTokens(part.get("logprobs"), null, notes);
    return read?.written ?? [];
  });
}

function kindOfItem(item: JsonNode): string {
  const kind = memberOf(item.value, "type");
  if (typeof kind === "string") return kind;
  // Messages of the input may go without a type.
  return typeof memberOf(item.value, "role") === "string" ? "message" : "unknown";
}

function roleOf(role: unknown): Role {
  if (role === "system" || role === "developer") return "system";
  return role === "tool" ? "tool" : "user";
}

function thoughtsOf(item: JsonNode): readonly MappedText[] {
  const parts = [...(item.get("summary")?.items() ?? []), ...(item.get("content")?.items() ?? [])];
  return parts.map((part) => part.get("text")?.text() ?? null).filter((text) => text !== null);
}
