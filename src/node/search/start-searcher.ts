import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { SearchQuery } from "../../core/search/query.ts";
import { connect } from "../../protocol/rpc.ts";
import type { BatchMatch, SearchBatch, Searcher } from "../../protocol/search.ts";
import { portChannel } from "../port.ts";
import type { SearcherData } from "./worker.ts";

export type BatchReply =
  | { readonly kind: "found"; readonly matches: readonly BatchMatch[] }
  /** This record of the batch took too long; the thread is gone. */
  | { readonly kind: "stuck"; readonly record: number };

/** A thread that searches. */
export interface RunningSearcher {
  search(batch: SearchBatch): Promise<BatchReply>;
  end(): void;
}

/**
 * A record in which it is for so long is one on which the expression does not end: the largest that is read, 64 MB, takes
 * under a second.
 */
export const stuckMs = 5_000;
const lookEveryMs = 250;
/** A record of 64 MB takes some 200 MB with its text; a hostile one must end the search and not the editor. */
const heapMb = 512;

// dist/search.js lies beside dist/engine.js and dist/cli.js; tests run from the sources, as modules without __dirname.
const entry =
  typeof __dirname === "string"
    ? path.join(__dirname, "search.js")
    : fileURLToPath(new URL("from-sources.cjs", import.meta.url));

export function startSearcher(query: SearchQuery, patienceMs: number): RunningSearcher {
  const begun = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(entry, {
    workerData: { query, begun } satisfies SearcherData,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  const client = connect<Searcher>(portChannel(worker));
  const failed = new Promise<never>((_, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => {
      reject(new Error("The search ended by itself"));
    });
  });
  // Nobody may be waiting.
  failed.catch(() => undefined);
  const end = (): void => {
    client.dispose();
    void worker.terminate();
  };
  return {
    end,
    async search(batch) {
      const watching = new AbortController();
      const found = client
        .call("search", batch)
        .then((matches): BatchReply => ({ kind: "found", matches }));
      // Whoever lost the race below.
      found.catch(() => undefined);
      try {
        return await Promise.race([found, stuck(watching.signal), failed]);
      } finally {
        watching.abort();
      }
    },
  };

  function stuck(signal: AbortSignal): Promise<BatchReply> {
    return new Promise((resolve) => {
      let last = Atomics.load(begun, 0);
      let since = performance.now();
      const timer = setInterval(() => {
        const now = Atomics.load(begun, 0);
        // At 0 it is still loading.
        if (now !== last || now === 0) since = performance.now();
        last = now;
        if (performance.now() - since < patienceMs) return;
        resolve({ kind: "stuck", record: Atomics.load(begun, 1) });
        end();
      }, lookEveryMs);
      signal.addEventListener("abort", () => {
        clearInterval(timer);
      });
    });
  }
}
