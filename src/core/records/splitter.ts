import type { Problem } from "../result.ts";
import type { RecordColumns } from "./record-columns.ts";

/** Finds records in a file that comes chunk by chunk. Any chunking gives the same records. */
export interface Splitter {
  readonly records: RecordColumns;
  push(chunk: Uint8Array): void;
  /** The file is at its end. Torn last record: it is among the records, and reading it says what is wrong. */
  end(): SplitEnd;
}

export interface SplitEnd {
  /** The file ends inside its last record. */
  readonly torn: boolean;
  readonly problems: readonly Problem[];
}
