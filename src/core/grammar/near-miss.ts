import { asciiBars } from "./ascii-bars.ts";
import { bodyBegins } from "./body-begins.ts";
import { opensCall } from "./call-markers.ts";
import type { Family } from "./family.ts";

/** Text that was meant to be a control token and is not: the nearest control, and its range. */
export interface NearMiss {
  readonly control: number;
  readonly start: number;
  readonly end: number;
}

/**
 * A broken marker that begins at `offset`, or null (F06 in docs/rules.md): at most two edits from a marker's text, where
 * full-width bars and low lines count as their ASCII look-alikes. Markers whose name is an ordinary word (`think`) must
 * have that very name and broken punctuation; a tag with attributes, a type parameter (`list<tool_calls>`) and HTML are
 * never taken for one.
 */
export function nearMissAt(family: Family, text: string, offset: number): NearMiss | null {
  const shapes = shapesOf(family);
  const unit = text.charCodeAt(offset);
  const composed = shapes.composed.length > 0 ? composedAt(shapes, text, offset) : null;
  if (composed) return composed;
  if (unit === lessThan || unit === squareOpen) {
    // Text full of brackets is passed at the next unit.
    if (!mayFollow(text.charCodeAt(offset + 1))) return null;
    const isAngled = unit === lessThan;
    const own = isAngled ? shapes.angled : shapes.squared;
    return (
      nearest(own, isAngled ? angled : squared, text, offset) ??
      respelled(own, text, offset) ??
      withoutEnd(family, shapes, text, offset)
    );
  }
  // Without its first bracket only the exact rest of a marker counts: `tool_call>`, `/think>`, `|im_end|>`.
  const rests = shapes.rests.get(unit);
  if (!rests) return null;
  const before = text.charAt(offset - 1);
  if (!(isLetter(unit) ? /^[\n>]?$/ : /^[^\w<|｜/=[-]?$/).test(before)) return null;
  for (const { control, rest } of rests)
    if (text.startsWith(rest, offset)) return { control, start: offset, end: offset + rest.length };
  return null;
}

/** The units that a broken marker may begin with, but for letters, which count at a line's start only. */
export function nearMissUnits(family: Family): string {
  const { rests, squared: square } = shapesOf(family);
  const units = [...rests.keys()].filter((unit) => !isLetter(unit));
  return `<${square.length > 0 ? "[" : ""}${String.fromCharCode(...units)}`;
}

const lessThan = 0x3c;
const squareOpen = 0x5b;

/** What may stand behind the bracket of a marker, broken or not: a letter, a digit, one of ` -./:_|` and DeepSeek's. */
function mayFollow(unit: number): boolean {
  if (unit >= 0x80) return unit === 0xff5c || unit === 0x2581;
  return (
    isLetter(unit) || (unit >= 0x2d && unit <= 0x3a) || " _|".includes(String.fromCharCode(unit))
  );
}

function isLetter(unit: number): boolean {
  return (unit | 32) >= 0x61 && (unit | 32) <= 0x7a;
}

/** A control as it is compared. */
interface Shape {
  readonly control: number;
  /** Folded. */
  readonly text: string;
  readonly name: string;
  readonly letters: number;
  readonly isOrdinary: boolean;
  readonly hasBars: boolean;
  readonly endsTurn: boolean;
}

interface Shapes {
  readonly angled: readonly Shape[];
  readonly squared: readonly Shape[];
  readonly rests: ReadonlyMap<
    number,
    readonly { readonly control: number; readonly rest: string }[]
  >;
  /** What is left of markers without their end, by the two units that they begin with. */
  readonly cut: ReadonlyMap<string, readonly Cut[]>;
  /** Markers that begin with a piece that other markers begin with too (`<|open|>tools<|sep|>`). */
  readonly composed: readonly Composed[];
}

interface Cut {
  readonly control: number;
  readonly written: string;
  /** No other marker begins like it; or a call's body must follow. */
  readonly tells: "itself" | "body";
}

interface Composed {
  readonly control: number;
  readonly text: string;
  readonly head: string;
}

const known = new WeakMap<Family, Shapes>();

function shapesOf(family: Family): Shapes {
  const before = known.get(family);
  if (before) return before;
  const angledShapes: Shape[] = [];
  const squaredShapes: Shape[] = [];
  const rests = new Map<number, { control: number; rest: string }[]>();
  for (const [control, { text, role }] of family.controls.entries()) {
    const isAngled = /^<[^\s"<>]+>$/.test(text);
    if (!isAngled && !/^\[[^\s[\]]+\]$/.test(text)) continue;
    const shape = shapeOf(text, control, role === "turn-end");
    // `<s>` is strike-through, and two letters are near everything.
    if (shape.name.length < 3) continue;
    if (isAngled) angledShapes.push(shape);
    else if (!shape.isOrdinary) squaredShapes.push(shape);
    const rest = text.slice(1);
    const first = rest.charCodeAt(0);
    if (shape.isOrdinary && (isLetter(first) || !isAngled)) continue;
    rests.set(first, [...(rests.get(first) ?? []), { control, rest }]);
  }
  const made = {
    angled: angledShapes,
    squared: squaredShapes,
    rests,
    cut: cutOf(family, [...angledShapes, ...squaredShapes]),
    composed: composedOf(family),
  };
  known.set(family, made);
  return made;
}

function shapeOf(text: string, control: number, endsTurn: boolean): Shape {
  const name = text.replaceAll(/[^\w▁:]/g, "");
  const folded = fold(name);
  return {
    control,
    text: fold(text),
    name: folded,
    letters: letters(folded),
    isOrdinary: ordinaryWords.has(folded),
    hasBars: /[|｜]/.test(text),
    endsTurn,
  };
}

/** Look-alikes of the characters that markers are made of. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  return /[｜▁]/.test(lower) ? asciiBars(lower) : lower;
}

// At most 32 characters of name: no marker is longer.
const angled = /< ?[/|｜]{0,3} ?([\w▁.:-]{2,32}(?:[|｜]{1,2} ?[\w▁]{2,24})?)[|｜]{0,2}\/?>?/y;
const squared = /\[ ?\/?([A-Z_]{3,24})\]?/y;

function nearest(
  shapes: readonly Shape[],
  pattern: RegExp,
  text: string,
  offset: number,
): NearMiss | null {
  pattern.lastIndex = offset;
  const [found = "", written = ""] = pattern.exec(text) ?? [];
  if (written === "") return null;
  // A type parameter or an array's: `list<tool_calls>`. Closers and bars are no such thing.
  const before = text.charAt(offset - 1);
  const isEnd = isLast(text, offset + found.length);
  const isTyped = !/^[<[] ?[/|｜]/.test(found) && !found.startsWith("[");
  if (isTyped && !isEnd && /[\w)\]]/.test(before)) return null;
  if (found.startsWith("[") && /[\w)]/.test(before)) return null;
  const after = text.charAt(offset + found.length);
  const isOpen = !/[>\]]$/.test(found);
  if (isOpen && /[\w=]/.test(after)) return null;
  const folded = fold(found);
  const name = fold(written).replaceAll(/[^\w:]/g, "");
  const own = letters(name);
  const hasBars = folded.includes("|");
  // Nobody writes `<|mesage|>` but for a marker.
  const isBarred = /^<\||\|>$/.test(folded) && folded.endsWith(">");
  let best: NearMiss | null = null;
  let least = mostEdits + 1;
  for (const shape of shapes) {
    if (shape.isOrdinary && !isBarred) {
      // `<user>` and `<search engine>` are text; `<|user>` and `<search` at a line's end are not.
      if (name !== shape.name) continue;
      if (hasBars !== shape.hasBars && !(shape.endsTurn && isEnd)) continue;
      if (isOpen && after !== "\n" && after !== "") continue;
    } else if (!alike(name, own, shape)) continue;
    const edits = editDistance(folded, shape.text, mostEdits + 1);
    // Of an opener and a closer that are equally near, the one with the same slash is meant.
    const slash = folded.includes("/") === shape.text.includes("/") ? 0 : 0.5;
    const distance = edits + slash - (shape.endsTurn && isEnd ? 0.25 : 0);
    if (edits > mostEdits || distance >= least) continue;
    least = distance;
    best = { control: shape.control, start: offset, end: offset + found.length };
  }
  return best;
}

/** `<turn>` where `<turn|>` should be: at the very end nothing else is meant. */
function isLast(text: string, from: number): boolean {
  return text.length - from < 20 && text.slice(from).trim() === "";
}

const mostEdits = 2;

/** Spaces or hyphens where a marker has low lines: `<|im end|>`, `[TOOL-CALLS]`. Nothing else of it may differ. */
function respelled(shapes: readonly Shape[], text: string, offset: number): NearMiss | null {
  spaced.lastIndex = offset;
  const found = spaced.exec(text)?.[0];
  if (found === undefined) return null;
  const joined = fold(found).replaceAll(/[ -]/g, "_");
  const shape = shapes.find((each) => each.text === joined);
  return shape ? { control: shape.control, start: offset, end: offset + found.length } : null;
}

const spaced = /[<[][/|｜]{0,3}[\w▁:.|｜]{2,32}(?:[ -][\w▁]{1,32}){1,4}[|｜]?[>\]]/y;

/** A marker whose end is missing and that runs into what follows: `<tool_callget_weather`, `<|tool_call_begin|functions.f`. */
function withoutEnd(
  family: Family,
  { cut }: Shapes,
  text: string,
  offset: number,
): NearMiss | null {
  for (const { control, written, tells } of cut.get(text.slice(offset, offset + 2)) ?? []) {
    const end = offset + written.length;
    if (!text.startsWith(written, offset) || !/\w/.test(text.charAt(end))) continue;
    if (tells === "itself" || bodyBegins(family, text, end)) return { control, start: offset, end };
  }
  return null;
}

function cutOf(family: Family, shapes: readonly Shape[]): Shapes["cut"] {
  const cut = new Map<string, Cut[]>();
  for (const { control, isOrdinary } of shapes) {
    const own = family.controls[control];
    if (isOrdinary || !own) continue;
    for (const missing of /[|｜]>$/.test(own.text) ? [1, 2] : [1]) {
      const written = own.text.slice(0, -missing);
      // Another marker may begin like this one; a call's beginning tells.
      const tells = missing === 1 && /[|｜]$/.test(written) ? "itself" : "body";
      if (tells === "body" && !opensCall(family, own.role)) continue;
      const head = written.slice(0, 2);
      cut.set(head, [...(cut.get(head) ?? []), { control, written, tells }]);
    }
  }
  return cut;
}

const ordinaryWords: ReadonlySet<string> = new Set(
  (
    "think search information answer code response user system assistant tool tools turn channel function param " +
    "parameter invoke end start message call return constrain open close sep bos eos sop bom eom eot escape inst " +
    "args call_id observation plugin interpreter bot"
  ).split(" "),
);

/** A cheap test before the costly one: lengths within two, and at most four letters in one and not in the other. */
function alike(name: string, own: number, wanted: Shape): boolean {
  if (Math.abs(name.length - wanted.name.length) > 2) return false;
  let different = own ^ wanted.letters;
  let count = 0;
  for (; different !== 0; different &= different - 1) count++;
  return count <= 4;
}

function letters(word: string): number {
  let mask = 0;
  for (let at = 0; at < word.length; at++) mask |= 1 << (word.charCodeAt(at) & 31);
  return mask;
}

function composedOf({ controls }: Family): readonly Composed[] {
  const pieces = controls.filter(({ role }) => role === "markup").map(({ text }) => text);
  return controls.flatMap(({ text }, control) => {
    const head = pieces.find((piece) => text.startsWith(piece) && text !== piece);
    return head === undefined ? [] : [{ control, text, head }];
  });
}

function composedAt({ composed }: Shapes, text: string, offset: number): NearMiss | null {
  let best: NearMiss | null = null;
  let least = 3;
  for (const { control, text: marker, head } of composed) {
    // The first two characters are right, or nothing would say where to look.
    if (!text.startsWith(head.slice(0, 2), offset) || text.startsWith(marker, offset)) continue;
    const short = marker.slice(0, -1);
    const end = offset + short.length;
    if (text.startsWith(short, offset) && /\s/.test(text.charAt(end)))
      return { control, start: offset, end };
    for (const length of [0, 1, -1, 2, -2]) {
      const written = text.slice(offset, offset + marker.length + length);
      if (written.at(-1) !== marker.at(-1)) continue;
      const edits = editDistance(fold(written), fold(marker));
      if (edits === 0 || edits >= least) continue;
      least = edits;
      best = { control, start: offset, end: offset + written.length };
    }
  }
  return best;
}

/** Levenshtein distance in UTF-16 units; anything of `limit` and more where that is reached. */
export function editDistance(a: string, b: string, limit = Infinity): number {
  // Most of a broken marker is right: only what differs is compared.
  let from = 0;
  while (from < a.length && a.charCodeAt(from) === b.charCodeAt(from)) from++;
  let [endA, endB] = [a.length, b.length];
  while (endA > from && endB > from && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  if (Math.abs(endA - endB) >= limit) return limit;
  return distanceBetween(a.slice(from, endA), b.slice(from, endB), limit);
}

function distanceBetween(a: string, b: string, limit: number): number {
  const row: number[] = [];
  for (let j = 0; j <= b.length; j++) row.push(j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = i - 1;
    let least = i;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0;
      const swap = diagonal + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      const value = Math.min(swap, above + 1, (row[j - 1] ?? 0) + 1);
      row[j] = value;
      diagonal = above;
      least = Math.min(least, value);
    }
    if (least >= limit) return limit;
  }
  return row[b.length] ?? 0;
}
