import type { Container } from "../../core/records/record.ts";
import type { Indexing } from "./file-index.ts";

/** The index of a file in which no records can be found at all. */
export function nothingIndexed(container: Container): Indexing {
  const done = Promise.resolve();
  return {
    index: {
      container,
      records: { count: 0, at: () => null, findLine: () => 0 },
      indexedBytes: 0,
      complete: true,
      stopped: false,
      bytesPerSecond: 0,
      torn: false,
      problems: [],
    },
    done,
    progress: () => done,
    stop: nothing,
    goOn: () => done,
    rest: () => false,
  };
}

function nothing(): void {}
