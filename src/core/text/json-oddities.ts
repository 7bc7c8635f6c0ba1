import { scanMembers, skipBlanks, stringEnd } from "./json-members.ts";
import type { JsonScan } from "./json-scan.ts";
import type { JsonUnits } from "./json-units.ts";
import { toByte } from "./source-map.ts";
import { decodeUtf8, findDamage } from "./utf8.ts";
import { clip } from "./words.ts";

/** Something odd in a text that could be read; the offset is that of the units. */
export interface Oddity {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

export interface ReadJson {
  readonly bytes: Uint8Array;
  /** The same bytes. */
  readonly units: JsonUnits;
  readonly scan: JsonScan;
  readonly text: string;
  readonly value: unknown;
}

/** What was read otherwise than it stands there: the first of each kind, since more of the same says no more. */
export function findOddities(json: ReadJson): readonly Oddity[] {
  return [bareWord(json), equalKeys(json), halfCharacter(json), damagedByte(json)].filter(
    (found) => found !== null,
  );
}

function bareWord({ bytes, scan, text }: ReadJson): Oddity | null {
  const [first] = scan.bareWords;
  if (!first) return null;
  const word = text.slice(first.start, first.start + first.length);
  const message = `${word} is not JSON (Python writes it so): read as null`;
  const offset = toByte(decodeUtf8(bytes, 0).map, first.start);
  return { code: "number-not-json", message, offset };
}

/** Members are counted in the text and in the value; where the numbers differ, keys are looked at. */
function equalKeys({ units, scan, value }: ReadJson): Oddity | null {
  if (scan.memberCount < 2 || countMembers(value) === scan.memberCount) return null;
  const offset = findEqualKey(units, value);
  if (offset === null) return null;
  const key = clip(units.slice(offset, stringEnd(units, offset + 1) + 1), 60);
  const message = `The key ${key} stands twice in one object: the last one counts`;
  return { code: "equal-keys", message, offset };
}

function countMembers(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) {
    let count = 0;
    // By index: lists of a million numbers come along here.
    for (let at = 0; at < value.length; at++) {
      const item: unknown = value[at];
      if (typeof item === "object") count += countMembers(item);
    }
    return count;
  }
  let count = 0;
  for (const member of Object.values(value)) count += 1 + countMembers(member);
  return count;
}

/** The second of the first two equal keys, where one is. Containers wait in a list: no recursion. */
function findEqualKey(units: JsonUnits, value: unknown): number | null {
  if (typeof value !== "object" || value === null) return null;
  const waiting = [skipBlanks(units, 0)];
  for (let open = waiting.pop(); open !== undefined; open = waiting.pop()) {
    const members = scanMembers(units, open);
    const isObject = units.at(open) === 0x7b;
    const seen = new Set<unknown>();
    for (let at = 0; at < members.length; at += 2) {
      const start = members[at] ?? 0;
      if (isObject && at % 4 === 0) {
        const key: unknown = JSON.parse(units.slice(start, members[at + 1] ?? 0));
        if (seen.has(key)) return start;
        seen.add(key);
      } else if (units.at(start) === 0x7b || units.at(start) === 0x5b) waiting.push(start);
    }
  }
  return null;
}

function halfCharacter({ units, text }: ReadJson): Oddity | null {
  if (!text.includes(String.raw`\ud`) && !text.includes(String.raw`\uD`)) return null;
  for (let at = units.find(0x5c, 0); at < units.length; at = units.find(0x5c, at)) {
    const unit = escapedUnit(units, at);
    const isPair = isHigh(unit) && isLow(escapedUnit(units, at + 6));
    if (!isPair && (isHigh(unit) || isLow(unit))) {
      const escape = units.slice(at, at + 6);
      const message = `${escape} is half a character, its other half is missing: it is shown as it stands`;
      return { code: "half-character", message, offset: at };
    }
    at += isPair ? 12 : 2;
  }
  return null;
}

/** What an escape with four digits stands for; NaN for any other. */
function escapedUnit(units: JsonUnits, at: number): number {
  if (units.at(at) !== 0x5c || units.at(at + 1) !== 0x75) return NaN;
  return parseInt(units.slice(at + 2, at + 6), 16);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** The character itself may stand in the file as well: then nothing is damaged. */
function damagedByte({ bytes, text }: ReadJson): Oddity | null {
  if (!text.includes("\uFFFD")) return null;
  const offset = findDamage(bytes);
  if (offset < 0) return null;
  const shown = (bytes[offset] ?? 0).toString(16).toUpperCase();
  const message = `Byte ${shown} is no UTF-8: it is shown as \uFFFD`;
  return { code: "bytes-not-utf8", message, offset };
}
