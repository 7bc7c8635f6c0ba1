import { html, nothing, render } from "lit-html";
import type { SearchQuery } from "../src/core/search/query.ts";
import type { SearchResult, SearchSlice } from "../src/protocol/search.ts";
import { meter } from "./banners.ts";
import type { Finder, FinderParts } from "./finder.ts";
import { mountFound } from "./found.ts";
import { plain } from "./glyphs.ts";
import { bytes, plural, timeLeft, whole } from "./numbers.ts";
import { button } from "./toolkit.ts";

interface Parts extends FinderParts {
  readonly root: HTMLElement;
  readonly close: () => void;
}

/** Answers come as fast as they are asked for: more often than this nobody can follow. */
const askEveryMs = 120;
const sliceSize = 500;

/** Search the whole file: the engine searches, and results are fetched as they come. */
export function findInFile({ root, close, model, frame, client, guard }: Parts): Finder {
  let query: SearchQuery = { kind: "text", text: "", ignoreCase: true };
  /** What the results are of. */
  let searched: SearchQuery | null = null;
  let search: number | null = null;
  let results: SearchResult[] = [];
  let slice: SearchSlice | null = null;
  let failure: string | null = null;
  let running = new AbortController();
  let chosen = -1;

  root.hidden = true;
  const head = document.createElement("div");
  head.className = "found-head";
  root.append(head);
  const list = mountFound({
    root,
    frame,
    close,
    choose: (at) => {
      chosen = at;
      frame.touch("find");
    },
    go: (at) => {
      go(at);
    },
  });
  frame.on(["find"], draw);

  return {
    typed(asked) {
      query = asked;
      failure = null;
    },
    enter(by) {
      if (query.text === "") return;
      if (searched === null || !isSame(searched, query)) begin();
      else step(by);
    },
    step,
    stop() {
      cancel();
      searched = null;
      results = [];
      slice = null;
      frame.touch("find");
    },
    status() {
      if (failure !== null) return plain(failure);
      if (query.text === "" || searched === null || !isSame(searched, query))
        return query.text === "" ? nothing : "Enter searches the file";
      return chosen < 0 ? nothing : `${whole(chosen + 1)} of ${whole(results.length)}`;
    },
    focusResults: list.focus,
  };

  function step(by: 1 | -1): void {
    if (results.length === 0) return;
    go(chosen < 0 ? 0 : (chosen + by + results.length) % results.length);
  }

  function go(at: number): void {
    chosen = at;
    frame.touch("find");
    if (search === null) return;
    const asked = client.call("searchPlace", { search, result: at });
    guard.run(
      "searchPlace",
      asked.then(async ({ trajectory, token }) => {
        if (chosen !== at) return;
        await model.goTo(trajectory, token);
        if (token === null) model.say("The record says it, but not its transcript");
      }),
    );
  }

  function begin(): void {
    cancel();
    const controller = new AbortController();
    running = controller;
    searched = query;
    results = [];
    slice = null;
    failure = null;
    chosen = -1;
    frame.touch("find");
    guard.run("search", follow(query, controller.signal));
  }

  function cancel(): void {
    running.abort();
    if (search !== null) guard.run("cancelSearch", client.call("cancelSearch", { search }));
    search = null;
  }

  async function follow(asked: SearchQuery, signal: AbortSignal): Promise<void> {
    try {
      const started = await client.call("startSearch", asked, signal);
      ({ search } = started);
      await fetchResults(started.search, signal);
    } catch (error) {
      if (signal.aborted) return;
      failure = guard.messageOf(error);
      searched = null;
      frame.touch("find");
    }
  }

  /** Until the search is over, or full. */
  async function fetchResults(of: number, signal: AbortSignal): Promise<void> {
    let version: number | null = null;
    for (;;) {
      const asked = { search: of, version, from: results.length, count: sliceSize };
      const next: SearchSlice = await client.call("searchResults", asked, signal);
      if (signal.aborted) return;
      slice = next;
      results.push(...next.results);
      frame.touch("find");
      const isBehind = results.length < next.resultCount;
      if (!isBehind && next.state !== "running") return;
      version = isBehind ? null : next.version;
      if (!isBehind) await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    }
  }

  function more(): void {
    if (search === null) return;
    const id = search;
    const { signal } = running;
    guard.run(
      "searchMore",
      client.call("searchMore", { search: id }, signal).then(() => fetchResults(id, signal)),
    );
  }

  function draw(): void {
    root.hidden = slice === null;
    if (slice === null) return;
    render(headOf(slice), head);
    list.draw(results, chosen);
  }

  function headOf(now: SearchSlice): unknown {
    const isRunning = now.state === "running";
    return html`${isRunning ? progress(now) : nothing}
      <span class="found-words" role="status">${isRunning ? nothing : summary(now)}</span>
      ${now.problems.length === 0 ? nothing : troubles(now.problems)}
      ${now.state === "full" ? button({ content: "Find more", press: more }) : nothing}
      ${
        isRunning
          ? button({
              content: "Cancel",
              label: "Cancel the search",
              press: () => {
                if (search !== null)
                  guard.run("cancelSearch", client.call("cancelSearch", { search }));
              },
            })
          : nothing
      }`;
  }
}

function isSame(one: SearchQuery, other: SearchQuery): boolean {
  return one.text === other.text && one.kind === other.kind && one.ignoreCase === other.ignoreCase;
}

function progress(now: SearchSlice): unknown {
  const { doneBytes, totalBytes, bytesPerSecond, resultCount } = now;
  const share = totalBytes === 0 ? 0 : doneBytes / totalBytes;
  const left = bytesPerSecond > 0 ? timeLeft((totalBytes - doneBytes) / bytesPerSecond) : "";
  const numbers = [
    `${String(Math.floor(share * 100))} %`,
    `${bytes(Math.round(bytesPerSecond))}/s`,
    left,
    matches(resultCount),
  ];
  return html`<span>Searching</span> ${meter(share, "Searching the file")}
    <span class="strip-numbers">${numbers.filter((words) => words !== "").join(" · ")}</span>`;
}

function summary({ state, resultCount, doneBytes, totalBytes }: SearchSlice): string {
  const found = matches(resultCount);
  const share = `${String(Math.floor((100 * doneBytes) / Math.max(1, totalBytes)))} % of the file`;
  if (state === "full") return `The first ${found}, in ${share}`;
  if (state === "stopped") return `${found} in ${share}: stopped`;
  return state === "failed" ? `${found} in ${share}` : `${found} in the whole file`;
}

function matches(count: number): string {
  if (count === 0) return "No match";
  return `${whole(count)} ${count === 1 ? "match" : "matches"}`;
}

function troubles(problems: readonly string[]): unknown {
  return html`<details class="found-troubles">
    <summary>${plural(problems.length, "problem")}</summary>
    <ul class="problems">
      ${problems.map((problem) => html`<li>${plain(problem)}</li>`)}
    </ul>
  </details>`;
}
