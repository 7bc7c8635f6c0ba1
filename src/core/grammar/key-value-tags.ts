import { cutsCloser } from "./cut-marker.ts";
import { resembles } from "./broken-tag.ts";
import { endingAt, endingPlaces } from "./ending-markers.ts";
import type { ControlRole, Family } from "./family.ts";
import type { MarkerSource } from "./markers.ts";
import { nearEndingAt } from "./near-ending.ts";
import { skipSpace, textPlaces, type Places } from "./places.ts";

/** The four tags of a key and its value. */
export interface KeyValueTags {
  readonly keyBegin: string;
  readonly keyEnd: string;
  readonly valueBegin: string;
  readonly valueEnd: string;
}

/** The tags and where they stand in one turn's text. */
export interface KeyValuePlaces {
  readonly source: MarkerSource;
  readonly tags: KeyValueTags;
  /** Keys that a value follows; a lone tag in a value is data. */
  readonly keyBegin: Places;
  readonly valueEnd: Places;
  readonly ending: Places;
  /** The same again for looking ahead, so that both remember their own place. */
  readonly ahead: {
    readonly keyBegin: Places;
    readonly valueEnd: Places;
    /** Closes that are followed by what may follow a value. */
    readonly proper: Places;
  };
}

/** One for each turn: what was searched for one call is not searched again for the next. */
export function keyValuePlaces(source: MarkerSource): KeyValuePlaces {
  const before = known.get(source);
  if (before) return before;
  const { text, family } = source;
  const tags = {
    keyBegin: tagOf(family, "key-begin", "<arg_key>"),
    keyEnd: tagOf(family, "key-end", "</arg_key>"),
    valueBegin: tagOf(family, "argument-begin", "<arg_value>"),
    valueEnd: tagOf(family, "argument-end", "</arg_value>"),
  };
  const own = () => ({
    keyBegin: textPlaces(text, tags.keyBegin, (at) => isPair(text, at, tags)),
    valueEnd: textPlaces(text, tags.valueEnd),
  });
  const closes = textPlaces(text, tags.valueEnd, (at) => mayFollowValue(source, tags, at));
  const made = {
    source,
    tags,
    ...own(),
    ending: endingPlaces(source),
    ahead: { ...own(), proper: closes },
  };
  known.set(source, made);
  return made;
}

const known = new WeakMap<MarkerSource, KeyValuePlaces>();

function isPair(text: string, at: number, tags: KeyValueTags): boolean {
  key.lastIndex = at + tags.keyBegin.length;
  if (!key.test(text)) return false;
  const end = skipSpace(text, key.lastIndex);
  if (!text.startsWith(tags.keyEnd, end)) return false;
  return text.startsWith(tags.valueBegin, skipSpace(text, end + tags.keyEnd.length));
}

const key = /[^<>\r\n]{1,500}/y;

function tagOf(family: Family, role: ControlRole, usual: string): string {
  return family.controls.find((control) => control.role === role)?.text ?? usual;
}

/** Whether a key, a marker or the text's end comes after the close at `close`. */
export function mayFollowValue(source: MarkerSource, tags: KeyValueTags, close: number): boolean {
  const { text } = source;
  const at = skipSpace(text, close + tags.valueEnd.length);
  if (at >= text.length || endingAt(source, at)) return true;
  const due = [tags.keyBegin, tags.valueEnd];
  if (due.some((tag) => text.startsWith(tag, at))) return true;
  if (text.length - at < maxTagUnits && tags.keyBegin.startsWith(text.slice(at))) return true;
  if (resembles(text, at, tags.keyBegin) || cutsCloser(source, at)) return true;
  return nearEndingAt(source, at) !== null;
}

// No tag is longer; beyond it the text's end does not cut one off.
const maxTagUnits = 64;
