import { mapJsonString } from "./json-string.ts";
import { unescapeMapped } from "./json-string.ts";
import { toByteRange } from "./source-map.ts";
import type { ByteRange, MappedText } from "./source-map.ts";
import { decodePlain } from "./utf8.ts";

/**
 * A JSON text as a scanner sees it: numbered units, which are bytes or UTF-16 units. All that JSON is made of is ASCII,
 * one unit in both. A record is scanned as bytes, so that neither its text nor a map of all of it has to be kept.
 */
export interface JsonUnits {
  readonly length: number;
  /** The unit at an offset; -1 past the end. */
  at(offset: number): number;
  /** Where an ASCII unit comes next; the length where it does not. */
  find(unit: number, from: number): number;
  /** The units as text. */
  slice(start: number, end: number): string;
  /** The bytes of the file that the units are. */
  range(start: number, end: number): ByteRange;
  /** The text of a JSON string whose contents are these units; `value` is what `JSON.parse` made of it. */
  string(start: number, end: number, value: string): MappedText;
}

/** Bytes that begin at `startByte` of the file. */
export function unitsOfBytes(bytes: Uint8Array, startByte: number): JsonUnits {
  return {
    length: bytes.length,
    at: (offset) => bytes[offset] ?? -1,
    find(unit, from) {
      const found = bytes.indexOf(unit, from);
      return found < 0 ? bytes.length : found;
    },
    slice: (start, end) => decodePlain(bytes.subarray(start, end)),
    range: (start, end) => ({ startByte: startByte + start, endByte: startByte + end }),
    string: (start, end, value) =>
      mapJsonString(bytes.subarray(start, end), startByte + start, value),
  };
}

/** JSON that stands inside another text. */
export function unitsOfText(json: MappedText): JsonUnits {
  const { text, map } = json;
  return {
    length: text.length,
    at: (offset) => (offset < text.length ? text.charCodeAt(offset) : -1),
    find(unit, from) {
      const found = text.indexOf(String.fromCharCode(unit), from);
      return found < 0 ? text.length : found;
    },
    slice: (start, end) => text.slice(start, end),
    range: (start, end) => toByteRange(map, start, end),
    string: (start, end, value) => unescapeMapped(json, start, end, value),
  };
}
