import type { RecordColumns } from "../../core/records/record-columns.ts";
import { maxRecordBytes } from "../../core/text/json.ts";
import type { SearchBatch } from "../../protocol/search.ts";
import type { ByteSource } from "../files/byte-source.ts";

/** Records that follow one another, read in one go. */
export interface RecordBatch extends Pick<SearchBatch, "bytes" | "bounds"> {
  readonly first: number;
  readonly count: number;
  /** Where the last one ends in the file. */
  readonly endByte: number;
  /** What could not be read. */
  readonly problem: string | null;
}

/** Large enough for a disk, small enough to be stopped at once. */
const batchBytes = 1024 * 1024;
/** Tiny records: a column of 8 bytes each. */
const maxRecords = 50_000;

/** The records from `first` on that make a batch: at least one. */
export async function readBatch(
  source: ByteSource,
  records: RecordColumns,
  first: number,
): Promise<RecordBatch | null> {
  const range = records.at(first);
  if (!range) return null;
  const { startByte } = range;
  if (range.endByte - startByte > maxRecordBytes) {
    const problem = `Record ${String(first + 1)} is too large to be read and was not searched`;
    const nothing = { bytes: new Uint8Array(0), bounds: new Uint32Array(2) };
    return { ...nothing, first, count: 1, endByte: range.endByte, problem };
  }
  const bounds: number[] = [];
  let endByte = startByte;
  let count = 0;
  for (; count < maxRecords; count++) {
    const next = records.at(first + count);
    if (!next || (count > 0 && next.endByte - startByte > batchBytes)) break;
    bounds.push(next.startByte - startByte, next.endByte - startByte);
    ({ endByte } = next);
  }
  const bytes = await source.read(startByte, endByte - startByte);
  const problem =
    bytes.length < endByte - startByte ? `${source.name} became shorter since it was opened` : null;
  return { bytes, bounds: Uint32Array.from(bounds), first, count, endByte, problem };
}
