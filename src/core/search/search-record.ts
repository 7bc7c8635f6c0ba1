import { decodePlain } from "../text/utf8.ts";
import { eachString } from "./each-string.ts";

/** A match, with the text about it. */
export interface Match {
  /** The name in the record that its text stands behind, such as `content`; null where there is none. */
  readonly name: string | null;
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

export interface RecordMatches {
  readonly matches: readonly Match[];
  /** The record has more of them. */
  readonly more: boolean;
}

/** Matches told of one record: who wants to see more of them opens it. */
const maxMatches = 20;
/** What is shown about a match, and of one that is long itself. */
const maxAround = 60;
const maxText = 200;
const maxName = 60;

/** Search the strings of a JSON record, or a text that is no JSON. */
export function searchRecord(
  bytes: Uint8Array,
  holds: "json" | "text",
  expression: RegExp,
): RecordMatches {
  const whole = decodePlain(bytes);
  const matches: Match[] = [];
  let more = false;
  if (holds === "text") searchText(whole, null);
  else
    eachString(whole, ({ text, name, isName }) => {
      searchText(text, isName ? null : name);
      return !more;
    });
  return { matches, more };

  function searchText(text: string, name: string | null): void {
    for (const { index, 0: found } of text.matchAll(expression)) {
      // An expression that finds nothing at all finds it everywhere.
      if (found === "") continue;
      more = matches.length >= maxMatches;
      if (more) return;
      matches.push({
        name: name === null ? null : cut(name, maxName),
        before: text.slice(Math.max(0, index - maxAround), index),
        text: cut(found, maxText),
        after: text.slice(index + found.length, index + found.length + maxAround),
      });
    }
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? text.slice(0, length) : text;
}
