import { visit } from "jsonc-parser";
import type { ParseError } from "jsonc-parser";
import type { Parsed, Problem } from "../result.ts";
import { columnOf, describeJsonError } from "./json-error.ts";
import { skipBlanks, valueEnd } from "./json-members.ts";
import { memberOf, PlacedNode } from "./json-node.ts";
import type { JsonNode } from "./json-node.ts";
import { findOddities } from "./json-oddities.ts";
import { scanJson } from "./json-scan.ts";
import type { JsonScan } from "./json-scan.ts";
import { unitsOfBytes, unitsOfText } from "./json-units.ts";
import type { JsonUnits } from "./json-units.ts";
import { toByte } from "./source-map.ts";
import type { MappedText } from "./source-map.ts";
import { decodePlain, decodeUtf8 } from "./utf8.ts";

export { memberOf };
export type { JsonNode };
export type JsonPath = readonly (string | number)[];

/** A JSON text as a plain value and, for those who ask, where each part of it lies in the file. */
export interface JsonDocument {
  readonly value: unknown;
  readonly root: JsonNode;
  at(path: JsonPath): JsonNode | null;
}

// A parsed record takes some thirty times its size while positions are asked of it, and one string of JavaScript ends
// at 512 MB. The largest real rollouts are about 10 MB.
export const maxRecordBytes = 64 * 1024 * 1024;

// Tool schemas nest a few dozen levels. jsonc-parser, JSON.stringify and chat templates recurse: some thousand levels
// overflow the stack.
export const maxDepth = 256;

/**
 * Read one JSON value that begins at `startByte`, on zero-based line `line`. Python's `NaN` and `Infinity` are read as
 * null and are a problem. What is no JSON at all gives null and a `record-not-json` problem with its position.
 */
export function parseJson(
  bytes: Uint8Array,
  startByte: number,
  line: number,
): Parsed<JsonDocument | null> {
  if (bytes.length < largeBytes) return parseAnew(bytes, startByte, line);
  const known = parsed.get(bytes);
  if (known?.startByte === startByte && known.line === line) return known.result;
  const result = parseAnew(bytes, startByte, line);
  parsed.set(bytes, { startByte, line, result });
  return result;
}

// What a record is of is found by parsing it, and then its format parses it again: a large one is kept meanwhile.
const largeBytes = 1024 * 1024;
const parsed = new WeakMap<
  Uint8Array,
  {
    readonly startByte: number;
    readonly line: number;
    readonly result: Parsed<JsonDocument | null>;
  }
>();

function parseAnew(
  bytes: Uint8Array,
  startByte: number,
  line: number,
): Parsed<JsonDocument | null> {
  const endByte = startByte + bytes.length;
  if (bytes.length > maxRecordBytes) {
    const megabytes = Math.round(bytes.length / 1024 / 1024);
    const message = `This record has ${String(megabytes)} MB; Derail reads records up to 64 MB. Split it, or dump fewer fields`;
    return failed({ code: "record-too-large", message, line, startByte, endByte });
  }
  const units = unitsOfBytes(bytes, startByte);
  const text = decodePlain(bytes);
  const scan = scanJson(text);
  const placed = (offset: number): Pick<Problem, "line" | "startByte" | "endByte"> => ({
    line: line + countLines(bytes, offset),
    startByte: startByte + offset,
    endByte,
  });
  if (scan.depth > maxDepth) {
    const message = `This record nests ${String(scan.depth)} levels deep; Derail reads up to ${String(maxDepth)}`;
    return failed({ code: "record-too-deep", message, ...placed(0) });
  }

  const plain = tryParse(text) ?? parseWithNulls(text, scan);
  if (!plain) {
    const { offset, message } = whyNotJson(text, scan);
    const { map } = decodeUtf8(bytes, startByte);
    const at = placed(toByte(map, offset) - startByte);
    return failed({ code: "record-not-json", message, ...at });
  }
  const problems = findOddities({ bytes, units, scan, text, value: plain.value }).map(
    ({ offset, ...problem }) => ({ ...problem, ...placed(offset) }),
  );
  return { value: documentOf(units, plain.value), problems };
}

/** Where a text is no JSON, in UTF-16, and in words. */
function whyNotJson(
  text: string,
  { endsIn }: JsonScan,
): { readonly offset: number; readonly message: string } {
  if (endsIn !== "nothing") {
    const column = String(columnOf(text, text.length));
    const message = `The record ends ${inside[endsIn]}, at column ${column}: ${cutOff}`;
    return { offset: endsIn === "string" ? text.length : (firstError(text)?.offset ?? 0), message };
  }
  const error = firstError(text);
  const why = error ? describeJsonError(text, error) : "a value was expected";
  return { offset: error?.offset ?? 0, message: `This is not JSON: ${why}. ${repair}` };
}

/** What jsonc-parser first stumbles over, once Python's words are numbers. */
function firstError(text: string): ParseError | null {
  const patched = replaceWords(text, scanJson(text).bareWords, ({ length }) => "0".padEnd(length));
  let first: ParseError | null = null;
  const onError = (error: number, offset: number, length: number): void => {
    first ??= { error, offset, length };
  };
  visit(patched, { onError }, { disallowComments: true });
  return first;
}

const inside = {
  string: "in the middle of a string",
  brackets: "before its last bracket",
} as const;
const cutOff =
  "the file was cut off or is still being written. Reload it when its writer is done, or delete the record";
const repair = "Repair the record or delete it; the others are not affected";

/**
 * Read JSON that stands inside a text, such as a call's arguments in a string; positions are those of the file.
 * Null where it is no JSON or nests too deep.
 */
export function parseMappedJson(json: MappedText): JsonDocument | null {
  const plain = scanJson(json.text).depth > maxDepth ? null : tryParse(json.text);
  return plain ? documentOf(unitsOfText(json), plain.value) : null;
}

/** The value of a JSON text; undefined where it is none or nests too deep. */
export function valueOfJson(text: string): unknown {
  return scanJson(text).depth > maxDepth ? undefined : tryParse(text)?.value;
}

function failed(problem: Problem): Parsed<null> {
  return { value: null, problems: [problem] };
}

function tryParse(text: string): { readonly value: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return null;
  }
}

/** Python's words for what JSON has no number for, read as null. */
function parseWithNulls(text: string, scan: JsonScan): { readonly value: unknown } | null {
  if (scan.bareWords.length === 0) return null;
  return tryParse(replaceWords(text, scan.bareWords, () => "null"));
}

function replaceWords(
  text: string,
  words: JsonScan["bareWords"],
  write: (word: JsonScan["bareWords"][number]) => string,
): string {
  const parts: string[] = [];
  let at = 0;
  for (const word of words) {
    parts.push(text.slice(at, word.start), write(word));
    at = word.start + word.length;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

function documentOf(units: JsonUnits, value: unknown): JsonDocument {
  const start = skipBlanks(units, 0);
  const root = new PlacedNode(
    { units, members: new Map(), keys: new Map() },
    value,
    start,
    valueEnd(units, start),
  );
  return {
    value,
    root,
    at(path) {
      let node: JsonNode | null = root;
      for (const key of path) node = node?.get(key) ?? null;
      return node;
    },
  };
}

function countLines(bytes: Uint8Array, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < end; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}
