import type { RecordBytes } from "../../core/records/record.ts";
import type { Parsed } from "../../core/result.ts";
import { maxRecordBytes } from "../../core/text/json.ts";
import type { ByteSource } from "./byte-source.ts";
import type { FileIndex } from "./file-index.ts";

/**
 * The bytes of one record. Null with a problem where it is too large, or where the file is shorter by now than its
 * index says. Rejects with a `FileError` where the file can't be read at all.
 */
export async function readRecord(
  source: ByteSource,
  { records }: Pick<FileIndex, "records">,
  recordIndex: number,
): Promise<Parsed<RecordBytes | null>> {
  const range = records.at(recordIndex);
  if (!range) {
    const message = `There is no record ${String(recordIndex + 1)} in ${source.name}`;
    return { value: null, problems: [{ code: "record-not-found", message, line: 0 }] };
  }
  const { startByte, endByte, line } = range;
  const sizeBytes = endByte - startByte;
  if (sizeBytes > maxRecordBytes) {
    const megabytes = Math.round(sizeBytes / 1024 / 1024);
    const message = `This record has ${String(megabytes)} MB; Derail reads records up to 64 MB. Split it, or dump fewer fields`;
    const problem = { code: "record-too-large", message, line, startByte, endByte };
    return { value: null, problems: [problem] };
  }
  const bytes = await source.read(startByte, sizeBytes);
  if (bytes.length < sizeBytes) {
    const message = `${source.name} became shorter since it was opened: reload it`;
    const problem = { code: "file-changed", message, line, startByte, endByte };
    return { value: null, problems: [problem] };
  }
  return { value: { index: recordIndex, bytes, startByte, line }, problems: [] };
}
