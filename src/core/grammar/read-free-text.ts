import { cutsCloser } from "./cut-marker.ts";
import type { CallBody } from "./call-body.ts";
import { callCloser, closesCall } from "./call-markers.ts";
import { nextMarker, type MarkerSource } from "./markers.ts";
import type { RunBuilder } from "./runs.ts";

/**
 * Reads a query between two tags, `<search> who wrote it </search>`: the tool's name is the tag's, its one argument is
 * `query`. Nothing in it is quoted, so the first marker ends it.
 */
export function readFreeText(source: MarkerSource, start: number, runs: RunBuilder): CallBody {
  const { text } = source;
  const closer = nextMarker(source, start);
  const end = closer?.start ?? text.length;
  // A closing tag that has begun says that the query is complete.
  const cut = closer === null ? text.lastIndexOf("<") : -1;
  const isCut = cut > start && cutsCloser(source, cut);
  const written = text.slice(start, isCut ? cut : end);
  const query = written.trim();
  const from = start + written.length - written.trimStart().length;
  const range = { start: from, end: from + query.length };
  const isClosed = closer !== null && closesCall(source.family, closer.role);
  const isWhole = (isClosed || isCut) && query !== "";
  const opens = "a query";
  runs.enter("call-start", start);
  // The end tag is due anywhere in a query that has begun.
  if (query !== "") runs.enter("call-done", from + 1);
  const expected = query === "" ? opens : callCloser(source.family);
  return {
    start,
    end,
    closer,
    nearCloser: null,
    verdict: query === "" ? "empty" : isWhole ? "valid" : "truncated",
    error: isWhole ? null : { kind: "truncated", at: end, expected },
    done: isWhole ? range.end : -1,
    calls: [
      {
        start,
        end,
        name: tagBefore(text, start),
        arguments: isWhole ? { ...range, value: { query } } : null,
        argumentRanges: new Map([["query", range]]),
        fault: null,
      },
    ],
    opens,
  };
}

/** The name of the tag that ends right before `start`. */
function tagBefore(text: string, start: number): CallBody["calls"][number]["name"] {
  // No tag's name is longer; the text before is long.
  const name = /<([\w:.-]+)>$/.exec(text.slice(Math.max(0, start - 80), start))?.[1];
  if (name === undefined) return null;
  return { text: name, start: start - 1 - name.length, end: start - 1 };
}
