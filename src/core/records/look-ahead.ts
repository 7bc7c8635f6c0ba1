import { decodeUtf8 } from "../text/utf8.ts";

/** What the head of a file shows of its first value. */
export interface LookAhead {
  readonly opens: "object" | "array" | "text" | "nothing";
  /**
   * `pretty`: the first value spans lines. `lines`: another value begins on the line after it.
   * `line`: it is on one line as far as the head goes.
   */
  readonly layout: "pretty" | "lines" | "line";
  /** Keys of the object, or of the first one in an array, as far as the head goes. */
  readonly firstItemKeys: readonly string[];
}

/** Look at the first value of a file whose beginning is at hand. The head may end anywhere, also inside a character. */
export function lookAhead(head: Uint8Array): LookAhead {
  const text = decodeUtf8(head, 0).text;
  const begin = text.search(/[^\s\uFEFF]/);
  if (begin < 0) return { opens: "nothing", layout: "line", firstItemKeys: [] };
  const opens = text[begin] === "{" ? "object" : text[begin] === "[" ? "array" : "text";
  if (opens === "text") return { opens, layout: "line", firstItemKeys: [] };

  const keys: string[] = [];
  let depth = 0;
  let brokeLine = false;
  for (let at = begin; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at);
      // A line break inside a string is no JSON: the line was torn, and others follow it.
      if (end < 0) {
        const torn = text.includes("\n", at);
        return {
          opens,
          layout: brokeLine ? "pretty" : torn ? "lines" : "line",
          firstItemKeys: keys,
        };
      }
      const isKey =
        depth === (opens === "array" ? 2 : 1) && /^\s*:/.test(text.slice(end, end + 16));
      if (isKey) keys.push(text.slice(at + 1, end - 1));
      at = end - 1;
    } else if (character === "{" || character === "[") {
      // After a line break inside an object a key must come: another record means that the first was torn.
      if (opens === "object" && depth === 1 && beginsLine(text, at)) {
        return { opens, layout: "lines", firstItemKeys: keys };
      }
      depth++;
    } else if (character === "}" || character === "]") {
      depth--;
      if (opens === "array" && depth === 1) return withRest(at);
      if (depth === 0) return { opens, layout: layoutAfter(at + 1), firstItemKeys: keys };
    } else if (character === "\n") brokeLine = true;
  }
  return { opens, layout: brokeLine ? "pretty" : "line", firstItemKeys: keys };

  /** The first item of an array is over; whether the array is a line of its own shows only at its end. */
  function withRest(at: number): LookAhead {
    const end = valueEnd(text, at + 1, depth);
    const layout = end < 0 ? (brokeLine ? "pretty" : "line") : layoutAfter(end);
    return { opens, layout, firstItemKeys: keys };
  }

  function layoutAfter(end: number): LookAhead["layout"] {
    if (text.slice(begin, end).includes("\n")) return "pretty";
    return /^[^\S\n]*\n\s*\S/.test(text.slice(end)) ? "lines" : "line";
  }
}

/** Whether a line break, and no colon, is what comes before an offset. */
function beginsLine(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && /\s/.test(text[before] ?? "")) before--;
  return text[before] !== ":" && text.slice(before + 1, at).includes("\n");
}

/** Offset after the quote that ends the string which begins at `at`; -1 where it does not end on its line. */
function stringEnd(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next++) {
    if (text[next] === "\\") next++;
    else if (text[next] === "\n") return -1;
    else if (text[next] === '"') return next + 1;
  }
  return -1;
}

/** Offset after the bracket that closes `depth` open ones; -1 where the text ends before. */
function valueEnd(text: string, from: number, depth: number): number {
  let open = depth;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at);
      if (end < 0) return -1;
      at = end - 1;
    } else if (character === "{" || character === "[") open++;
    else if (character === "}" || character === "]") {
      open--;
      if (open === 0) return at + 1;
    }
  }
  return -1;
}
