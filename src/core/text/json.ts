import { parseTree } from "jsonc-parser";
import type { Node, ParseError } from "jsonc-parser";
import type { Parsed, Problem } from "../result.ts";
import { columnOf, describeJsonError } from "./json-error.ts";
import { scanJson } from "./json-scan.ts";
import { unescapeMapped } from "./json-string.ts";
import { toByte, toByteRange } from "./source-map.ts";
import type { ByteRange, MappedText } from "./source-map.ts";
import { decodeUtf8 } from "./utf8.ts";

export type JsonPath = readonly (string | number)[];

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
  const endByte = startByte + bytes.length;
  if (bytes.length > maxRecordBytes) {
    const megabytes = Math.round(bytes.length / 1024 / 1024);
    const message = `This record has ${String(megabytes)} MB; Derail reads records up to 64 MB. Split it, or dump fewer fields`;
    return failed({ code: "record-too-large", message, line, startByte, endByte });
  }
  const json = decodeUtf8(bytes, startByte);
  const scan = scanJson(json.text);
  const placed = (offset: number): Pick<Problem, "line" | "startByte" | "endByte"> => ({
    line: line + countLines(json.text, offset),
    startByte: toByte(json.map, offset),
    endByte,
  });
  if (scan.depth > maxDepth) {
    const message = `This record nests ${String(scan.depth)} levels deep; Derail reads up to ${String(maxDepth)}`;
    return failed({ code: "record-too-deep", message, ...placed(0) });
  }

  const plain = tryParse(json.text);
  if (plain) return { value: documentOf(json, plain.value, null), problems: [] };

  const patched = patchBareWords(json.text, scan.bareWords);
  const nulls = new Set(scan.bareWords.map((word) => word.start));
  const lenient = nulls.size > 0 ? tryParse(patched) : null;
  const tree = lenient ? parseTree(patched, [], { disallowComments: true }) : undefined;
  if (tree) {
    const [first] = scan.bareWords;
    const word = json.text.slice(first?.start, (first?.start ?? 0) + (first?.length ?? 0));
    const message = `${word} is not JSON (Python writes it so): read as null`;
    const at = placed(first?.start ?? 0);
    const problem = { code: "number-not-json", message, ...at };
    return { value: documentOf(json, valueOf(tree, nulls), { tree, nulls }), problems: [problem] };
  }

  const errors: ParseError[] = [];
  parseTree(patched, errors, { disallowComments: true });
  const [error] = errors;
  const offset = scan.endsIn === "string" ? json.text.length : (error?.offset ?? 0);
  const message =
    scan.endsIn === "nothing"
      ? `This is not JSON: ${error ? describeJsonError(json.text, error) : "a value was expected"}. ${repair}`
      : `The record ends ${inside[scan.endsIn]}, at column ${String(columnOf(json.text, json.text.length))}: ${cutOff}`;
  return failed({ code: "record-not-json", message, ...placed(offset) });
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
  return plain ? documentOf(json, plain.value, null) : null;
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

/** Put a number of the same length in place of each bare word, so that no offset moves. */
function patchBareWords(
  text: string,
  words: readonly { readonly start: number; readonly length: number }[],
): string {
  const parts: string[] = [];
  let at = 0;
  for (const word of words) {
    parts.push(text.slice(at, word.start), "0".padEnd(word.length));
    at = word.start + word.length;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

/** The plain value of a tree; only for texts that `JSON.parse` refuses. Depth is bounded by `maxDepth`. */
function valueOf(node: Node, nulls: ReadonlySet<number>): unknown {
  const children = node.children ?? [];
  if (node.type === "array") return children.map((child) => valueOf(child, nulls));
  if (node.type !== "object") {
    // jsonc-parser types a leaf's value as `any`.
    const value: unknown = node.value;
    return nulls.has(node.offset) ? null : value;
  }
  // fromEntries defines own members, so that a key named `__proto__` stays a key.
  return Object.fromEntries(
    children.flatMap(({ children: [key, child] = [] }) =>
      key && child ? [[String(key.value), valueOf(child, nulls)] as const] : [],
    ),
  );
}

interface Tree {
  readonly tree: Node;
  readonly nulls: ReadonlySet<number>;
}

function documentOf(json: MappedText, value: unknown, known: Tree | null): JsonDocument {
  let tree: Node | undefined = known?.tree;
  // Most callers want the value alone (detection, lists): positions are worked out when first asked for.
  const root = (): JsonNode => {
    tree ??= parseTree(json.text, [], { disallowComments: true });
    return nodeOf(json, tree ?? { type: "null", offset: 0, length: json.text.length }, value);
  };
  return {
    value,
    get root() {
      return root();
    },
    at(path) {
      let node: JsonNode | null = root();
      for (const key of path) node = node?.get(key) ?? null;
      return node;
    },
  };
}

function nodeOf(json: MappedText, node: Node, value: unknown): JsonNode {
  const end = node.offset + node.length;
  return {
    value,
    get range() {
      return toByteRange(json.map, node.offset, end);
    },
    text: () =>
      typeof value === "string" ? unescapeMapped(json, node.offset + 1, end - 1, value) : null,
    get(key) {
      const child = childOf(node, key);
      return child ? nodeOf(json, child, memberOf(value, key)) : null;
    },
    items() {
      if (!Array.isArray(value)) return [];
      return (node.children ?? []).map((child, index) => nodeOf(json, child, value[index]));
    },
  };
}

function childOf(node: Node, key: string | number): Node | undefined {
  if (node.type === "array") return typeof key === "number" ? node.children?.[key] : undefined;
  if (node.type !== "object") return undefined;
  return node.children?.findLast((property) => property.children?.[0]?.value === key)
    ?.children?.[1];
}

/** An own member, never an inherited one: a file can name a key `constructor`. */
export function memberOf(value: unknown, key: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  const member: unknown = Reflect.get(value, key);
  return member;
}

function countLines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
