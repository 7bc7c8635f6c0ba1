import { buildSplitter, type Section, type Splitter } from "./added-tokens.ts";
import type { Engine } from "./engine.ts";
import { normaliseWithRanges, type Normalised } from "./normalised.ts";
import type { TokenizerFile } from "./tokenizer-file.ts";
import type { Encoding } from "./tokenizer.ts";
import { utf8Size } from "./utf8.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { walkTokens } from "./walk.ts";

export interface EncoderParts {
  readonly file: TokenizerFile;
  readonly vocabulary: Vocabulary;
  readonly engine: Engine;
}

/**
 * Encode with the exact UTF-16 range of each id, as the offsets of Hugging Face tokenizers have them. Where the ids of a
 * stretch between added tokens cannot be walked over its text to the end, each of them gets the whole stretch: too wide, never wrong.
 * Long runs that the model cannot split are slow in the library: 100 KB of one letter take about 2 s.
 */
export function buildEncoder(parts: EncoderParts): (text: string) => Encoding {
  const { file, engine } = parts;
  const normalises = file.normalizer !== null;
  const split = buildSplitter(
    file.addedTokens.filter((token) => !(token.normalized && normalises)),
  );
  const splitNormalised = buildSplitter(
    file.addedTokens
      .filter((token) => token.normalized && normalises)
      .map((token) => ({ ...token, content: engine.normalise(token.content) })),
  );
  return (text) => {
    // A lone surrogate has no UTF-8; the library and the reference would number it differently.
    const wellFormed = text.replaceAll(/\p{Cs}/gu, "\ufffd");
    const out = new EncodingBuilder();
    for (const [index, section] of split(wellFormed).entries()) {
      if (section.added !== null) out.add(section.added, section.start, section.end);
      else encodeStretch(parts, splitNormalised, { text: wellFormed, section, index }, out);
    }
    return out.build();
  };
}

interface Stretch {
  readonly text: string;
  readonly section: Section;
  readonly index: number;
}

function encodeStretch(
  { file, vocabulary, engine }: EncoderParts,
  splitNormalised: Splitter,
  { text, section, index }: Stretch,
  out: EncodingBuilder,
): void {
  const original = text.slice(section.start, section.end);
  const normal = engine.normalise(original);
  const ranges = normaliseWithRanges(original, file.normalizer);
  const aligned = ranges?.text === normal ? ranges : null;
  for (const part of splitNormalised(normal)) {
    const from =
      section.start + (aligned?.start === null ? part.start : (aligned?.start[part.start] ?? 0));
    const to =
      aligned === null
        ? section.end
        : section.start + (aligned.end === null ? part.end : (aligned.end[part.end - 1] ?? 0));
    if (part.added !== null) {
      out.add(part.added, from, to);
      continue;
    }
    const ids = engine.encode(normal.slice(part.start, part.end), index);
    const walked = aligned === null ? null : walk(cutOut(aligned, part), ids, vocabulary);
    for (const [token, id] of ids.entries()) {
      const start = walked === null ? from : section.start + (walked.start[token] ?? 0);
      const end = walked === null ? to : section.start + (walked.end[token] ?? 0);
      if (id !== undefined) out.add(id, start, end);
    }
  }
}

interface Ranges {
  readonly start: Uint32Array;
  readonly end: Uint32Array;
}

function walk(
  normalised: Normalised,
  ids: readonly (number | undefined)[],
  vocabulary: Vocabulary,
): Ranges | null {
  const lengths: number[] = [];
  let total = 0;
  for (const id of ids) {
    const length = id === undefined ? null : vocabulary.lengthOf(id);
    if (length === null) return null;
    lengths.push(length);
    total += length;
  }
  const text =
    vocabulary.spelling === "metaspace" ? normalised.text.replaceAll("▁", " ") : normalised.text;
  const bytes = utf8Length(text);
  // Some pre-tokenizers put a space before the first word; it is nowhere in the text and takes no width.
  const first = ids[0];
  const leading = first === undefined ? null : vocabulary.bytesOf(first)?.[0];
  if (total === bytes + 1 && leading === 0x20) lengths[0] = (lengths[0] ?? 1) - 1;
  const start = new Uint32Array(ids.length);
  const end = new Uint32Array(ids.length);
  return walkTokens({ ...normalised, text }, lengths, start, end) ? { start, end } : null;
}

function cutOut(normalised: Normalised, part: Section): Normalised {
  const text = normalised.text.slice(part.start, part.end);
  const { start, end } = normalised;
  if (start !== null && end !== null) {
    return {
      text,
      start: start.subarray(part.start, part.end),
      end: end.subarray(part.start, part.end),
    };
  }
  if (part.start === 0) return { text, start: null, end: null };
  return {
    text,
    start: Uint32Array.from(text, (_, unit) => part.start + unit),
    end: Uint32Array.from(text, (_, unit) => part.start + unit + 1),
  };
}

function utf8Length(text: string): number {
  let length = 0;
  for (let unit = 0; unit < text.length; unit++) {
    const code = text.codePointAt(unit) ?? 0;
    length += utf8Size(code);
    if (code > 0xffff) unit++;
  }
  return length;
}

/** Columns that grow. */
class EncodingBuilder {
  #ids = new Int32Array(256);
  #start = new Uint32Array(256);
  #end = new Uint32Array(256);
  #count = 0;

  add(id: number, start: number, end: number): void {
    if (this.#count === this.#ids.length) this.#grow();
    this.#ids[this.#count] = id;
    this.#start[this.#count] = start;
    this.#end[this.#count] = end;
    this.#count++;
  }

  build(): Encoding {
    return {
      ids: this.#ids.slice(0, this.#count),
      start: this.#start.slice(0, this.#count),
      end: this.#end.slice(0, this.#count),
    };
  }

  #grow(): void {
    const { length } = this.#ids;
    const ids = new Int32Array(length * 2);
    const start = new Uint32Array(length * 2);
    const end = new Uint32Array(length * 2);
    ids.set(this.#ids);
    start.set(this.#start);
    end.set(this.#end);
    this.#ids = ids;
    this.#start = start;
    this.#end = end;
  }
}
