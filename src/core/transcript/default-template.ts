import { concatMapped, lastRunByte, templateText, type MappedText } from "../text/source-map.ts";
import type { Message, MessageCall, Role, Tools } from "../trajectory/trajectory.ts";
import { pythonJson } from "./python-json.ts";
import { finishTurns, type Rendering, type TurnDraft } from "./turn-list.ts";

/**
 * Messages as ChatML with Hermes calls, where the policy brings no chat template: content verbatim, thinking of every
 * turn kept, calls as `<tool_call>` JSON, the answers of consecutive tools in one user turn. Turns and maps are exact.
 */
export function renderDefault(messages: readonly Message[], tools: Tools): Rendering {
  const out = new Writer();
  const [first] = messages;
  const system = first?.role === "system" ? first : null;
  if (system !== null || hasTools(tools)) writeSystem(out, system, tools);
  for (const [index, message] of messages.entries()) {
    if (message === system) continue;
    if (message.role === "tool") {
      writeAnswer(out, message, {
        opens: messages[index - 1]?.role !== "tool",
        closes: messages[index + 1]?.role !== "tool",
      });
      continue;
    }
    out.begin(message.role, message.sampled, message.source.startByte);
    // A simulated user may call tools of its own.
    if (message.role === "assistant" || message.calls.length > 0) writeReply(out, message);
    else out.mapped(message.content);
    out.end();
  }
  return out.finish();
}

function hasTools(tools: Tools): boolean {
  return tools.kind === "declared" && tools.tools.length > 0;
}

function writeSystem(out: Writer, system: Message | null, tools: Tools): void {
  out.begin("system", false, system?.source.startByte ?? 0);
  out.mapped(system?.content ?? null);
  if (tools.kind === "declared" && tools.tools.length > 0) {
    if (system?.content?.text) out.template("\n\n");
    out.template("# Tools\n\nThese functions can be called:\n<tools>\n");
    for (const tool of tools.tools) {
      out.template(`${pythonJson({ type: "function", function: tool })}\n`);
    }
    out.template("</tools>\n\nWrite each call as JSON between <tool_call> and </tool_call>.");
  }
  out.end();
}

function writeAnswer(
  out: Writer,
  message: Message,
  turn: { readonly opens: boolean; readonly closes: boolean },
): void {
  if (turn.opens) out.begin("tool", false, message.source.startByte);
  else out.template("\n");
  out.at(message.source.startByte);
  out.template("<tool_response>\n");
  out.mapped(message.content);
  out.template("\n</tool_response>");
  if (turn.closes) out.end();
}

function writeReply(out: Writer, message: Message): void {
  if (message.reasoning !== null) {
    out.template("<think>\n");
    out.mapped(message.reasoning);
    out.template("\n</think>\n\n");
  }
  out.mapped(message.content);
  for (const [index, call] of message.calls.entries()) {
    if (index > 0 || message.content?.text) out.template("\n");
    writeCall(out, call);
  }
}

function writeCall(out: Writer, call: MessageCall): void {
  out.template('<tool_call>\n{"name": ');
  writeName(out, call.name);
  out.template(', "arguments": ');
  if (call.arguments.kind === "text") out.mapped(call.arguments.text);
  else {
    out.at(call.arguments.source.startByte);
    out.template(pythonJson(call.arguments.value));
  }
  out.template("}\n</tool_call>");
}

/** A name is JSON as it stands unless it holds what JSON escapes; then its bytes are only known as a whole. */
function writeName(out: Writer, name: MappedText): void {
  const json = JSON.stringify(name.text);
  if (json.length !== name.text.length + 2) {
    out.template(json);
    return;
  }
  out.template('"');
  out.mapped(name);
  out.template('"');
}

/** Text and turns as they are written; template text points at the bytes of what was written last. */
class Writer {
  readonly #pieces: MappedText[] = [];
  readonly #drafts: TurnDraft[] = [];
  #open: Omit<TurnDraft, "bodyEnd"> | null = null;
  #length = 0;
  #byte = 0;

  at(byte: number): void {
    this.#byte = byte;
  }

  begin(role: Role, sampled: boolean, byte: number): void {
    const start = this.#length;
    this.#byte = byte;
    // A tool's answer stands in a user turn.
    this.template(`<|im_start|>${role === "tool" ? "user" : role}\n`);
    this.#open = { role, sampled, start, bodyStart: this.#length };
  }

  end(): void {
    if (this.#open !== null) this.#drafts.push({ ...this.#open, bodyEnd: this.#length });
    this.#open = null;
    this.template("<|im_end|>\n");
  }

  template(text: string): void {
    this.#push(templateText(text, this.#byte));
  }

  mapped(text: MappedText | null): void {
    if (text === null || text.text === "") return;
    this.#push(text);
    this.#byte = lastRunByte(text.map);
  }

  finish(): Rendering {
    const text = concatMapped(this.#pieces);
    return { text, turns: finishTurns(this.#drafts, text.text) };
  }

  #push(text: MappedText): void {
    this.#pieces.push(text);
    this.#length += text.text.length;
  }
}
