import { byteFinder } from "./find-bytes.ts";
import type { SearchQuery } from "./query.ts";

/**
 * Tells of JSON, by its bytes alone, where a match can't be, so that nothing there is decoded. A run of the query that is
 * written as it stands in every JSON text must be there, or one of its characters written as `\uXXXX`.
 */
export interface Sieve {
  /** Look at the next stretch; stretches are asked for in order. */
  mayMatch(start: number, end: number): boolean;
}

/** Null: the query tells nothing about the bytes, and all of them have to be decoded. */
export function createSieve(query: SearchQuery): ((bytes: Uint8Array) => Sieve) | null {
  const run = query.kind === "text" ? plainRun(query) : "";
  if (run === "") return null;
  const units = new Set<number>();
  for (let at = 0; at < run.length; at++) {
    const unit = run.charCodeAt(at);
    units.add(unit);
    if (query.ignoreCase) for (const other of bothCases(unit)) units.add(other);
  }
  const find = byteFinder(new TextEncoder().encode(run), query);
  return (bytes) => {
    let next = find(bytes, 0);
    let nextEscape = findEscape(bytes, 0);
    return {
      mayMatch(start, end) {
        if (next >= 0 && next < start) next = find(bytes, start);
        if (next >= 0 && next < end) return true;
        // A record whose escapes were looked at in part is one that matched.
        if (nextEscape >= 0 && nextEscape < start) nextEscape = findEscape(bytes, start);
        while (nextEscape >= 0 && nextEscape < end) {
          if (units.has(unitAt(bytes, nextEscape + 2))) return true;
          nextEscape = findEscape(bytes, nextEscape + 2);
        }
        return false;
      },
    };
  };
}

/** The next `\u`; -1 where there is none. What follows another backslash is let through too: it is looked at again. */
function findEscape(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(backslash, from); at >= 0; at = bytes.indexOf(backslash, at + 1))
    if (bytes[at + 1] === letterU) return at;
  return -1;
}

const backslash = 0x5c;
const letterU = 0x75;

/**
 * The longest run of characters that JSON writes either as they are or as `\uXXXX`. Quotes, backslashes, slashes and
 * control characters have short escapes; half a surrogate pair and U+FFFD may stand for damaged bytes; in another case,
 * only ASCII is the same byte for byte.
 */
function plainRun({ text, ignoreCase }: SearchQuery): string {
  const runs = text.match(ignoreCase ? asciiRuns : runsAsTheyAre) ?? [];
  return runs.reduce((best: string, run) => (run.length > best.length ? run : best), "");
}

// With `u` a whole pair is one character, and half of one is a surrogate.
const runsAsTheyAre = /[^\u0000-\u001f"\\/\u007f\ufffd\p{Surrogate}]+/gu; // oxlint-disable-line no-control-regex -- what JSON escapes
const asciiRuns = /[ !#-.0-[\]-~]+/g;

function bothCases(unit: number): readonly number[] {
  const text = String.fromCharCode(unit);
  return [text.toLowerCase().charCodeAt(0), text.toUpperCase().charCodeAt(0)];
}

/** What four hexadecimal digits say; -1 where they are none. */
function unitAt(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let digit = at; digit < at + 4; digit++) {
    const value = hexValue(bytes[digit] ?? 0);
    if (value < 0) return -1;
    unit = unit * 16 + value;
  }
  return unit;
}

function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
