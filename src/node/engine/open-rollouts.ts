import { parseJson } from "../../core/text/json.ts";
import { detectFormat } from "../../core/formats/index.ts";
import { unknownFormat } from "../../core/formats/unknown-format.ts";
import path from "node:path";
import type { FileContext, Format } from "../../core/formats/format.ts";
import type { Container, RecordBytes } from "../../core/records/record.ts";
import type { RecordColumns, RecordRange } from "../../core/records/record-columns.ts";
import { decodeUtf8 } from "../../core/text/utf8.ts";
import type { Problem } from "../../core/result.ts";
import { placesOfRecords, type TrajectoryPlaces } from "../../core/records/trajectory-places.ts";
import type { ByteSource } from "../files/byte-source.ts";
import { indexFile, readContainer, type FileIndex, type Indexing } from "../files/file-index.ts";
import { openSource } from "../files/open-source.ts";
import { readRecord } from "../files/read-record.ts";
import { startCounting } from "./count-trajectories.ts";

/** A rollout file as it lies on disk: its index is at hand at once and fills in the background. */
export interface RolloutFile {
  readonly source: ByteSource;
  readonly sizeBytes: number;
  readonly container: Container;
  readonly index: FileIndex;
  /** Which record, and which part of it, each trajectory is. */
  readonly trajectories: TrajectoryPlaces;
  /** Resolves when the index is complete and every trajectory counted. */
  readonly indexed: Promise<void>;
  /** Null: no format that is known. */
  readonly format: Format | null;
  /** What formats may know of the file. */
  readonly context: FileContext;
  readonly problems: readonly Problem[];
  close(): Promise<void>;
}

/** Records looked at before a file is called unknown: the first may be damaged. */
const maxLookedAt = 20;

/** Open a file. Rejects with a `FileError` when it can't be read; a file of no known format opens and says so. */
export async function openRollouts(
  file: string,
  onIndexed: () => void,
  signal: AbortSignal,
): Promise<RolloutFile> {
  const source = await openSource(file);
  const stopping = new AbortController();
  try {
    const sizeBytes = await source.size();
    const { value, problems } = await readContainer(source);
    const container = value ?? "json-document";
    let onProgress = onIndexed;
    const indexing =
      value === null
        ? nothingIndexed(container)
        : indexFile(source, value, {
            signal: stopping.signal,
            onProgress: () => {
              onProgress();
            },
          });
    // The file may be closed before anybody waits for the index.
    indexing.done.catch(ignored);
    const found = value === null ? nothingFound : await findFormat(source, indexing, signal);
    const { format, problem } = found;
    const unknown =
      value !== null && format === null
        ? [unknownFormat({ name: source.name, container, problem })]
        : [];
    const context = contextOf(file, source);
    let trajectories: TrajectoryPlaces | null = null;
    let indexed = indexing.done;
    if (format?.holds === "many") {
      const counted = { source, indexing, format, context };
      const counting = startCounting(counted, stopping.signal, onIndexed);
      trajectories = counting.places;
      // A file of few records is known when it opens; the others grow in the background.
      if (indexing.index.complete) await counting.catchUp();
      onProgress = () => {
        onIndexed();
        counting.catchUp().catch(ignored);
      };
      indexed = indexing.done.then(() => counting.catchUp());
      indexed.catch(ignored);
    }
    const index = format?.holds === "file" ? asOneRecord(indexing.index) : indexing.index;
    return {
      source,
      sizeBytes,
      container,
      index,
      trajectories: trajectories ?? placesOfRecords(index.records),
      indexed,
      format,
      context,
      problems: [...problems, ...unknown],
      async close() {
        stopping.abort();
        await source.close();
      },
    };
  } catch (error) {
    stopping.abort();
    await source.close();
    throw error;
  }
}

function contextOf(file: string, { name }: ByteSource): FileContext {
  const folder = path.basename(path.dirname(path.resolve(file)));
  return { name, folder: folder === "" ? null : folder };
}

/** Whoever waits for the work is told of its failure; a file may be closed before anybody does. */
function ignored(): void {}

async function findFormat(
  source: ByteSource,
  { index, done }: Indexing,
  signal: AbortSignal,
): Promise<Found> {
  let problem: Problem | null = null;
  let isFailed = false;
  done.catch(() => {
    isFailed = true;
  });
  for (let at = 0; at < maxLookedAt; at++) {
    while (at >= index.records.count && !index.complete) {
      signal.throwIfAborted();
      if (isFailed) await done;
      await nextTurn();
    }
    if (at >= index.records.count) break;
    const { value: record, problems } = await readRecord(source, index, at);
    const { value, problem: reason } = record ? valueOf(record, index.container) : unread(problems);
    if (at === 0) problem = reason;
    const format = detectFormat(value);
    if (format) return { format, problem: null };
  }
  return { format: null, problem };
}

interface Found {
  readonly format: Format | null;
  /** Why the first record can't be read, where no format is known. */
  readonly problem: Problem | null;
}

const nothingFound: Found = { format: null, problem: null };

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

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The whole file as one record, for formats whose records are the events of one trajectory. */
function asOneRecord(index: FileIndex): FileIndex {
  const whole = (): RecordRange => ({ startByte: 0, endByte: index.indexedBytes, line: 0 });
  const records: RecordColumns = {
    count: 1,
    at: (record) => (record === 0 ? whole() : null),
    findLine: (line) => (line === 0 ? 0 : 1),
  };
  return {
    container: index.container,
    records,
    get indexedBytes() {
      return index.indexedBytes;
    },
    get complete() {
      return index.complete;
    },
    get torn() {
      return index.torn;
    },
    get problems() {
      return index.problems;
    },
  };
}

function nothingIndexed(container: Container): Indexing {
  const records = { count: 0, at: () => null, findLine: () => 0 };
  const index: FileIndex = {
    container,
    records,
    indexedBytes: 0,
    complete: true,
    torn: false,
    problems: [],
  };
  return { index, done: Promise.resolve() };
}
