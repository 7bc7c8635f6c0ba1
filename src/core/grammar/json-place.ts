import type { Range } from "./call-body.ts";
import { placeInLiteral } from "./literal-place.ts";

/** Where an offset lies in a call's body: the outermost key and what kind of thing is there (`arguments`, `string`). */
export function placeInBody(text: string, bodyStart: number, offset: number): readonly string[] {
  const other = placeInLiteral(text, bodyStart, offset);
  if (other !== null) return other;
  // Calls of a list stand one bracket deeper.
  const level = /^\s*\[/.test(text.slice(bodyStart, bodyStart + 40)) ? 2 : 1;
  // One byte a bracket: hostile text opens millions.
  let open = new Uint8Array(64);
  let depth = 0;
  let quote = 0;
  let topKey = "";
  let expectsKey = false;
  let stringStart = -1;
  for (let at = bodyStart; at < offset; at++) {
    const unit = text.charCodeAt(at);
    if (stringStart >= 0) {
      if (unit === 0x5c) at++;
      else if (unit === quote) {
        if (expectsKey && depth === level) topKey = text.slice(stringStart, at);
        stringStart = -1;
      }
    } else if (unit === 0x22 || unit === 0x27) {
      stringStart = at + 1;
      quote = unit;
    } else if (unit === 0x7b || unit === 0x5b) {
      if (depth === open.length) open = grown(open);
      open[depth++] = unit;
      expectsKey = unit === 0x7b;
    } else if (unit === 0x7d || unit === 0x5d) {
      if (depth > 0) depth--;
      expectsKey = false;
    } else if (unit === 0x2c) expectsKey = depth > 0 && open[depth - 1] === 0x7b;
    else if (unit === 0x3a) expectsKey = false;
  }
  if (depth < level) return [];
  if (depth === level) {
    if (expectsKey) return ["key"];
    const key = shown(topKey);
    return stringStart >= 0 && key !== "name" ? [key, "string"] : [key];
  }
  return [shown(topKey), expectsKey ? "key" : stringStart >= 0 ? "string" : "value"];
}

function grown(column: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(column.length * 2);
  larger.set(column);
  return larger;
}

/** Keys come from the policy: long or odd ones are not repeated. */
function shown(key: string): string {
  return /^[\w-]{1,24}$/.test(key) ? key : "value";
}

/** Range of the value at a path (keys and array indices) in well-formed JSON that begins at `start`; null where none is. */
export function locate(text: string, start: number, path: readonly string[]): Range | null {
  const open: { readonly array: boolean; name: string; count: number }[] = [];
  let matched = 0;
  let expectsKey = false;
  let valueStart = -1;
  let at = start;

  while (at < text.length) {
    const unit = text.charCodeAt(at);
    const top = open.at(-1);
    if (unit <= 0x20) at++;
    else if (unit === 0x2c || unit === 0x3a) {
      if (unit === 0x2c && top) {
        top.count++;
        expectsKey = !top.array;
      } else expectsKey = false;
      at++;
    } else if (unit === 0x22 && expectsKey && top) {
      const end = stringEnd(text, at);
      top.name = keyOf(text.slice(at, end));
      at = end;
    } else if (unit === 0x7d || unit === 0x5d) {
      open.pop();
      if (open.length < matched) matched = open.length;
      at++;
      if (valueStart >= 0 && open.length === path.length) return { start: valueStart, end: at };
    } else {
      const isHere =
        valueStart < 0 &&
        open.length === path.length &&
        (top === undefined || (matched === path.length - 1 && nameOf(top) === path.at(-1)));
      if (isHere) valueStart = at;
      if (unit === 0x7b || unit === 0x5b) {
        if (top && matched === open.length - 1 && nameOf(top) === path[matched]) matched++;
        open.push({ array: unit === 0x5b, name: "", count: 0 });
        expectsKey = unit === 0x7b;
        at++;
        continue;
      }
      at = unit === 0x22 ? stringEnd(text, at) : literalEnd(text, at);
      if (isHere) return { start: valueStart, end: at };
    }
    if (open.length === 0 && at > start) return null;
  }
  return null;
}

function nameOf(top: { readonly array: boolean; name: string; count: number }): string {
  return top.array ? String(top.count) : top.name;
}

function keyOf(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22)
    at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return Math.min(at + 1, text.length);
}

function literalEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++;
  return at;
}
