import { Buffer } from "node:buffer";
import {
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
  type ParquetParsers,
  type ParquetRow,
  type RowGroup,
  type SchemaTree,
} from "hyparquet";
import { bytesText, jsonLine, JsonText } from "./json-line.ts";
import type { Input } from "./input.ts";
import { compressors } from "./parquet-pages.ts";
import { UnpackingError } from "./spool.ts";
import type { Work } from "./work.ts";

/** Unpack parquet: each row becomes a line of JSON. Row group after row group, so that memory holds one of them. */
export async function unpackParquet(input: Input, work: Work): Promise<void> {
  const file: AsyncBuffer = {
    byteLength: input.size,
    slice: (start, end = input.size) => exactly(input, start, end),
  };
  const metadata = await readMetadata(input, file);
  const groups = metadata.row_groups;
  const rowCount = groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  work.about(`${String(rowCount)} ${rowCount === 1 ? "row" : "rows"}`);
  const schema = parquetSchema(metadata);
  const columns = [...new Set(schema.children.map(({ element }) => element.name))];
  const leaves = leavesOf(schema);
  let rowStart = 0;
  for (const [index, group] of groups.entries()) {
    const rowEnd = rowStart + Number(group.num_rows);
    try {
      checkPlaces(group, input.size);
      checkColumns(group, leaves);
      const rows = { file, metadata, columns, rowStart, rowEnd, rowsAtOnce: rowsAtOnce(group) };
      await unpackGroup(rows, work);
    } catch (error) {
      if (error instanceof UnpackingError) throw error;
      const rows = `rows ${String(rowStart + 1)} to ${String(rowEnd)}`;
      const message = `Row group ${String(index + 1)} (${rows}) can't be read: ${reason(error)}`;
      work.tell("archive-damaged", message);
    }
    rowStart = rowEnd;
    work.progress(endOf(group));
  }
}

interface GroupRows {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly string[];
  readonly rowStart: number;
  readonly rowEnd: number;
  readonly rowsAtOnce: number;
}

async function unpackGroup(
  { file, metadata, columns, rowStart, rowEnd, rowsAtOnce: step }: GroupRows,
  { spool, progress }: Work,
): Promise<void> {
  for (let from = rowStart; from < rowEnd; from += step) {
    const end = Math.min(rowEnd, from + step);
    const range = { file, metadata, compressors, parsers, rowStart: from, rowEnd: end };
    const cells: (readonly ParquetRow[])[] = [];
    // One after another: a sign of life after each, and memory for the packed bytes of one.
    for (const column of columns) {
      cells.push(
        // Bytes that nothing calls text are looked at one by one.
        await parquetReadObjects({
          ...range,
          columns: [column],
          utf8: false,
          useOffsetIndex: true,
        }),
      );
      progress(null);
    }
    let lines: string[] = [];
    let units = 0;
    for (let row = 0; row < end - from; row++) {
      const members = columns.map((name, at) => [name, cells[at]?.[row]?.[name]] as const);
      const line = jsonLine(Object.fromEntries(members));
      lines.push(line, "\n");
      units += line.length;
      if (units < linesUnits) continue;
      spool.write(Buffer.from(lines.join("")));
      lines = [];
      units = 0;
    }
    if (lines.length > 0) spool.write(Buffer.from(lines.join("")));
  }
}

/** Lines are written together up to so many characters. */
const linesUnits = 256 * 1024;

async function readMetadata(input: Input, file: AsyncBuffer): Promise<FileMetaData> {
  const tail = input.read(Math.max(0, input.size - 4), 4).toString("latin1");
  if (tail === "PARE")
    throw new UnpackingError("packing-unknown", "This parquet file is encrypted");
  if (tail !== "PAR1") {
    const message =
      "This parquet file is cut off, or still being written: the list of its rows, at the end, is missing";
    throw new UnpackingError("archive-damaged", message);
  }
  try {
    return await parquetMetadataAsync(file, { geoparquet: false });
  } catch (error) {
    const message = `The list of rows of this parquet file is damaged: ${reason(error)}`;
    throw new UnpackingError("archive-damaged", message);
  }
}

/** A group of a few rows is read at once; one of gigabytes by its pages, where the file says where they are. */
const groupBytes = 128 * 1024 * 1024;

function rowsAtOnce({ columns, num_rows, total_byte_size }: RowGroup): number {
  const rows = Number(num_rows);
  const hasIndex = columns.every(({ offset_index_offset }) => offset_index_offset !== undefined);
  if (!hasIndex || total_byte_size <= groupBytes) return Math.max(1, rows);
  return Math.max(1, Math.floor((rows * groupBytes) / Number(total_byte_size)));
}

function checkPlaces({ columns }: RowGroup, size: number): void {
  for (const { meta_data } of columns) {
    const start = meta_data?.dictionary_page_offset ?? meta_data?.data_page_offset ?? 0n;
    const end = start + (meta_data?.total_compressed_size ?? 0n);
    if (start < 0n || end > size || end < start) throw new Error("a column lies outside the file");
  }
}

/** hyparquet reads all columns at once and waits for those of the schema: no other may fail with nobody there. */
function checkColumns({ columns }: RowGroup, leaves: readonly string[]): void {
  const paths = columns.map(({ meta_data }) => JSON.stringify(meta_data?.path_in_schema));
  const isSame = paths.length === leaves.length && paths.every((path, at) => path === leaves[at]);
  if (!isSame) throw new Error("its columns are other ones than the file says that it has");
}

function leavesOf({ children, path }: SchemaTree): readonly string[] {
  return children.length === 0 ? [JSON.stringify(path)] : children.flatMap(leavesOf);
}

function endOf({ columns }: RowGroup): number {
  return columns.reduce((end, { meta_data }) => {
    const start = meta_data?.data_page_offset ?? 0n;
    return Math.max(end, Number(start + (meta_data?.total_compressed_size ?? 0n)));
  }, 0);
}

async function exactly(input: Input, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = input.read(start, end - start);
  const own = new ArrayBuffer(bytes.length);
  bytes.copy(Buffer.from(own));
  return own;
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}

/** Values keep what JSON can say of them: text with its byte order mark, JSON as it is spelled, times in full. */
const parsers: Partial<ParquetParsers> = {
  stringFromBytes: (bytes: Uint8Array | undefined) => (bytes ? bytesText(bytes) : undefined),
  jsonFromBytes: (bytes: Uint8Array | undefined) => (bytes ? jsonOf(bytesText(bytes)) : undefined),
  timestampFromMicroseconds: (value: bigint | undefined) => timeText(value, 1_000_000n),
  timestampFromNanoseconds: (value: bigint | undefined) => timeText(value, 1_000_000_000n),
};

function jsonOf(text: string): JsonText | string {
  try {
    JSON.parse(text);
    // A line break would end the line.
    return new JsonText(text.replaceAll(/[\r\n]/g, " "));
  } catch {
    return text;
  }
}

/** ISO 8601 with as many digits as the column has. */
function timeText(value: bigint | undefined, perSecond: bigint): string | null {
  if (value === undefined) return null;
  const fraction = ((value % perSecond) + perSecond) % perSecond;
  const date = new Date(Number((value - fraction) / perSecond) * 1000);
  if (Number.isNaN(date.getTime())) return String(value);
  const digits = fraction.toString().padStart(perSecond.toString().length - 1, "0");
  return date.toISOString().replace(".000Z", `.${digits}Z`);
}
