import { parentPort, workerData } from "node:worker_threads";
import { compileSearch, type SearchQuery } from "../../core/search/query.ts";
import { searchRecord } from "../../core/search/search-record.ts";
import { createSieve } from "../../core/search/sieve.ts";
import { serve } from "../../protocol/rpc.ts";
import type { BatchMatch, Searcher } from "../../protocol/search.ts";
import { portChannel } from "../port.ts";

/** What the thread is started with. */
export interface SearcherData {
  readonly query: SearchQuery;
  /** Shared, so that a record that takes for ever can be told: how often it began with one, and which it is at. */
  readonly begun: Int32Array;
}

// Entry of dist/search.js: a thread of its own, since some expressions never end and nothing but the end of their thread
// stops them.
if (!parentPort) throw new Error("dist/search.js runs in a worker thread");
// Given by start-searcher.ts alone.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { query, begun } = workerData as SearcherData;
const compiled = compileSearch(query);
if (compiled.kind === "wrong") throw new Error(compiled.message);
const { expression } = compiled;
const sieveOf = createSieve(query);

serve<Searcher>(portChannel(parentPort), {
  async search({ bytes, bounds, from, holds, limit }) {
    const sieve = sieveOf?.(bytes) ?? null;
    const found: BatchMatch[] = [];
    for (let record = from; record < bounds.length / 2 && found.length < limit; record++) {
      const [start = 0, end = 0] = bounds.subarray(record * 2, record * 2 + 2);
      if (sieve && !sieve.mayMatch(start, end)) continue;
      Atomics.store(begun, 1, record);
      Atomics.add(begun, 0, 1);
      const { matches, more } = searchRecord(bytes.subarray(start, end), holds, expression);
      matches.forEach((match, index) => {
        found.push({ ...match, record, more: more && index === matches.length - 1 });
      });
    }
    Atomics.add(begun, 0, 1);
    return found;
  },
});
// It is there.
Atomics.add(begun, 0, 1);
