import { growColumns } from "./record-columns.ts";
import type { Splitter } from "./splitter.ts";

const lineFeed = 0x0a;

/** JSON Lines: one record a line. LF or CRLF, a byte order mark at the head, blank lines between. */
export function splitLines(): Splitter {
  const records = growColumns();
  /** Bytes before the chunk at hand. */
  let passed = 0;
  let line = 0;
  // First and past-last byte of the line so far that is no whitespace; -1 while it is blank.
  let inkStart = -1;
  let inkEnd = -1;
  let lastByte = 0;
  /** The last record is a line without its line feed: it goes on where the file does. */
  let isOpen = false;

  function look(chunk: Uint8Array, from: number, to: number): void {
    if (from === to) return;
    let first = from;
    if (inkStart < 0) {
      while (first < to && isBlank(chunk[first] ?? 0, passed + first)) first++;
      if (first === to) return;
      inkStart = passed + first;
    }
    let last = to;
    while (last > first && isBlank(chunk[last - 1] ?? 0, passed + last - 1)) last--;
    if (last === first) return;
    inkEnd = passed + last;
    lastByte = chunk[last - 1] ?? 0;
  }

  function close(): void {
    if (inkStart >= 0) records.append(inkStart, inkEnd, line);
    inkStart = -1;
    inkEnd = -1;
  }

  return {
    records,
    push(chunk) {
      if (isOpen) records.dropLast();
      isOpen = false;
      let at = 0;
      for (let lf = chunk.indexOf(lineFeed); lf >= 0;) {
        look(chunk, at, lf);
        close();
        line++;
        // Lines this short are found sooner by looking than by calling a native search.
        const isShort = lf - at < shortLine;
        at = lf + 1;
        lf = isShort ? findNear(chunk, at) : chunk.indexOf(lineFeed, at);
      }
      look(chunk, at, chunk.length);
      passed += chunk.length;
    },
    end() {
      // Many writers leave the last line without a line feed. Only one that does not end like a value was cut off.
      const torn = inkStart >= 0 && lastByte !== 0x7d && lastByte !== 0x5d;
      if (inkStart >= 0 && !isOpen) {
        records.append(inkStart, inkEnd, line);
        isOpen = true;
      }
      return { torn, problems: [] };
    },
  };
}

const shortLine = 32;

function findNear(chunk: Uint8Array, from: number): number {
  const near = Math.min(chunk.length, from + shortLine);
  for (let at = from; at < near; at++) if (chunk[at] === lineFeed) return at;
  return chunk.indexOf(lineFeed, near);
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

function isBlank(byte: number, position: number): boolean {
  if (byte === 0x20 || byte === 0x09 || byte === 0x0d) return true;
  return position < 3 && byte === byteOrderMark[position];
}
