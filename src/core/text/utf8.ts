import { identityMap, startMap } from "./source-map.ts";
import type { MapBuilder, MappedText } from "./source-map.ts";

// A byte order mark inside the bytes is text like any other: whoever splits the file has dropped the one at its head.
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/**
 * Decode UTF-8 that begins at `startByte` of the file. Damaged bytes become U+FFFD, as many as the WHATWG decoder
 * writes, each mapped to the bytes that it stands for.
 */
export function decodeUtf8(bytes: Uint8Array, startByte: number): MappedText {
  const text = decoder.decode(bytes);
  // Every non-ASCII character takes more bytes than units, so equal lengths mean one byte a unit all through, but for
  // lone damaged bytes: those are one byte and one unit too, and the identity is right for them as well.
  if (text.length === bytes.length) return { text, map: identityMap(text.length, startByte) };
  const builder = startMap();
  let at = 0;
  while (at < bytes.length) {
    const from = at;
    while (at < bytes.length && (bytes[at] ?? 0) < 0x80) at++;
    builder.append(at - from, startByte + from, 1);
    if (at < bytes.length) at += appendCharacter(builder, bytes, at, startByte + at);
  }
  return { text, map: builder.finish() };
}

/** The text of UTF-8, without a map. */
export function decodePlain(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Where the first byte is that belongs to no character; -1 where none is. */
export function findDamage(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) {
    const expected = sequenceLength(bytes[at] ?? 0);
    const length = presentLength(bytes, at, expected);
    if (length < expected || expected === 0) return at;
    at += length;
  }
  return -1;
}

/** Append the character that begins at `at`; returns its bytes. */
export function appendCharacter(
  builder: MapBuilder,
  bytes: Uint8Array,
  at: number,
  byte: number,
): number {
  const expected = sequenceLength(bytes[at] ?? 0);
  const length = presentLength(bytes, at, expected);
  if (length < expected || expected === 0) builder.append(1, byte, length);
  else if (length === 4) builder.append(2, byte, 2);
  else builder.append(1, byte, length);
  return length;
}

/** Bytes of the sequence that are there; at least one. */
function presentLength(bytes: Uint8Array, at: number, expected: number): number {
  let length = 1;
  while (length < expected && continues(bytes, at, length)) length++;
  return length;
}

/** Bytes of the sequence that a lead byte announces; 0 for a byte that can't lead one. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/** Whether the byte after `length` bytes belongs to the sequence (WHATWG Encoding, UTF-8 decoder: lower and upper boundary). */
function continues(bytes: Uint8Array, at: number, length: number): boolean {
  const next = bytes[at + length];
  if (next === undefined) return false;
  const lead = bytes[at] ?? 0;
  let lower = 0x80;
  let upper = 0xbf;
  if (length === 1 && lead === 0xe0) lower = 0xa0;
  if (length === 1 && lead === 0xed) upper = 0x9f;
  if (length === 1 && lead === 0xf0) lower = 0x90;
  if (length === 1 && lead === 0xf4) upper = 0x8f;
  return next >= lower && next <= upper;
}
