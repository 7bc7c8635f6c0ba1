import { identityMap, sliceMapped, startMap, toByte, toByteRange } from "./source-map.ts";
import type { MappedText } from "./source-map.ts";
import { appendCharacter } from "./utf8.ts";

/**
 * The text of a JSON string whose contents are `bytes`, which begin at `startByte` of the file. The string must be
 * valid JSON; `value` is what `JSON.parse` made of it.
 */
export function mapJsonString(bytes: Uint8Array, startByte: number, value: string): MappedText {
  // Escapes and characters beyond ASCII take more bytes than units: equal lengths mean that there are none.
  if (value.length === bytes.length) {
    return { text: value, map: identityMap(value.length, startByte) };
  }
  const builder = startMap();
  for (let at = 0; at < bytes.length;) {
    const from = at;
    while (at < bytes.length && isPlain(bytes[at] ?? 0)) at++;
    builder.append(at - from, startByte + from, 1);
    if (at === bytes.length) break;
    if (bytes[at] === backslash) {
      const size = bytes[at + 1] === 0x75 ? 6 : 2;
      builder.append(1, startByte + at, size);
      at += size;
    } else at += appendCharacter(builder, bytes, at, startByte + at);
  }
  return { text: value, map: builder.finish() };
}

const backslash = 0x5c;

function isPlain(byte: number): boolean {
  return byte < 0x80 && byte !== backslash;
}

/**
 * The text of a JSON string whose contents are the units `[start, end)` of `json`, mapped through its escapes to the
 * bytes of the file. The string must be valid JSON; `value` is what `JSON.parse` made of it.
 */
export function unescapeMapped(
  json: MappedText,
  start: number,
  end: number,
  value: string,
): MappedText {
  let slash = nextEscape(json.text, start, end);
  if (slash === end) return sliceMapped(json, start, end);
  const builder = startMap();
  let at = start;
  while (slash < end) {
    builder.appendSlice(json.map, at, slash);
    const size = json.text[slash + 1] === "u" ? 6 : 2;
    builder.append(1, toByte(json.map, slash), escapeBytes(json, slash, slash + size));
    at = slash + size;
    slash = nextEscape(json.text, at, end);
  }
  builder.appendSlice(json.map, at, end);
  return { text: value, map: builder.finish() };
}

/**
 * Bytes of one escape: `\n` 2, `\u003c` 6; more where the JSON itself stands in a JSON string. Half a surrogate pair is
 * an escape of its own, one unit long.
 */
function escapeBytes(json: MappedText, start: number, end: number): number {
  const { startByte, endByte } = toByteRange(json.map, start, end);
  // Every unit of an escape is at most an escape itself. More can only be a seam between joined pieces.
  const most = 6 * (end - start);
  return endByte - startByte <= most ? endByte - startByte : end - start;
}

function nextEscape(text: string, from: number, end: number): number {
  const at = text.indexOf("\\", from);
  return at < 0 || at > end ? end : at;
}
