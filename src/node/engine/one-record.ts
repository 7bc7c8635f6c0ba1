import type { RecordColumns, RecordRange } from "../../core/records/record-columns.ts";
import type { FileIndex } from "../files/file-index.ts";

/** The whole file as one record, for formats whose records are the events of one trajectory. */
export function asOneRecord(index: FileIndex): RecordColumns {
  return {
    count: 1,
    at: (record) => (record === 0 ? wholeOf(index) : null),
    findLine: (line) => (line === 0 ? 0 : 1),
  };
}

function wholeOf({ container, records, indexedBytes }: FileIndex): RecordRange {
  if (container !== "jsonl") return { startByte: 0, endByte: indexedBytes, line: 0 };
  // Without a byte order mark before the first event, nor one behind the last that is still being written.
  const { startByte, line } = records.at(0) ?? { startByte: 0, line: 0 };
  return { startByte, endByte: records.at(records.count - 1)?.endByte ?? startByte, line };
}
