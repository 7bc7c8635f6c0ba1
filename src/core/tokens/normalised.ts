import { parts } from "./vocabulary.ts";

/**
 * A normalised text whose UTF-16 units know the range of the original they came from. `start` and `end` are null
 * where nothing changed, which is the usual case.
 */
export interface Normalised {
  readonly text: string;
  readonly start: Uint32Array | null;
  readonly end: Uint32Array | null;
}

/** Normalise by the steps of `tokenizer.json`; null where a step is one whose ranges are not known here. */
export function normaliseWithRanges(text: string, normalizer: unknown): Normalised | null {
  let pieces: readonly Piece[] | null = null;
  for (const step of parts(normalizer)) {
    const form = unicodeForms.get(String(step["type"]));
    if (form !== undefined) {
      const current: string = pieces === null ? text : pieces.map((piece) => piece.text).join("");
      if (current.normalize(form) !== current) pieces = compose(pieces ?? cut(text), form);
      continue;
    }
    const changed = applyStep(pieces ?? cut(text), step);
    if (changed === null) return null;
    pieces = changed;
  }
  return pieces === null ? { text, start: null, end: null } : flatten(pieces);
}

/** Normalised text that came from one stretch of the original. */
interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type Form = "NFC" | "NFD" | "NFKC" | "NFKD";
const unicodeForms = new Map<string, Form>([
  ["NFC", "NFC"],
  ["NFD", "NFD"],
  ["NFKC", "NFKC"],
  ["NFKD", "NFKD"],
]);

function cut(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const character of text) {
    pieces.push({ text: character, start: at, end: at + character.length });
    at += character.length;
  }
  return pieces;
}

function applyStep(
  pieces: readonly Piece[],
  step: Record<string, unknown>,
): readonly Piece[] | null {
  switch (step["type"]) {
    case "Replace":
      return replaceCharacter(pieces, step);
    case "Prepend": {
      const first = pieces[0];
      if (first === undefined || typeof step["prepend"] !== "string") return pieces;
      return [{ text: step["prepend"], start: first.start, end: first.start }, ...pieces];
    }
    case "Lowercase":
      return pieces.map((piece) => ({ ...piece, text: piece.text.toLowerCase() }));
    default:
      return null;
  }
}

function replaceCharacter(
  pieces: readonly Piece[],
  step: Record<string, unknown>,
): readonly Piece[] | null {
  const pattern = step["pattern"];
  const content = step["content"];
  const found =
    typeof pattern === "object" && pattern !== null && "String" in pattern ? pattern.String : null;
  if (typeof found !== "string" || typeof content !== "string") return null;
  if (cut(found).length !== 1) return null;
  return pieces.map((piece) => (piece.text === found ? { ...piece, text: content } : piece));
}

/**
 * Normalise cluster by cluster: a starter with the marks that follow. Where a cluster changes, each of its
 * characters covers the whole cluster: a superset of what the reference reports, and what a reader sees as one.
 */
function compose(pieces: readonly Piece[], form: Form): readonly Piece[] {
  const composed: Piece[] = [];
  for (let first = 0; first < pieces.length;) {
    let last = first + 1;
    while (last < pieces.length && joinsCluster(pieces[last]?.text ?? "")) last++;
    const cluster = pieces.slice(first, last);
    const text = cluster.map((piece) => piece.text).join("");
    const normal = text.normalize(form);
    if (normal === text) for (const piece of cluster) composed.push(piece);
    else {
      const start = cluster[0]?.start ?? 0;
      const end = cluster.at(-1)?.end ?? start;
      for (const character of normal) composed.push({ text: character, start, end });
    }
    first = last;
  }
  return composed;
}

const mark = /\p{M}/u;

/** Marks, and the Hangul vowels and finals that compose with what stands before them. */
function joinsCluster(text: string): boolean {
  const code = text.codePointAt(0) ?? 0;
  if (code < 0x300) return false;
  return (
    mark.test(text) || (code >= 0x1160 && code <= 0x11ff) || (code >= 0xd7b0 && code <= 0xd7ff)
  );
}

function flatten(pieces: readonly Piece[]): Normalised {
  const text = pieces.map((piece) => piece.text).join("");
  const start = new Uint32Array(text.length);
  const end = new Uint32Array(text.length);
  let at = 0;
  for (const piece of pieces) {
    start.fill(piece.start, at, at + piece.text.length);
    end.fill(piece.end, at, at + piece.text.length);
    at += piece.text.length;
  }
  return { text, start, end };
}
