import { detectContainer, headBytes } from "../../core/records/detect-container.ts";
import type { Container } from "../../core/records/record.ts";
import type { RecordColumns } from "../../core/records/record-columns.ts";
import type { SplitEnd } from "../../core/records/splitter.ts";
import { startSplitter } from "../../core/records/start-splitter.ts";
import type { Parsed, Problem } from "../../core/result.ts";
import type { ByteSource } from "./byte-source.ts";
import { readAhead } from "./read-ahead.ts";

/** Where the records of a file are. It can be used while it grows. */
export interface FileIndex {
  readonly container: Container;
  /** The records found so far; the last one is complete. */
  readonly records: RecordColumns;
  readonly indexedBytes: number;
  /** All of the file that there is has been looked at; false again where it grew and is looked at once more. */
  readonly complete: boolean;
  /** It was stopped before the end of the file. */
  readonly stopped: boolean;
  /** Of the pass that runs, or of the last one. */
  readonly bytesPerSecond: number;
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
  /**
   * Whether nobody writes the file: asked at its end. Where somebody may, what is cut off there is neither a record nor
   * a problem until `rest`.
   */
  readonly isAtRest?: () => boolean;
}

export interface Indexing {
  readonly index: FileIndex;
  /** Resolves when the index is complete or stopped; rejects with the read error, or with the signal's reason. */
  readonly done: Promise<void>;
  /** Resolves when the index has grown, or is done. */
  progress(): Promise<void>;
  stop(): void;
  /** Go on where it stopped, or at the end that the file had. */
  goOn(): Promise<void>;
  /** Nobody writes the file any more: what is cut off at its end counts. Whether anything is. */
  rest(): boolean;
}

/** Tell from the beginning of a file how it holds its records. */
export async function readContainer(source: ByteSource): Promise<Parsed<Container | null>> {
  const head = await source.read(0, headBytes);
  // Nothing could be unpacked: the source says why.
  if (head.length === 0 && source.packed) return { value: null, problems: [] };
  return detectContainer(head);
}

const nothing = new Uint8Array(0);
const noEnd: SplitEnd = { torn: false, problems: [] };

/** Find the records of a file in one pass over its bytes. The index is at hand at once and fills chunk by chunk. */
export function indexFile(
  source: ByteSource,
  container: Container,
  options: IndexOptions = {},
): Indexing {
  const { signal, onProgress, isAtRest = () => true } = options;
  const splitter = startSplitter(container);
  let waiting: (() => void)[] = [];
  let indexedBytes = 0;
  let state: "running" | "complete" | "stopped" = "running";
  let isStopping = false;
  let isHeld = false;
  let end = noEnd;
  let bytesPerSecond = 0;
  const index: FileIndex = {
    container,
    records: splitter.records,
    get indexedBytes() {
      return indexedBytes;
    },
    get complete() {
      return state === "complete";
    },
    get stopped() {
      return state === "stopped";
    },
    get bytesPerSecond() {
      return bytesPerSecond;
    },
    get torn() {
      return end.torn;
    },
    get problems() {
      return end.problems;
    },
  };
  const done = pass();
  let running = done;
  return {
    index,
    done,
    progress: () =>
      state === "running" ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(),
    stop() {
      isStopping = state === "running";
    },
    goOn() {
      if (state !== "running") running = pass();
      return running;
    },
    rest() {
      if (!isHeld || state !== "complete") return false;
      isHeld = false;
      end = splitter.end();
      tell();
      return true;
    },
  };

  async function pass(): Promise<void> {
    state = "running";
    isStopping = false;
    const from = indexedBytes;
    const start = performance.now();
    try {
      signal?.throwIfAborted();
      for await (const chunk of readAhead(source, from, options.chunkBytes)) {
        signal?.throwIfAborted();
        splitter.push(chunk);
        indexedBytes += chunk.length;
        end = noEnd;
        bytesPerSecond = ((indexedBytes - from) / (performance.now() - start)) * 1000;
        tell();
        if (isStopping) break;
      }
      if (!isStopping) close();
      state = isStopping ? "stopped" : "complete";
    } finally {
      // After a failure nothing more comes: whoever waits for more must not wait for ever.
      if (state === "running") state = "stopped";
      tell();
    }
  }

  function close(): void {
    end = splitter.end();
    isHeld = (end.torn || end.problems.length > 0) && !isAtRest();
    if (!isHeld) return;
    // More of nothing takes back what was cut off.
    splitter.push(nothing);
    end = noEnd;
  }

  function tell(): void {
    const told = waiting;
    waiting = [];
    for (const each of told) each();
    onProgress?.(index);
  }
}
