/** What one pass over the bytes of a JSON text tells before anything is parsed. */
export interface JsonScan {
  /** Most brackets open at once. */
  readonly depth: number;
  /** `NaN`, `Infinity` and `-Infinity` outside strings: where each begins, and its length. */
  readonly bareWords: readonly { readonly start: number; readonly length: number }[];
  /** Colons outside strings: the members of all objects, each of equal keys counted. */
  readonly memberCount: number;
  /** Where the text stops. */
  readonly endsIn: "nothing" | "string" | "brackets";
}

const bareWords = ["NaN", "Infinity", "-Infinity"];

/** Look over a JSON text: linear, no recursion, nothing kept. Offsets are UTF-16 units of `text`. */
export function scanJson(text: string): JsonScan {
  const found: { start: number; length: number }[] = [];
  let depth = 0;
  let deepest = 0;
  let memberCount = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      at = stringEnd(text, at + 1);
      if (at < 0) return { depth: deepest, bareWords: found, memberCount, endsIn: "string" };
    } else if (unit === 0x7b || unit === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x7d || unit === 0x5d) depth--;
    else if (unit === 0x3a) memberCount++;
    else if (unit === 0x4e || unit === 0x49 || unit === 0x2d) {
      const word = bareWords.find((candidate) => text.startsWith(candidate, at));
      if (word === undefined) continue;
      found.push({ start: at, length: word.length });
      at += word.length - 1;
    }
  }
  const endsIn = depth > 0 ? "brackets" : "nothing";
  return { depth: deepest, bareWords: found, memberCount, endsIn };
}

/** Offset of the quote that ends a string whose contents begin at `from`; -1 where none does. */
function stringEnd(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (quote - slashes > from && text[quote - slashes - 1] === "\\") slashes++;
    if (slashes % 2 === 0) return quote;
  }
  return -1;
}
