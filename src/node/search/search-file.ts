import { setTimeout } from "node:timers/promises";
import type { SearchQuery } from "../../core/search/query.ts";
import type { RolloutFile } from "../engine/open-rollouts.ts";
import type { BatchMatch, SearchResult, SearchSlice, SearchState } from "../../protocol/search.ts";
import { readBatch, type RecordBatch } from "./read-batch.ts";
import { startSearcher, stuckMs, type RunningSearcher } from "./start-searcher.ts";

/** Results told before somebody asks for more. */
export const resultsAtATime = 1_000;
/** Kept of one search, some 500 bytes each: nobody reads more. */
const maxResults = 20_000;
/** On so many the expression does not end: it will not on the others either. */
const maxStuck = 5;
/** Told one by one. */
const maxProblems = 20;
/** A file that is still being read grows while it is searched. */
const indexWaitMs = 50;

export interface FileSearch {
  slice(from: number, count: number): SearchSlice;
  /** Resolves once there is something newer, or at the signal. */
  newer(version: number | null, signal: AbortSignal): Promise<void>;
  /** A result, with its place in the file. */
  result(index: number): SearchResult | null;
  /** Go on where it was full; false where it was not, or has all that one search keeps. */
  more(): boolean;
  stop(): void;
}

/**
 * Search the records of a file from the first to the last, in a thread of its own. A record may take `patienceMs`; then it
 * is left out.
 */
export function searchFile(
  file: RolloutFile,
  query: SearchQuery,
  patienceMs = stuckMs,
): FileSearch {
  const { source, index } = file;
  // The events of a session are found one by one, though together they are one record to its format.
  const { records } = index;
  const holds = file.container === "text" ? "text" : "json";
  const results: BatchMatch[] = [];
  const problems: string[] = [];
  const clock = startClock();
  let problemCount = 0;
  let stuckCount = 0;
  let state: SearchState = "running";
  let version = 0;
  let doneBytes = 0;
  let limit = resultsAtATime;
  let waiting: (() => void)[] = [];
  let goOn = nothing;
  let searcher: RunningSearcher | null = null;
  void run();

  return {
    slice(from, count) {
      const first = Math.min(Math.max(0, from), results.length);
      const untold = problemCount - problems.length;
      return {
        version,
        state,
        from: first,
        results: results.slice(first, first + count).map(placed),
        resultCount: results.length,
        doneBytes,
        totalBytes: Math.max(file.sizeBytes, doneBytes),
        bytesPerSecond: clock.rate(doneBytes),
        problems: untold > 0 ? [...problems, `and ${String(untold)} more`] : [...problems],
      };
    },
    newer(known, signal) {
      if (known === null || known < version || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          signal.removeEventListener("abort", wake);
          resolve();
        };
        waiting.push(wake);
        signal.addEventListener("abort", wake, { once: true });
      });
    },
    result(at) {
      const found = results[at];
      return found ? placed(found) : null;
    },
    more() {
      if (state !== "full" || limit >= maxResults) return false;
      limit += resultsAtATime;
      clock.start();
      become("running");
      goOn();
      return true;
    },
    stop() {
      if (!isOver()) end("stopped");
    },
  };

  async function run(): Promise<void> {
    try {
      let reading = batchFrom(0);
      for (;;) {
        const batch = await reading;
        if (isOver() || !batch) break;
        // Read while this one is searched.
        reading = batchFrom(batch.first + batch.count);
        reading.catch(() => undefined);
        if (batch.problem !== null) tellProblem(batch.problem);
        await searchBatch(batch);
        if (isOver()) break;
        doneBytes = batch.endByte;
        tell();
      }
      if (!isOver()) end(index.stopped ? "stopped" : "done");
    } catch (error) {
      if (!isOver()) fail(error instanceof Error ? error.message : String(error));
    }
  }

  async function batchFrom(first: number): Promise<RecordBatch | null> {
    while (first >= records.count && !index.complete && !index.stopped && !isOver())
      await setTimeout(indexWaitMs);
    return isOver() ? null : readBatch(source, records, first);
  }

  async function searchBatch({ bytes, bounds, first, count }: RecordBatch): Promise<void> {
    for (let from = 0; from < count;) {
      searcher ??= startSearcher(query, patienceMs);
      const room = limit - results.length;
      const reply = await searcher.search({ bytes, bounds, from, holds, limit: room });
      if (isOver()) return;
      if (reply.kind === "stuck") {
        searcher = null;
        skipStuck(first + reply.record);
        // What came before it in the batch is searched again; without it.
        bounds[reply.record * 2 + 1] = bounds[reply.record * 2] ?? 0;
        continue;
      }
      for (const match of reply.matches) results.push({ ...match, record: first + match.record });
      const last = reply.matches.at(-1);
      if (!last || results.length < limit) return;
      from = last.record + 1;
      await untilWanted();
      if (isOver()) return;
    }
  }

  /** Full: goes on when somebody asks for more. */
  async function untilWanted(): Promise<void> {
    clock.stop();
    become("full");
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  }

  function skipStuck(record: number): void {
    stuckCount++;
    tellProblem(
      `Record ${String(record + 1)} was left out: the expression had not ended in it after ${String(patienceMs / 1000)} s`,
    );
    if (stuckCount >= maxStuck)
      fail("The search was given up: the expression takes too long in too many records");
  }

  function tellProblem(problem: string): void {
    problemCount++;
    if (problems.length < maxProblems) problems.push(problem);
  }

  function fail(why: string): void {
    problemCount++;
    problems.push(why);
    end("failed");
  }

  function isOver(): boolean {
    return state !== "running" && state !== "full";
  }

  function end(how: SearchState): void {
    clock.stop();
    searcher?.end();
    searcher = null;
    become(how);
    goOn();
  }

  function become(next: SearchState): void {
    state = next;
    tell();
  }

  function tell(): void {
    version++;
    const told = waiting;
    waiting = [];
    for (const each of told) each();
  }

  function placed(found: BatchMatch): SearchResult {
    const trajectory = file.format?.holds === "file" ? 0 : file.trajectories.firstOf(found.record);
    return { ...found, trajectory };
  }
}

function nothing(): void {}

interface Clock {
  start(): void;
  stop(): void;
  rate(bytes: number): number;
}

/** Time of searching: of waiting for somebody it is no measure. */
function startClock(): Clock {
  let since: number | null = performance.now();
  let before = 0;
  const ms = (): number => before + (since === null ? 0 : performance.now() - since);
  return {
    start() {
      since ??= performance.now();
    },
    stop() {
      before = ms();
      since = null;
    },
    rate: (bytes) => (ms() === 0 ? 0 : (bytes / ms()) * 1000),
  };
}
