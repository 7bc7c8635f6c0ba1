import type { Parsed } from "../result.ts";
import type { Container } from "./record.ts";
import { lookAhead } from "./look-ahead.ts";

/** How many bytes of a file `detectContainer` wants. A first record may be longer: that is no hindrance. */
export const headBytes = 64 * 1024;

/**
 * Tell from a file's first bytes how it holds its records. Content decides, never the name: a pretty-printed `.jsonl`
 * and a `.json` of lines both occur. Text that is no JSON may be a transcript. Null for what can't be read, with a
 * problem that says what it is.
 */
export function detectContainer(head: Uint8Array): Parsed<Container | null> {
  const other = signatures.find(({ bytes }) => bytes.every((byte, at) => head[at] === byte));
  if (other) return refused(`This is ${other.what}, which Derail can't read: ${other.remedy}`);
  if (bracketMarker.test(new TextDecoder().decode(head.subarray(0, 64))))
    return { value: "text", problems: [] };
  const ahead = lookAhead(head);
  if (ahead.opens === "nothing") return refused("The file is empty");
  if (ahead.opens === "text") {
    return head.includes(0) ? refused("This is a binary file") : { value: "text", problems: [] };
  }
  if (ahead.opens === "array") return { value: containerOfArray(ahead), problems: [] };
  if (ahead.layout !== "lines" && holdsRuns(ahead.firstItemKeys))
    return { value: "json-member", problems: [] };
  return { value: ahead.layout === "pretty" ? "json-document" : "jsonl", problems: [] };
}

/** Transcripts of GLM and Mistral begin with `[gMASK]`, `[INST]` and the like, which is no JSON. */
const bracketMarker = /^\s*\[(?:gMASK|[A-Z_]{4,30})\]/;

/** An Inspect log, whose samples come last; results of tau2-bench, whose simulations do. */
function holdsRuns(keys: readonly string[]): boolean {
  const marks = [["version", "status", "eval"], ["timestamp", "info", "tasks"], ["simulations"]];
  return marks.some((all) => all.every((key) => keys.includes(key)));
}

function containerOfArray(ahead: ReturnType<typeof lookAhead>): Container {
  // Lines that are arrays: each is a conversation.
  if (ahead.layout === "lines") return "jsonl";
  const keys = ahead.firstItemKeys;
  // The head can end inside a message's long content, before its role.
  const isMessage =
    (keys.includes("role") && !keys.includes("messages")) ||
    (keys.includes("content") && keys.every((key) => messageKeys.has(key)));
  // So are the events of OpenHands.
  const isEvent =
    keys.includes("source") && (keys.includes("action") || keys.includes("observation"));
  // A bare array of messages is one trajectory, an array of anything else is many records.
  return isMessage || isEvent ? "json-document" : "json-array";
}

const messageKeys = new Set(["content", "name", "reasoning_content", "reasoning", "tool_calls"]);

function refused(message: string): Parsed<null> {
  return {
    value: null,
    problems: [{ code: "file-not-json", message, line: 0, startByte: 0, endByte: 0 }],
  };
}

// Whoever opens a file unpacks it, and one packed file inside it: what still looks packed lies deeper.
const unpack = "unpack the outer ones first";
const signatures = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: "a zip archive inside other archives", remedy: unpack },
  { bytes: [0x1f, 0x8b], what: "a gzip archive inside other archives", remedy: unpack },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: "a zstd archive inside other archives", remedy: unpack },
  { bytes: [0x50, 0x41, 0x52, 0x31], what: "a parquet file inside archives", remedy: unpack },
  { bytes: [0xff, 0xfe], what: "UTF-16 text", remedy: "save it as UTF-8" },
  { bytes: [0xfe, 0xff], what: "UTF-16 text", remedy: "save it as UTF-8" },
] as const;
