import type { SearchQueries } from "../protocol/search.ts";
import type { Log } from "./log.ts";
import { index } from "./page-queries.ts";
import type { SharedDocument } from "./shared-document.ts";

/** What a page searches in its document. */
export interface PageSearch {
  readonly queries: SearchQueries;
  /** The page is gone. */
  readonly stop: () => void;
}

function wordsOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isTrue(value: unknown): boolean {
  return value === true;
}

/** More than a page asks for. */
const maxSlice = 1_000;

/** The page's searches. What the page sends is not trusted; a search that nobody will see ends. */
export function pageSearch(document: SharedDocument, log: Log): PageSearch {
  let running: number | null = null;
  return {
    queries: {
      async startSearch({ kind, text, ignoreCase }, signal) {
        const query = {
          kind: kind === "pattern" ? ("pattern" as const) : ("text" as const),
          text: wordsOf(text),
          ignoreCase: isTrue(ignoreCase),
        };
        const started = await document.query("startSearch", query, signal);
        running = started.search;
        return started;
      },
      searchResults: ({ search, version, from, count }, signal) => {
        const range = { from: index(from), count: Math.min(index(count), maxSlice) };
        const known = version === null ? null : index(version);
        const asked = { search: index(search), version: known, ...range };
        return document.query("searchResults", asked, signal);
      },
      searchMore: ({ search }, signal) =>
        document.query("searchMore", { search: index(search) }, signal),
      cancelSearch: ({ search }, signal) =>
        document.query("cancelSearch", { search: index(search) }, signal),
      searchPlace: ({ search, result }, signal) =>
        document.query("searchPlace", { search: index(search), result: index(result) }, signal),
    },
    stop: log.guard("End a search", async () => {
      const search = running;
      running = null;
      if (search !== null) await document.query("cancelSearch", { search });
    }),
  };
}
