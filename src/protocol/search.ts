import type { SearchQuery } from "../core/search/query.ts";
import type { Match } from "../core/search/search-record.ts";

/** Searching all of a file. Results are pulled, as they come. */
export interface SearchQueries {
  /** Begin. Rejects with the reason `bad-query` where the query can't be read; a search of before goes on. */
  startSearch(params: SearchQuery, signal: AbortSignal): Promise<{ readonly search: number }>;
  /** Waits until there is something newer than `version`, for a few seconds at most. */
  searchResults(
    params: {
      readonly search: number;
      /** Of the reply before; null: none. */
      readonly version: number | null;
      readonly from: number;
      readonly count: number;
    },
    signal: AbortSignal,
  ): Promise<SearchSlice>;
  /** Go on where a search was full. */
  searchMore(params: { readonly search: number }, signal: AbortSignal): Promise<void>;
  /** Stop it; what was found stays until the file is closed. */
  cancelSearch(params: { readonly search: number }, signal: AbortSignal): Promise<void>;
  /** Where a result is in the transcripts of its record. */
  searchPlace(
    params: { readonly search: number; readonly result: number },
    signal: AbortSignal,
  ): Promise<SearchPlace>;
}

export interface SearchResult extends Match {
  /** From 0, as it stands in the file. */
  readonly record: number;
  /** The first trajectory of its record. */
  readonly trajectory: number;
  /** The last one told of its record, which has more. */
  readonly more: boolean;
}

/**
 * `full`: as many as are told at a time, and there may be more. `failed`: `problems` ends with why. `stopped`: by hand, or
 * with the index, before the end of the file.
 */
export type SearchState = "running" | "full" | "done" | "stopped" | "failed";

export interface SearchSlice {
  readonly version: number;
  readonly state: SearchState;
  readonly from: number;
  readonly results: readonly SearchResult[];
  readonly resultCount: number;
  readonly doneBytes: number;
  /** As far as is known: a file may grow. */
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  /** Records that could not be searched, in plain words. */
  readonly problems: readonly string[];
}

export interface SearchPlace {
  readonly trajectory: number;
  /** Null: the record says it, but not its transcript. */
  readonly token: number | null;
}

/** What the engine asks of the thread that searches. */
export interface Searcher {
  /** Records that follow one another. */
  search(params: SearchBatch, signal: AbortSignal): Promise<readonly BatchMatch[]>;
}

export interface SearchBatch {
  readonly bytes: Uint8Array;
  /** Where each begins and ends in `bytes`, by turns. */
  readonly bounds: Uint32Array;
  /** The first that is searched. */
  readonly from: number;
  readonly holds: "json" | "text";
  /** No more than this many. */
  readonly limit: number;
}

export interface BatchMatch extends Match {
  /** Index in the batch. */
  readonly record: number;
  readonly more: boolean;
}
