import { firstByte, sliceMapped, templateText, type MappedText } from "../text/source-map.ts";
import type { Message, MessageCall, Tools } from "../trajectory/trajectory.ts";

/** A string that went into a template, and the message it is of. */
export interface Leaf {
  readonly message: number;
  readonly text: MappedText;
}

/** Gives the string that stands for a leaf in the template's input: itself, or itself between markers. */
export type Mark = (leaf: Leaf) => string;

export interface TemplateInput {
  readonly messages: readonly Message[];
  readonly tools: Tools;
  /** Call arguments that are text go in as they are; else as the object they spell. */
  readonly textArguments: boolean;
}

/** Variables of a chat template as Transformers gives them. Roles, ids and tools stay unmarked: templates compare them. */
export function templateVariables(input: TemplateInput, mark: Mark): Record<string, unknown> {
  const { messages, tools } = input;
  const declared = tools.kind === "declared" ? tools.tools : [];
  return {
    messages: messages.map((message, index) => toInput(message, index, input, mark)),
    ...(declared.length === 0
      ? {}
      : { tools: declared.map((tool) => ({ type: "function", function: { ...tool } })) }),
    add_generation_prompt: false,
    bos_token: "",
    eos_token: "",
  };
}

function toInput(
  message: Message,
  index: number,
  input: TemplateInput,
  mark: Mark,
): Record<string, unknown> {
  const leaf = (text: MappedText): string => mark({ message: index, text });
  return {
    role: message.role,
    content: leaf(message.content ?? templateText("", message.source.startByte)),
    ...(message.reasoning === null ? {} : { reasoning_content: leaf(message.reasoning) }),
    ...(message.toolName === null ? {} : { name: message.toolName }),
    ...(message.callId === null ? {} : { tool_call_id: message.callId }),
    ...(message.calls.length === 0
      ? {}
      : { tool_calls: message.calls.map((call) => callInput(call, leaf, input)) }),
  };
}

function callInput(
  call: MessageCall,
  leaf: (text: MappedText) => string,
  { textArguments }: TemplateInput,
): Record<string, unknown> {
  return {
    ...(call.id === null ? {} : { id: call.id }),
    type: "function",
    function: { name: leaf(call.name), arguments: argumentsOf(call, leaf, textArguments) },
  };
}

function argumentsOf(
  { arguments: found }: MessageCall,
  leaf: (text: MappedText) => string,
  textArguments: boolean,
): unknown {
  if (found.kind === "object") {
    const byte = found.source.startByte;
    return mapStrings(found.value, (text) => leaf(templateText(text, byte)));
  }
  const parsed = textArguments ? null : parseObject(found.text.text);
  if (parsed === null) return leaf(found.text);
  const byte = firstByte(sliceMapped(found.text, 0, 1).map);
  return mapStrings(parsed, (text) => leaf(templateText(text, byte)));
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    // Broken arguments go in as the text they are.
    return null;
  }
}

/** Deepest value whose strings are followed. Arguments of real calls nest to about 6. */
const deepest = 100;

function mapStrings(value: unknown, map: (text: string) => string, depth = 0): unknown {
  if (typeof value === "string") return map(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === deepest) return null;
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, mapStrings(member, map, depth + 1)]),
  );
}
