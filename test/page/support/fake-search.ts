import type { SearchQueries, SearchResult, SearchState } from "../../../src/protocol/search.ts";
import { hostileText } from "./rollouts.ts";

/** Stands in for the engine's search. What is searched for says how it goes: `many`, `slow`, `hostile`, `(`. */
export function fakeSearch(called: (method: string, params: unknown) => void): SearchQueries {
  let text = "";
  let limit = 1_000;
  let cancelled = false;
  let version = 0;
  return {
    async startSearch(query) {
      called("startSearch", query);
      await Promise.resolve();
      if (query.text === "(")
        throw new Error("The regular expression can't be read: Unterminated group");
      ({ text } = query);
      limit = 1_000;
      cancelled = false;
      return { search: 1 };
    },
    async searchResults({ from, count }) {
      await Promise.resolve();
      version++;
      const all = text === "many" ? Math.min(limit, 1_500) : text === "nothing" ? 0 : 3;
      return {
        version,
        state: stateOf(all),
        from,
        results: Array.from({ length: Math.max(0, Math.min(count, all - from)) }, (_, at) =>
          resultOf(from + at, text),
        ),
        resultCount: all,
        doneBytes: text === "slow" ? 430_000_000 : 1_000_000_000,
        totalBytes: 1_000_000_000,
        bytesPerSecond: 812_000_000,
        problems:
          text === "odd" ? ["Record 7 was left out: the expression had not ended in it"] : [],
      };
    },
    async searchMore(params) {
      called("searchMore", params);
      await Promise.resolve();
      limit += 1_000;
    },
    async cancelSearch(params) {
      called("cancelSearch", params);
      await Promise.resolve();
      cancelled = true;
    },
    async searchPlace(params) {
      called("searchPlace", params);
      await Promise.resolve();
      return { trajectory: params.result + 2, token: 5 };
    },
  };

  function stateOf(all: number): SearchState {
    if (text === "slow") return cancelled ? "stopped" : "running";
    return all === limit ? "full" : "done";
  }
}

function resultOf(at: number, text: string): SearchResult {
  return {
    record: at * 7,
    trajectory: at * 7,
    name: "content",
    before: "The price was looked up with\n",
    text: text === "hostile" ? hostileText : text,
    after: " and then compared with the one of yesterday, which was lower by far",
    more: at % 10 === 9,
  };
}
