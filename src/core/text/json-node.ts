import { scanMembers, type JsonMembers } from "./json-members.ts";
import type { JsonUnits } from "./json-units.ts";
import type { ByteRange, MappedText } from "./source-map.ts";

/** One value in a JSON text, with its place in the file. */
export interface JsonNode {
  readonly value: unknown;
  /** With the quotes of a string and the brackets of an object. */
  readonly range: ByteRange;
  /** A string's text, mapped through its escapes to bytes; null for what is no string. */
  text(): MappedText | null;
  /** Own member of an object or item of an array; the last of equal keys, as `JSON.parse` takes it. */
  get(key: string | number): JsonNode | null;
  /** Items of an array; empty for what is none. */
  items(): readonly JsonNode[];
}

/** What the nodes of one text share. Members of a value are searched when one of them is first asked for. */
export interface JsonPlaces {
  readonly units: JsonUnits;
  /** By the offset of the opening bracket. */
  readonly members: Map<number, JsonMembers>;
  /** Of objects with many members, and likewise: where in their members a key's pair is. */
  readonly keys: Map<number, ReadonlyMap<string, number>>;
}

// An index costs more than a few looks through so few keys; attachments of a log may be thousands.
const manyMembers = 64;

/** A class, since a record may have a million nodes: its methods are not made anew for each. */
export class PlacedNode implements JsonNode {
  readonly value: unknown;
  readonly #places: JsonPlaces;
  readonly #start: number;
  readonly #end: number;

  constructor(places: JsonPlaces, value: unknown, start: number, end: number) {
    this.value = value;
    this.#places = places;
    this.#start = start;
    this.#end = end;
  }

  get range(): ByteRange {
    return this.#places.units.range(this.#start, this.#end);
  }

  text(): MappedText | null {
    if (typeof this.value !== "string") return null;
    return this.#places.units.string(this.#start + 1, this.#end - 1, this.value);
  }

  get(key: string | number): JsonNode | null {
    if (typeof this.value !== "object" || this.value === null) return null;
    if (Array.isArray(this.value)) return typeof key === "number" ? this.#item(key) : null;
    if (typeof key === "number") return null;
    const members = this.#members();
    const pair = this.#pairOf(key, members);
    if (pair < 0) return null;
    const [start = 0, end = 0] = members.subarray(pair + 2, pair + 4);
    return new PlacedNode(this.#places, memberOf(this.value, key), start, end);
  }

  /** Offset of a key's pair among the members, the last of equal keys; -1 where there is none. */
  #pairOf(key: string, members: JsonMembers): number {
    const { units, keys } = this.#places;
    if (members.length > 4 * manyMembers) {
      const index = keys.get(this.#start) ?? indexKeys(units, members);
      keys.set(this.#start, index);
      return index.get(key) ?? -1;
    }
    for (let pair = members.length - 4; pair >= 0; pair -= 4) {
      if (isKey(units, members[pair] ?? 0, members[pair + 1] ?? 0, key)) return pair;
    }
    return -1;
  }

  items(): readonly JsonNode[] {
    if (!Array.isArray(this.value)) return [];
    const members = this.#members();
    return this.value.map((value: unknown, index) => {
      const start = members[index * 2] ?? this.#start;
      return new PlacedNode(this.#places, value, start, members[index * 2 + 1] ?? start);
    });
  }

  #item(index: number): JsonNode | null {
    const members = this.#members();
    const start = members[index * 2];
    const end = members[index * 2 + 1];
    if (start === undefined || end === undefined) return null;
    return new PlacedNode(this.#places, memberOf(this.value, index), start, end);
  }

  #members(): JsonMembers {
    const { units, members } = this.#places;
    const known = members.get(this.#start);
    if (known) return known;
    const found = scanMembers(units, this.#start);
    members.set(this.#start, found);
    return found;
  }
}

function indexKeys(units: JsonUnits, members: JsonMembers): ReadonlyMap<string, number> {
  const index = new Map<string, number>();
  for (let pair = 0; pair < members.length; pair += 4) {
    const key: unknown = JSON.parse(units.slice(members[pair] ?? 0, members[pair + 1] ?? 0));
    if (typeof key === "string") index.set(key, pair);
  }
  return index;
}

/** Whether the string between two quotes says `wanted`. */
function isKey(units: JsonUnits, start: number, end: number, wanted: string): boolean {
  const length = end - start - 2;
  for (let at = 0; at < length; at++) {
    const unit = units.at(start + 1 + at);
    // What is no plain letter takes several units, or is several.
    if (unit === 0x5c || unit >= 0x80) return JSON.parse(units.slice(start, end)) === wanted;
    if (unit !== wanted.charCodeAt(at)) return false;
  }
  return length === wanted.length;
}

/** An own member, never an inherited one: a file can name a key `constructor`. */
export function memberOf(value: unknown, key: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  const member: unknown = Reflect.get(value, key);
  return member;
}
