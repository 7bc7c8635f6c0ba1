import type { Problem } from "../result.ts";
import type { RecordColumns } from "./record-columns.ts";

/** Finds records in a file that comes chunk by chunk. Any chunking gives the same records. */
export interface Splitter {
  readonly records: RecordColumns;
  /** More of the file; also after an end, where it has grown: a record that was cut off there goes on. */
  push(chunk: Uint8Array): void;
  /** The file is at its end. Torn last record: it is among the records, and reading it says what is wrong. */
  end(): SplitEnd;
}

export interface SplitEnd {
  /** The file ends inside its last record. */
  readonly torn: boolean;
  readonly problems: readonly Problem[];
}
