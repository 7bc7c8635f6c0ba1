import { nothing } from "lit-html";
import type { Line } from "../src/core/views/lines.ts";
import type { Finder, FinderParts } from "./finder.ts";
import { whole } from "./numbers.ts";

/** More matches than anybody walks through; a search of "e" must not fill the memory. */
const matchLimit = 2000;

interface Match {
  readonly token: number;
  readonly line: number;
}

/** Find in the transcript on screen: the editor's own find sees only the lines that are in the document. */
export function findInRollout({ model, frame, client, guard }: FinderParts): Finder {
  let query = "";
  let matches: readonly Match[] = [];
  let at = -1;
  let searching: AbortController | null = null;
  let searchedTrajectory = -1;

  frame.on(["view"], () => {
    const trajectory = model.state.view?.index ?? -1;
    if (query !== "" && trajectory !== searchedTrajectory) search();
  });
  return {
    typed(asked) {
      query = asked.text.toLowerCase();
      search();
    },
    enter: step,
    step,
    stop() {
      searching?.abort();
      query = "";
      matches = [];
    },
    status() {
      if (query === "") return nothing;
      if (matches.length === 0) return searching === null ? "no match" : "searching…";
      const many = `${whole(matches.length)}${matches.length >= matchLimit ? "+" : ""}`;
      return `${whole(at + 1)} of ${many}${searching === null ? "" : "…"}`;
    },
  };

  function step(by: 1 | -1): void {
    if (matches.length === 0) return;
    at = at < 0 ? 0 : (at + by + matches.length) % matches.length;
    const match = matches[at];
    if (match !== undefined) model.selectToken(match.token, match.line, null);
    frame.touch("find");
  }

  function search(): void {
    searching?.abort();
    matches = [];
    at = -1;
    searchedTrajectory = model.state.view?.index ?? -1;
    frame.touch("find");
    if (query === "") return;
    const controller = new AbortController();
    searching = controller;
    guard.run("find", scan(controller));
  }

  async function scan(controller: AbortController): Promise<void> {
    const { view } = model.state;
    if (view === null) return;
    const found: Match[] = [];
    try {
      for (let from = 0; from < view.lineCount && found.length < matchLimit;) {
        const which = { trajectory: view.index, from, count: 500 };
        const { lines } = await client.call("lines", which, controller.signal);
        if (lines.length === 0) break;
        lines.forEach((line, index) => {
          found.push(...matchesIn(line, query).map((token) => ({ token, line: from + index })));
        });
        from += lines.length;
        matches = found;
        if (at < 0 && found.length > 0) step(1);
        frame.touch("find");
      }
    } finally {
      if (searching === controller) searching = null;
    }
    frame.touch("find");
  }
}

/** Tokens at which the text begins. */
function matchesIn(line: Line, query: string): number[] {
  const text = line.text.toLowerCase();
  const tokens: number[] = [];
  for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) {
    const token = line.tokenStart.findLastIndex((start) => start <= at);
    tokens.push(line.startToken + Math.max(0, token));
  }
  return tokens;
}
