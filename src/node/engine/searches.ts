import { compileSearch } from "../../core/search/query.ts";
import type { SearchQueries } from "../../protocol/search.ts";
import { RemoteError } from "../../protocol/rpc.ts";
import { searchFile, type FileSearch } from "../search/search-file.ts";
import type { RolloutDocument } from "./document.ts";
import { placeOfResult } from "./search-place.ts";

/** Results a reply holds at most. */
const maxSlice = 1_000;
/** A reply without news, so that whoever asks sees that the engine lives. */
const longestWaitMs = 5_000;
/** Searches of one file at a time: each has a thread. A page has one; the file may be open in two. */
const maxSearches = 2;

export interface DocumentSearches {
  readonly queries: SearchQueries;
  stopAll(): void;
}

/** The searches of one open file. */
export function createSearches(document: RolloutDocument): DocumentSearches {
  const searches = new Map<number, FileSearch>();
  let nextId = 1;
  const of = (id: number): FileSearch => {
    const search = searches.get(id);
    if (!search) throw new RemoteError("The search is over", "closed");
    return search;
  };
  return {
    queries: {
      async startSearch({ kind, text, ignoreCase }) {
        const query = { kind, text, ignoreCase };
        const compiled = compileSearch(query);
        if (compiled.kind === "wrong") throw new RemoteError(compiled.message, "bad-query");
        for (const old of [...searches.keys()].slice(0, 1 - maxSearches)) {
          searches.get(old)?.stop();
          searches.delete(old);
        }
        const id = nextId++;
        searches.set(id, searchFile(document.file, query));
        return { search: id };
      },
      async searchResults({ search: id, version, from, count }, signal) {
        const search = of(id);
        await search.newer(version, AbortSignal.any([signal, AbortSignal.timeout(longestWaitMs)]));
        signal.throwIfAborted();
        return search.slice(from, Math.min(count, maxSlice));
      },
      searchMore: async ({ search }) => {
        of(search).more();
      },
      cancelSearch: async ({ search }) => {
        searches.get(search)?.stop();
      },
      async searchPlace({ search, result }, signal) {
        const found = of(search).result(result);
        if (!found) throw new RemoteError("There is no such result", "closed");
        return placeOfResult(document, found, signal);
      },
    },
    stopAll() {
      for (const search of searches.values()) search.stop();
      searches.clear();
    },
  };
}
