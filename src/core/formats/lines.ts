import type { RecordBytes } from "../records/record.ts";
import { parseJson } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import type { Notes } from "./notes.ts";

/**
 * The lines of a file that is one trajectory (the events of a session), parsed. A line that is no JSON is a problem on
 * its place and is left out; a blank one is nothing.
 */
export function parseLines(record: RecordBytes, notes: Notes): readonly JsonNode[] {
  const { bytes, startByte } = record;
  const nodes: JsonNode[] = [];
  let line = record.line;
  for (let from = 0; from < bytes.length; line++) {
    const lineFeed = bytes.indexOf(0x0a, from);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    if (!isBlank(bytes, from, end)) {
      const parsed = parseJson(bytes.subarray(from, end), startByte + from, line);
      for (const problem of parsed.problems) {
        const at = { startByte: problem.startByte ?? startByte + from, endByte: startByte + end };
        notes.add(problem.code, problem.message, at);
      }
      if (parsed.value) nodes.push(parsed.value.root);
    }
    from = end + 1;
  }
  return nodes;
}

function isBlank(bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
