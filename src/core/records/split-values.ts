import type { Problem } from "../result.ts";
import { growColumns } from "./record-columns.ts";
import type { Splitter } from "./splitter.ts";

const quote = 0x22;
const backslash = 0x5c;
const lineFeed = 0x0a;

/** Where in the file the values begin, and where their places go. */
export interface Begin {
  readonly records: ReturnType<typeof growColumns>;
  readonly byte: number;
  /** Zero-based. */
  readonly line: number;
}

/**
 * Records as values: the items of an array, or the values of a document (one as a rule; pretty-printed objects one
 * after another occur too). Bytes are scanned, never decoded: in UTF-8 no part of a character looks like ASCII.
 */
export function splitValues(
  container: "json-array" | "json-document",
  origin: Begin = { records: growColumns(), byte: 0, line: 0 },
): Splitter {
  const { records } = origin;
  /** Brackets around a record. */
  const outside = container === "json-array" ? 1 : 0;
  /** Bytes before the chunk at hand. */
  let passed = origin.byte;
  /** Line breaks counted so far, and where in the chunk the first one is that was not; -1 where there is none. */
  let line = origin.line;
  let nextLineFeed = -1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let closed = false;
  // The record at hand: its first byte (-1 between records), its line, and the byte after its last one that is no blank.
  let start = -1;
  let startLine = 0;
  let inkEnd = 0;
  /** The last record was cut off by the end of the file: it goes on where the file does. */
  let isOpen = false;

  function close(): void {
    if (start >= 0) records.append(start, inkEnd, startLine);
    start = -1;
  }

  /** Go to the end of a string or chunk; most bytes of a rollout are passed here, by a native search. */
  function passString(chunk: Uint8Array, from: number): number {
    // The byte that an escape at the end of the chunk before took along.
    const begin = escaped ? from + 1 : from;
    escaped = false;
    const found = chunk.indexOf(quote, begin);
    const end = found < 0 ? chunk.length : found;
    let slashes = 0;
    while (end - slashes > begin && chunk[end - slashes - 1] === backslash) slashes++;
    const isEscaped = slashes % 2 === 1;
    if (found < 0) escaped = isEscaped;
    else inString = isEscaped;
    const after = Math.min(chunk.length, end + 1);
    countLines(chunk, after);
    inkEnd = passed + after;
    return after;
  }

  /** Line breaks up to `end`. The search for the next one goes on where it stopped, so that no byte is looked at twice. */
  function countLines(chunk: Uint8Array, end: number): void {
    while (nextLineFeed >= 0 && nextLineFeed < end) {
      line++;
      nextLineFeed = chunk.indexOf(lineFeed, nextLineFeed + 1);
    }
  }

  /** Go on until a string begins or the chunk ends. */
  function passStructure(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (isBlank(byte, passed + at)) continue;
      step(byte, chunk, at);
      if (inString) return at + 1;
    }
    return chunk.length;
  }

  /** One byte outside strings that is no blank. */
  function step(byte: number, chunk: Uint8Array, at: number): void {
    const isOpening = byte === 0x7b || byte === 0x5b;
    const isClosing = byte === 0x7d || byte === 0x5d;
    if (depth < outside) {
      if (isOpening && !closed) depth++;
      return;
    }
    if (depth === outside && outside === 1 && (isClosing || byte === 0x2c)) {
      close();
      if (isClosing) {
        depth--;
        closed = true;
      }
      return;
    }
    if (start < 0) {
      countLines(chunk, at);
      start = passed + at;
      startLine = line;
    }
    inkEnd = passed + at + 1;
    if (isOpening) depth++;
    else if (isClosing) {
      depth = Math.max(outside, depth - 1);
      // In a document nothing but the closing bracket tells that a value is over.
      if (depth === outside && outside === 0) close();
    } else if (byte === quote) inString = true;
  }

  return {
    records,
    push(chunk) {
      if (isOpen) records.dropLast();
      isOpen = false;
      nextLineFeed = chunk.indexOf(lineFeed);
      let at = 0;
      while (at < chunk.length) {
        at = inString ? passString(chunk, at) : passStructure(chunk, at);
      }
      countLines(chunk, chunk.length);
      passed += chunk.length;
    },
    end() {
      const torn = start >= 0 && (depth > outside || inString);
      const unclosed = outside === 1 && !closed;
      if (start >= 0 && !isOpen) {
        records.append(start, inkEnd, startLine);
        isOpen = true;
      }
      return { torn, problems: unclosed ? [arrayNotClosed(line, passed)] : [] };
    },
  };
}

function arrayNotClosed(line: number, position: number): Problem {
  const message =
    "The array that holds the records is not closed: the file was cut off or is still being written. What came before is shown";
  return { code: "array-not-closed", message, line, startByte: position, endByte: position };
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

function isBlank(byte: number, position: number): boolean {
  if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return true;
  return position < 3 && byte === byteOrderMark[position];
}
