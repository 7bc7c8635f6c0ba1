import { memberOf } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import type { MappedText } from "../text/source-map.ts";
import { hashText } from "./group.ts";
import type { Notes } from "./notes.ts";

/** What a value is, in the words of JSON. */
export function kindOf(
  value: unknown,
): "object" | "array" | "string" | "number" | "boolean" | "null" | "nothing" {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const kind = typeof value;
  if (kind === "string" || kind === "number" || kind === "boolean") return kind;
  return "object";
}

/** A member that must be a string. A missing or other one is a problem and gives null. */
export function readText(node: JsonNode, key: string, notes: Notes): MappedText | null {
  const member = node.get(key);
  const text = member?.text() ?? null;
  if (text) return text;
  if (!member) notes.add("field-missing", `This record has no "${key}"`, node.range);
  else {
    const found = kindOf(member.value);
    notes.add("field-wrong-type", `"${key}" should be text and is ${found}`, member.range);
  }
  return null;
}

/** The first of some own members that is a finite number; null where none is. */
function numberOf(value: unknown, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const found = memberOf(value, key);
    if (typeof found === "number" && Number.isFinite(found)) return found;
  }
  return null;
}

/** The first of some own members that is a whole number of at least 0. */
export function countOf(value: unknown, ...keys: readonly string[]): number | null {
  const found = keys.map((key) => numberOf(value, key));
  return found.find((number) => number !== null && Number.isInteger(number) && number >= 0) ?? null;
}

// A name is kept for every row of a list and is shown whole: a longer text in its place is no name.
const maxNameLength = 200;

/** The first of some own members that names something: text that is not empty, or a number. */
export function nameOf(value: unknown, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const found = memberOf(value, key);
    if (typeof found === "string" && found !== "") return shortName(found);
    if (typeof found === "number" && Number.isFinite(found)) return String(found);
  }
  return null;
}

/** A name of bounded length; different long ones stay different. */
function shortName(name: string): string {
  if (name.length <= maxNameLength) return name;
  return `${name.slice(0, maxNameLength)}… ${hashText(name)}`;
}

/** A value of the file in a message: short, in quotes. */
export function quoted(text: string): string {
  return `"${text.length <= 40 ? text : `${text.slice(0, 40)}…`}"`;
}

/** A reward: a number, or the sum of a list of them (one a token, as trainers keep it). */
export function rewardOf(value: unknown, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const found = memberOf(value, key);
    if (typeof found === "number" && Number.isFinite(found)) return found;
    if (typeof found === "boolean") return found ? 1 : 0;
    if (!Array.isArray(found)) continue;
    const numbers = found.filter((item: unknown) => typeof item === "number");
    const total = sum(numbers);
    if (numbers.length > 0 && numbers.length === found.length && Number.isFinite(total))
      return total;
  }
  return null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Unique in the file and stable while it grows: the record's number (with that of the trajectory in it, where a record
 * holds many), behind the file's own name for it.
 */
export function trajectoryId(own: string | null, index: number, part?: number): string {
  const number = `#${String(index + 1)}${part === undefined ? "" : `.${String(part + 1)}`}`;
  return own === null ? number : `${own} ${number}`;
}
