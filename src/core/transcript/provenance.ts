/**
 * Finding in a rendered text what came from which string of the input: each string ("leaf") goes into the template
 * between private-use characters, which are cut out of the result again. The markers stand inside leading and trailing
 * white space, so that templates that trim give the same text (tried on those of huggingface/trl and of vLLM's examples).
 */
export interface Markers {
  mark(text: string, leaf: number): string;
  /** Cut the markers out; null where one lost its partner, which a template can do that slices or splits its input. */
  unmark(marked: string): Unmarked | null;
}

/** A leaf in the text without markers, UTF-16 half-open. */
export interface LeafSpan {
  readonly leaf: number;
  readonly start: number;
  readonly end: number;
}

export interface Unmarked {
  readonly text: string;
  /** By start; an outer span before those inside it. */
  readonly spans: readonly LeafSpan[];
}

/** Digits of a leaf's number; two of them. */
const base = 1024;
/** Most leaves of one rendering. */
export const mostLeaves = base * base;

/** Private-use blocks of `base` digits and two brackets. Terminal output has glyphs of such a block, but hardly of all. */
const blocks = [0xe000, 0xe800, 0xf000];

/** Markers that are nowhere in the text; null where there are none. */
export function chooseMarkers(text: string): Markers | null {
  const block = blocks.find((first) => !patternOf(first).test(text));
  return block === undefined ? null : markersOf(block);
}

function patternOf(block: number): RegExp {
  return new RegExp(`[${String.fromCharCode(block)}-${String.fromCharCode(block + base + 1)}]`);
}

function markersOf(block: number): Markers {
  const open = String.fromCharCode(block);
  const close = String.fromCharCode(block + 1);
  const zero = block + 2;
  const digit = `[${String.fromCharCode(zero)}-${String.fromCharCode(zero + base - 1)}]`;
  const marker = new RegExp(`${open}${digit}{2}|${close}`, "g");
  const any = patternOf(block);
  return { mark, unmark };

  function mark(text: string, leaf: number): string {
    const start = text.length - text.trimStart().length;
    const end = Math.max(start, text.trimEnd().length);
    const number = String.fromCharCode(zero + Math.floor(leaf / base), zero + (leaf % base));
    return `${text.slice(0, start)}${open}${number}${text.slice(start, end)}${close}${text.slice(end)}`;
  }

  function unmark(marked: string): Unmarked | null {
    const pieces: string[] = [];
    const spans: LeafSpan[] = [];
    const stack: { readonly leaf: number; readonly start: number }[] = [];
    let length = 0;
    let from = 0;
    for (const { 0: found, index } of marked.matchAll(marker)) {
      pieces.push(marked.slice(from, index));
      length += index - from;
      from = index + found.length;
      if (found === close) {
        const opened = stack.pop();
        if (opened === undefined) return null;
        spans.push({ ...opened, end: length });
      } else {
        const leaf = (found.charCodeAt(1) - zero) * base + found.charCodeAt(2) - zero;
        stack.push({ leaf, start: length });
      }
    }
    pieces.push(marked.slice(from));
    const text = pieces.join("");
    if (stack.length > 0 || any.test(text)) return null;
    return { text, spans: spans.toSorted((a, b) => a.start - b.start || b.end - a.end) };
  }
}
