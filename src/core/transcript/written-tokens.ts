import type { TokenTable } from "../tokens/token-table.ts";
import type { Encoding, Tokenizer } from "../tokens/tokenizer.ts";
import type { WrittenSpan } from "./written-span.ts";
import { layRecorded, type RecordedOfTranscript, type RecordedStretch } from "./recorded.ts";

/**
 * Tokens of a text of which the file spells some stretches token by token: those are the file's, and `encode` cuts what is
 * between them. Null where the tokenizer knows nearly all of them, so that encoding the whole text loses little and every
 * token has an id; of another model's tokenizer the file's tokens stay, without ids, since they are what was sampled.
 */
export function withWritten(
  text: string,
  spans: readonly WrittenSpan[],
  context: {
    readonly encode: (text: string) => Encoding;
    readonly tokenizer: Tokenizer | null;
  },
): Encoding | null {
  const ids: number[] = [];
  const start: number[] = [];
  const end: number[] = [];
  const add = (id: number, from: number, to: number): void => {
    ids.push(id);
    start.push(from);
    end.push(to);
  };
  let at = 0;
  let unknown = 0;
  let count = 0;
  for (const { start: spanStart, tokens } of spans) {
    encodeInto(at, spanStart);
    for (const [token, fileId] of tokens.ids.entries()) {
      const from = tokens.start[token] ?? 0;
      const to = tokens.end[token] ?? from;
      const id = idOf(tokens.text.text.slice(from, to), fileId, context.tokenizer);
      count++;
      if (id < 0 && from < to) unknown++;
      // A token without text or id (an end that the API left out) has no place in the text.
      if (from < to || id >= 0) add(id, spanStart + from, spanStart + to);
    }
    at = spanStart + tokens.text.text.length;
  }
  encodeInto(at, text.length);
  if (context.tokenizer !== null && unknown > 0 && unknown <= count * fewUnknown) return null;
  return {
    ids: Int32Array.from(ids),
    start: Uint32Array.from(start),
    end: Uint32Array.from(end),
  };

  function encodeInto(from: number, to: number): void {
    if (to <= from) return;
    const piece = context.encode(text.slice(from, to));
    for (const [token, id] of piece.ids.entries()) {
      add(id, from + (piece.start[token] ?? 0), from + (piece.end[token] ?? 0));
    }
  }
}

/** Share of tokens that a fitting tokenizer may not know by their text: halves of characters have none of their own. */
const fewUnknown = 0.1;

/** -1 where nothing tells the id. A file's own id counts where the tokenizer says that it is this text. */
function idOf(text: string, fileId: number, tokenizer: Tokenizer | null): number {
  if (tokenizer === null) return fileId;
  if (fileId >= 0 && fileId < tokenizer.vocabularySize) {
    const known = tokenizer.decode(Int32Array.of(fileId)).text;
    if (known === text || known.includes("\ufffd")) return fileId;
  }
  const { ids } = tokenizer.encode(text);
  return ids.length === 1 ? (ids[0] ?? -1) : -1;
}

/** What the file recorded of written tokens, each at the token of `tokens` that has the very same borders; others have none. */
export function recordedOfWritten(
  spans: readonly WrittenSpan[],
  tokens: TokenTable,
): RecordedOfTranscript {
  const stretches: RecordedStretch[] = [];
  const { start, end } = tokens;
  let at = 0;
  for (const { start: spanStart, tokens: own } of spans) {
    let length = 0;
    const close = (before: number): void => {
      const { columns, alternatives } = own;
      if (length > 0)
        stretches.push({ at: at - length, length, from: before - length, columns, alternatives });
      length = 0;
    };
    for (let token = 0; token < own.start.length; token++) {
      const from = spanStart + (own.start[token] ?? 0);
      const to = spanStart + (own.end[token] ?? 0);
      if (start[at] !== from || end[at] !== to) {
        close(token);
        while (at < start.length && (start[at] ?? 0) < from) at++;
        if (start[at] !== from || end[at] !== to) continue;
      }
      at++;
      length++;
    }
    close(own.start.length);
  }
  return layRecorded(stretches, start.length);
}
