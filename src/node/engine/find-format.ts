import type { Format } from "../../core/formats/format.ts";
import { detectFormat } from "../../core/formats/index.ts";
import { rememberedFormat, type RememberedMapping } from "../../core/formats/mapping/remembered.ts";
import type { Container, RecordBytes } from "../../core/records/record.ts";
import type { Problem } from "../../core/result.ts";
import { parseJson } from "../../core/text/json.ts";
import { decodeUtf8 } from "../../core/text/utf8.ts";
import type { ByteSource } from "../files/byte-source.ts";
import type { Indexing } from "../files/file-index.ts";
import { readRecord } from "../files/read-record.ts";

export interface FoundFormat {
  readonly format: Format | null;
  /** The record that told it. */
  readonly record: RecordBytes | null;
  /** Why the first record can't be read, where no format is known. */
  readonly problem: Problem | null;
}

/** Records looked at before a file is called unknown: the first may be damaged. */
const maxLookedAt = 20;

/**
 * The format that one of the first records tells, else the one that a mapping makes of them. Waits for them to be found; rejects where
 * the file can't be read.
 */
export async function findFormat(
  source: ByteSource,
  indexing: Indexing,
  mappings: readonly RememberedMapping[],
  signal: AbortSignal,
): Promise<FoundFormat> {
  const { index, done } = indexing;
  let problem: Problem | null = null;
  let mapped: Format | null = null;
  for (let at = 0; at < maxLookedAt; at++) {
    while (at >= index.records.count && !index.complete && !index.stopped) {
      signal.throwIfAborted();
      await indexing.progress();
    }
    // Where reading failed, this is where it is told.
    if (index.stopped) await done;
    if (at >= index.records.count) break;
    const { value: record, problems } = await readRecord(source, index, at);
    const { value, problem: reason } = record ? valueOf(record, index.container) : unread(problems);
    if (at === 0) problem = reason;
    const format = detectFormat(value);
    if (format) return { format, record, problem: null };
    mapped ??= rememberedFormat(value, mappings);
  }
  return { format: mapped, record: null, problem };
}

interface RecordValue {
  readonly value: unknown;
  readonly problem: Problem | null;
}

function valueOf(record: RecordBytes, container: Container): RecordValue {
  if (container === "text")
    return { value: decodeUtf8(record.bytes, record.startByte).text, problem: null };
  const { value, problems } = parseJson(record.bytes, record.startByte, record.line);
  return value ? { value: value.value, problem: null } : unread(problems);
}

function unread([problem]: readonly Problem[]): RecordValue {
  return { value: undefined, problem: problem ?? null };
}
