/**
 * How a file holds its records. `json-member`: they are the items of a list inside one object. `text`: it is no JSON,
 * and the whole of it is one record.
 */
export type Container = "jsonl" | "json-array" | "json-document" | "json-member" | "text";

/** The bytes of one record and where they lie in the file. */
export interface RecordBytes {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly startByte: number;
  /** Zero-based line of its first byte. */
  readonly line: number;
}
