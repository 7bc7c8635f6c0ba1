import type { TokenTable } from "./token-table.ts";

/**
 * Cut a text into words where no tokenizer is known, so that views and rules have something to point at. A word has
 * the space before it, as tokens do; each of `markers` (control tokens) is one piece. Tiles the text; ids are -1.
 */
export function splitWords(
  text: string,
  markers: readonly string[],
): Pick<TokenTable, "ids" | "start" | "end"> {
  if (text.length > wordUnits) return splitLines(text, markers);
  const start: number[] = [];
  for (const match of text.matchAll(piecesOf(markers))) start.push(match.index);
  return tiles(start, text.length);
}

// Beyond it words would be millions, and a word is nothing that a person looks for in so large a text.
const wordUnits = 4_000_000;

/** Longest piece of a line in a text that is too large for words. */
const longestLinePiece = 256;

/** Coarser: each line is a piece, a long one several, and so is each marker. */
function splitLines(
  text: string,
  markers: readonly string[],
): Pick<TokenTable, "ids" | "start" | "end"> {
  const start: number[] = [];
  const cut = (from: number, to: number): void => {
    for (let at = from; at < to;) {
      start.push(at);
      // Looked for in the piece alone: on a line of megabytes each piece would look through all the rest.
      const end = Math.min(to, wholeCharacter(text, at + longestLinePiece));
      const lineFeed = text.slice(at, end).indexOf("\n");
      at = lineFeed < 0 ? end : at + lineFeed + 1;
    }
  };
  let passed = 0;
  const alternatives = escapeMarkers(markers).join("|");
  for (const match of alternatives === "" ? [] : text.matchAll(new RegExp(alternatives, "gu"))) {
    cut(passed, match.index);
    start.push(match.index);
    passed = match.index + match[0].length;
  }
  cut(passed, text.length);
  return tiles(start, text.length);
}

/** The same offset, or the one before where it would cut a character in two. */
function wholeCharacter(text: string, offset: number): number {
  const unit = text.charCodeAt(offset);
  return unit >= 0xdc00 && unit < 0xe000 ? offset - 1 : offset;
}

/** Each piece ends where the next one begins. */
function tiles(
  starts: readonly number[],
  length: number,
): Pick<TokenTable, "ids" | "start" | "end"> {
  const start = Uint32Array.from(starts);
  const end = new Uint32Array(start.length).fill(length);
  end.set(start.subarray(1));
  return { ids: new Int32Array(start.length).fill(-1), start, end };
}

/** Longest run of one piece: a 1 MB line of base64 stays a list of pieces one can point at. */
const longestPiece = 64;

function piecesOf(markers: readonly string[]): RegExp {
  const escaped = escapeMarkers(markers);
  const marker = escaped.length === 0 ? "" : `${escaped.join("|")}|`;
  const stop = escaped.length === 0 ? "" : `(?!${escaped.join("|")})`;
  // The first character of a piece is never a marker's: the alternative before it would have matched.
  return new RegExp(
    `${marker}\\n| ?(?:${stop}[\\p{L}\\p{N}_]){1,${longestPiece}}| ?(?:${stop}[^\\s\\p{L}\\p{N}_]){1,${longestPiece}}|(?:(?!\\n)\\s){1,${longestPiece}}|[^]`,
    "gu",
  );
}

/** The markers as parts of a pattern; of two the longer one first. */
function escapeMarkers(markers: readonly string[]): readonly string[] {
  return [...markers]
    .filter((marker) => marker !== "")
    .toSorted((a, b) => b.length - a.length)
    .map((marker) => marker.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`));
}
