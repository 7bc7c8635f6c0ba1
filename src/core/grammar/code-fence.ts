// No info string of a fence that holds a call is longer.
const longestOpening = 24;

/** Whether a code fence opens right before `start`, so that what stands there is its content. */
export function fenceOpensBefore(text: string, start: number): boolean {
  return /```\w*[ \t]*\n?$/.test(text.slice(Math.max(0, start - longestOpening), start));
}

/** A fence that begins its line at `at`, if it names what it holds; `end` is its content's first character. */
export function fenceOpensAt(
  text: string,
  at: number,
): { readonly language: string; readonly end: number } | null {
  opening.lastIndex = at;
  const [found, language] = opening.exec(text) ?? [];
  return found === undefined || language === undefined
    ? null
    : { language, end: at + found.length };
}

const opening = /(?<![^\n])```(\w{1,20})[ \t]*\n\s*/y;

/** Offset after the fence's end where only whitespace stands before it, or -1. */
export function fenceEndAfter(text: string, from: number): number {
  ending.lastIndex = from;
  return ending.test(text) ? ending.lastIndex : -1;
}

const ending = /\s*```/y;
