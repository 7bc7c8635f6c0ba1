import type { RecordBytes } from "../../records/record.ts";
import { jsonValue } from "../../text/json-value.ts";
import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { decodeUtf8 } from "../../text/utf8.ts";
import { parseLines } from "../lines.ts";
import { openRecord, startNotes } from "../notes.ts";
import type { Notes } from "../notes.ts";

/** The events of a session: a line each, or the items of a list in a file that is one JSON object. */
export function openEvents(
  record: RecordBytes,
  list: string,
): { readonly events: readonly JsonNode[]; readonly root: JsonNode | null; readonly notes: Notes } {
  if (isOneValue(record)) {
    const { root, notes } = openRecord(record);
    const items =
      root && Array.isArray(memberOf(root.value, list)) ? root.get(list)?.items() : null;
    return { events: items ?? (root ? [root] : []), root, notes };
  }
  const notes = startNotes(record);
  return { events: parseLines(record, notes), root: null, notes };
}

// A first line that is complete JSON is the first of many, or all there is; what is laid out over lines is one value.
function isOneValue({ bytes, startByte }: RecordBytes): boolean {
  const lineFeed = bytes.indexOf(0x0a);
  if (lineFeed < 0) return true;
  const first = decodeUtf8(bytes.subarray(0, lineFeed), startByte).text.trim();
  if (first === "" || first.length > maxProbed) return false;
  // A value that goes on stops where more must come; a line that was torn stops anywhere.
  return jsonValue(first) === undefined && /^[[{](?:.*[[{,:])?$/s.test(first);
}

/** A line that is longer is no opening bracket of a layout. */
const maxProbed = 4096;
