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
  if (unit === lessThan)
    return (
      nearest(shapes.angled, angled, text, offset) ??
      respelled(shapes.angled, text, offset) ??
      withoutEnd(family, shapes.angled, text, offset)
    );
  if (unit === squareOpen)
    return (
      nearest(shapes.squared, squared, text, offset) ??
      respelled(shapes.squared, text, offset) ??
      withoutEnd(family, shapes.squared, text, offset)
    );
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
}

interface Shapes {
  readonly angled: readonly Shape[];
  readonly squared: readonly Shape[];
  readonly rests: ReadonlyMap<
    number,
    readonly { readonly control: number; readonly rest: string }[]
  >;
  /** Markers that begin with a piece that other markers begin with too (`<|open|>tools<|sep|>`). */
  readonly composed: readonly Composed[];
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
  for (const [control, { text }] of family.controls.entries()) {
    const isAngled = /^<[^\s"<>]+>$/.test(text);
    if (!isAngled && !/^\[[^\s[\]]+\]$/.test(text)) continue;
    const shape = shapeOf(text, control);
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
    composed: composedOf(family),
  };
  known.set(family, made);
  return made;
}

function shapeOf(text: string, control: number): Shape {
  const name = text.replaceAll(/[^\w▁:]/g, "");
  const folded = fold(name);
  return {
    control,
    text: fold(text),
    name: folded,
    letters: letters(folded),
    isOrdinary: ordinaryWords.has(folded),
    hasBars: /[|｜]/.test(text),
  };
}

/** Look-alikes of the characters that markers are made of. */
function fold(text: string): string {
  return asciiBars(text.toLowerCase());
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
  if (!/^[<[] ?[/|｜]/.test(found) && /[\w)\]]/.test(before) && !found.startsWith("[")) return null;
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
  let least = 3;
  for (const shape of shapes) {
    if (shape.isOrdinary && !isBarred) {
      // `<user>` and `<search engine>` are text; `<|user>` and `<search` at a line's end are not.
      if (name !== shape.name || hasBars !== shape.hasBars) continue;
      if (isOpen && after !== "\n" && after !== "") continue;
    } else if (!alike(name, own, shape)) continue;
    const edits = editDistance(folded, shape.text);
    // Of an opener and a closer that are equally near, the one with the same slash is meant.
    const distance = folded.includes("/") === shape.text.includes("/") ? edits : edits + 0.5;
    if (distance >= least) continue;
    least = distance;
    best = { control: shape.control, start: offset, end: offset + found.length };
  }
  return best;
}

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
  shapes: readonly Shape[],
  text: string,
  offset: number,
): NearMiss | null {
  for (const { control, isOrdinary } of shapes) {
    if (isOrdinary) continue;
    const { text: marker, role } = family.controls[control] ?? { text: "", role: "markup" };
    for (const missing of /[|｜]>$/.test(marker) ? [1, 2] : [1]) {
      const written = marker.slice(0, -missing);
      const end = offset + written.length;
      if (!text.startsWith(written, offset) || !/\w/.test(text.charAt(end))) continue;
      // Another marker may begin like this one; a call's beginning tells.
      if (missing === 1 && /[|｜]$/.test(written)) return { control, start: offset, end };
      if (opensCall(family, role) && bodyBegins(family, text, end))
        return { control, start: offset, end };
    }
  }
  return null;
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

/** Levenshtein distance in UTF-16 units; both are short here. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
