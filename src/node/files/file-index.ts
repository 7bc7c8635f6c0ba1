import { detectContainer, headBytes } from "../../core/records/detect-container.ts";
import type { Container } from "../../core/records/record.ts";
import type { RecordColumns } from "../../core/records/record-columns.ts";
import { startSplitter } from "../../core/records/start-splitter.ts";
import type { Parsed, Problem } from "../../core/result.ts";
import type { ByteSource } from "./byte-source.ts";

// Large enough that a chunk costs one system call for a few milliseconds of work, small enough that the event loop
// turns often and two buffers are nothing.
const chunkBytes = 2 * 1024 * 1024;

/** Where the records of a file are. It can be used while it grows. */
export interface FileIndex {
  readonly container: Container;
  /** The records found so far; the last one is complete. */
  readonly records: RecordColumns;
  readonly indexedBytes: number;
  readonly complete: boolean;
  /** Set once complete: the file ends inside its last record. */
  readonly torn: boolean;
  /** Known once complete. */
  readonly problems: readonly Problem[];
}

export interface IndexOptions {
  readonly signal?: AbortSignal;
  /** Called after each chunk. */
  readonly onProgress?: (index: FileIndex) => void;
  /** For tests; the records are the same with any size. */
  readonly chunkBytes?: number;
}

export interface Indexing {
  readonly index: FileIndex;
  /** Resolves when the index is complete; rejects with the read error, or with the signal's reason. */
  readonly done: Promise<void>;
}

/** Tell from the beginning of a file how it holds its records. */
export async function readContainer(source: ByteSource): Promise<Parsed<Container | null>> {
  return detectContainer(await source.read(0, headBytes));
}

/** Find the records of a file in one pass over its bytes. The index is at hand at once and fills chunk by chunk. */
export function indexFile(
  source: ByteSource,
  container: Container,
  options: IndexOptions = {},
): Indexing {
  const splitter = startSplitter(container);
  let indexedBytes = 0;
  let complete = false;
  let torn = false;
  let problems: readonly Problem[] = [];
  const index: FileIndex = {
    container,
    records: splitter.records,
    get indexedBytes() {
      return indexedBytes;
    },
    get complete() {
      return complete;
    },
    get torn() {
      return torn;
    },
    get problems() {
      return problems;
    },
  };
  return { index, done: fill() };

  async function fill(): Promise<void> {
    const { signal, onProgress } = options;
    const step = options.chunkBytes ?? chunkBytes;
    signal?.throwIfAborted();
    let next = source.read(0, step);
    for (;;) {
      const chunk = await next;
      signal?.throwIfAborted();
      if (chunk.length === 0) break;
      // The disk fetches the next chunk while this one is split.
      next = source.read(indexedBytes + chunk.length, step);
      // Its failure is met by the next `await`; until then nobody else may call it unhandled.
      next.catch(() => undefined);
      splitter.push(chunk);
      indexedBytes += chunk.length;
      onProgress?.(index);
    }
    ({ torn, problems } = splitter.end());
    complete = true;
    onProgress?.(index);
  }
}
