import type { RawValue } from "./call-body.ts";

/** A call in tags as a forgiving parser reads it: a closing tag or two may be missing. */
export interface TagReading {
  readonly name: string;
  readonly raw: ReadonlyMap<string, RawValue>;
  /** Where it begins and ends in the text. */
  readonly start: number;
  readonly end: number;
  /** The call's own closing tag came. */
  readonly closed: boolean;
}

// Longer ones are documents.
const maxLength = 100_000;
const maxParameters = 200;

/** Reads the first call in tags of a text, in any of the notations that models mix up; null where there is none. */
export function readLenientTags(text: string): TagReading | null {
  if (text.length > maxLength) return null;
  return inNamedTags(text) ?? inKeyValueTags(text);
}

// MiniMax's quantised models drop the bracket of the first tag.
const opener =
  /(?:<[\w:｜]{0,20}|^\s*)(?:function|invoke)(?:=|\s+name=)["']?([\w.:/-]{1,100})["']?\s*>?/;
const parameter =
  /<[\w:｜]{0,20}(?:parameter|param)(?:=|\s+name=)["']?([\w.:-]{1,100})["']?[^>\n]{0,60}>?\n?/g;
/** Where a value ends, with or without its own closing tag. */
const afterValue =
  /\n?<\/[\w:｜]{0,20}(?:parameter|param)>?|(?=<[\w:｜]{0,20}(?:parameter|param)[= ])|(?=\n?<\/[\w:｜]{0,20}(?:function|invoke))/g;
const closer = /<\/[\w:｜]{0,20}(?:function|invoke)>?/g;

/** `<function=NAME><parameter=KEY>VALUE`, `<invoke name="NAME"><parameter name="KEY">VALUE`. */
function inNamedTags(text: string): TagReading | null {
  const found = opener.exec(text);
  const name = found?.[1];
  if (!found || name === undefined) return null;
  const raw = new Map<string, RawValue>();
  let at = found.index + found[0].length;
  // `<function=NAME>{…}` holds JSON: what it says is not to be read out of tags.
  if (/^\s*\{/.test(text.slice(at, at + 100))) return null;
  closer.lastIndex = at;
  const close = closer.exec(text);
  const limit = close?.index ?? text.length;
  while (raw.size < maxParameters) {
    parameter.lastIndex = at;
    const key = parameter.exec(text);
    if (!key || key.index >= limit) break;
    const start = key.index + key[0].length;
    afterValue.lastIndex = start;
    const ended = afterValue.exec(text);
    // The last value of a call that was cut off may lack its end.
    if (!ended && close === null) return null;
    const end = Math.min(ended?.index ?? limit, limit);
    raw.set(key[1] ?? "", text.slice(start, end));
    at = Math.max(end + (ended?.[0].length ?? 0), start);
  }
  const end = close ? close.index + close[0].length : at;
  return { name, raw, start: found.index, end, closed: close !== null };
}

const keyTag = /<arg_key>\s*([\w.:-]{1,100})\s*(?:<\/arg_key>)?\s*(?:<arg_value>)?/g;
const afterPair = /<\/arg_value>|(?=<arg_key>)|(?=<\/tool_call>)/g;

/** `NAME<arg_key>KEY</arg_key><arg_value>VALUE</arg_value>`. */
function inKeyValueTags(text: string): TagReading | null {
  const name = /^\s*(?:<tool_call>)?\s*([\w.:/-]{1,100})\s*(?=<arg_key>)/.exec(text)?.[1];
  if (name === undefined) return null;
  const raw = new Map<string, RawValue>();
  let at = 0;
  let closed = true;
  while (raw.size < maxParameters) {
    keyTag.lastIndex = at;
    const key = keyTag.exec(text);
    if (!key) break;
    const start = key.index + key[0].length;
    afterPair.lastIndex = start;
    const ended = afterPair.exec(text);
    closed = ended !== null;
    const end = ended?.index ?? text.length;
    raw.set(key[1] ?? "", text.slice(start, end));
    at = Math.max(end + (ended?.[0].length ?? 0), start + 1);
    if (!ended) break;
  }
  return raw.size === 0 ? null : { name, raw, start: 0, end: at, closed };
}
