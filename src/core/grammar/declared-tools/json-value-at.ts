import { valueOfJson } from "../../text/json.ts";
import { pythonValue } from "../python-dicts.ts";

/** An object of JSON or of Python in a text; `value` is undefined where it is neither. */
export interface ObjectAt {
  readonly value: unknown;
  readonly end: number;
}

/** The object that opens with the bracket at `at`; null where it does not end before `to`. */
export function objectAt(text: string, at: number, to: number): ObjectAt | null {
  const end = objectEnd(text, at, to);
  if (end < 0) return null;
  const whole = text.slice(at, end);
  return { value: valueOfJson(whole) ?? pythonValue(whole), end };
}

// The largest declarations of real tools are some tens of thousand characters.
const maxObjectUnits = 512 * 1024;

/** In JSON an apostrophe stands in strings only, so both kinds of quotes can be told without knowing the language. */
function objectEnd(text: string, from: number, to: number): number {
  const limit = Math.min(to, from + maxObjectUnits);
  let depth = 0;
  let quote = 0;
  for (let at = from; at < limit; at++) {
    const unit = text.charCodeAt(at);
    if (quote !== 0) {
      if (unit === 0x5c) at++;
      else if (unit === quote) quote = 0;
    } else if (unit === 0x22 || unit === 0x27) quote = unit;
    else if (unit === 0x7b || unit === 0x5b) depth++;
    else if ((unit === 0x7d || unit === 0x5d) && --depth === 0) return at + 1;
  }
  return -1;
}
