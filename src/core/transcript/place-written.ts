import { concatMapped, sliceMapped, type MappedText } from "../text/source-map.ts";
import type { Message, WrittenTokens } from "../trajectory/trajectory.ts";
import type { Turn } from "./transcript.ts";
import type { Rendering } from "./turn-list.ts";
import type { WrittenSpan } from "./written-span.ts";

export interface PlacedWriting extends Rendering {
  readonly written: readonly WrittenSpan[];
}

/**
 * Messages as they go through a template: one whose raw text the file spells whole is that text alone, since its parsed
 * calls and thinking are in it already.
 */
export function beforeRendering(messages: readonly Message[]): readonly Message[] {
  return messages.map((message) =>
    message.written !== undefined && isWhole(message, message.written)
      ? { ...message, content: message.written.text, reasoning: null, calls: [] }
      : message,
  );
}

/**
 * Put the raw text of sampled messages in the place of what a template made of them, byte for byte: templates trim, drop old
 * thinking and write calls anew. Where an API lists the tokens of the content alone (no calls, no thinking), only these
 * are found in what was rendered.
 */
export function placeWritten(rendering: Rendering, messages: readonly Message[]): PlacedWriting {
  const sampled = messages.filter((message) => message.sampled);
  const turns = rendering.turns.filter((turn) => turn.sampled);
  // One message a turn, or nothing tells which text is whose.
  if (sampled.length !== turns.length || sampled.every(({ written }) => !written)) {
    return { ...rendering, written: [] };
  }
  const placer = new Placer(rendering.text);
  let next = 0;
  for (const turn of rendering.turns) {
    const message = turn.sampled ? sampled[next++] : undefined;
    placer.add(turn, message ?? null);
  }
  return placer.finish();
}

/** Whether the tokens say all that the message does. */
function isWhole({ content, calls }: Message, { text: { text } }: WrittenTokens): boolean {
  return (
    text.includes(content?.text.trim() ?? "") && calls.every(({ name }) => text.includes(name.text))
  );
}

class Placer {
  readonly #rendered: MappedText;
  readonly #pieces: MappedText[] = [];
  readonly #turns: Turn[] = [];
  readonly #written: WrittenSpan[] = [];
  #length = 0;

  constructor(rendered: MappedText) {
    this.#rendered = rendered;
  }

  add(turn: Turn, message: Message | null): void {
    const start = this.#length;
    const tokens = message?.written;
    if (!message || !tokens || !isWhole(message, tokens)) {
      const moved = start - turn.start;
      if (tokens) this.#findInBody(turn, tokens, moved);
      this.#copy(turn.start, turn.end);
      this.#turns.push({
        ...turn,
        start,
        end: turn.end + moved,
        bodyStart: turn.bodyStart + moved,
        bodyEnd: turn.bodyEnd + moved,
      });
      return;
    }
    this.#copy(turn.start, turn.bodyStart);
    const bodyStart = this.#length;
    this.#written.push({ start: bodyStart, tokens });
    this.#push(tokens.text);
    const bodyEnd = this.#length;
    this.#copy(this.#afterOwnEnd(turn, tokens.text.text), turn.end);
    const thinkingOpen = turn.thinkingOpen || closesOnly(tokens.text.text);
    this.#turns.push({ ...turn, start, bodyStart, bodyEnd, end: this.#length, thinkingOpen });
  }

  finish(): PlacedWriting {
    return { text: concatMapped(this.#pieces), turns: this.#turns, written: this.#written };
  }

  #findInBody({ bodyStart, bodyEnd }: Turn, tokens: WrittenTokens, moved: number): void {
    const found = this.#rendered.text.slice(bodyStart, bodyEnd).indexOf(tokens.text.text);
    if (found >= 0) this.#written.push({ start: bodyStart + found + moved, tokens });
  }

  /** The policy wrote its turn end itself: the template's is not shown beside it. */
  #afterOwnEnd({ bodyEnd, end }: Turn, written: string): number {
    const closing = this.#rendered.text.slice(bodyEnd, end).trimEnd();
    return closing !== "" && written.endsWith(closing) ? bodyEnd + closing.length : bodyEnd;
  }

  #copy(from: number, to: number): void {
    this.#push(sliceMapped(this.#rendered, from, to));
  }

  #push(text: MappedText): void {
    this.#pieces.push(text);
    this.#length += text.text.length;
  }
}

/** Thinking that the prompt opened, which no message shows: it is closed before it is begun. */
function closesOnly(text: string): boolean {
  const close = text.indexOf("</think>");
  const open = text.indexOf("<think>");
  return close >= 0 && (open < 0 || open > close);
}
