import type { JsonUnits } from "./json-units.ts";

// Scans JSON that `JSON.parse` has read (bare words of Python beside), so that nothing is checked again.

/**
 * Where the values directly in an array or object are: pairs of start and end; in an object each behind the pair of its
 * key, with its quotes. Columns, since a list of log-probabilities has as many items as tokens.
 */
export type JsonMembers = Int32Array;

/** Members of the object, or items of the array, whose opening bracket is at `open`. */
export function scanMembers(units: JsonUnits, open: number): JsonMembers {
  let found = new Int32Array(16);
  let count = 0;
  let at = skipBlanks(units, open + 1);
  while (at < units.length && !isClosing(units.at(at))) {
    const end = valueEnd(units, at);
    if (count + 2 > found.length) {
      const grown = new Int32Array(found.length * 2);
      grown.set(found);
      found = grown;
    }
    found[count++] = at;
    found[count++] = end;
    at = skipBlanks(units, end);
    const separator = units.at(at);
    if (separator === 0x2c || separator === 0x3a) at = skipBlanks(units, at + 1);
  }
  return found.slice(0, count);
}

/** Offset after the value that begins at `at`; any depth without recursion. */
export function valueEnd(units: JsonUnits, at: number): number {
  const first = units.at(at);
  if (first === 0x22) return stringEnd(units, at + 1) + 1;
  if (first !== 0x7b && first !== 0x5b) return scalarEnd(units, at);
  let depth = 1;
  let next = at + 1;
  for (; depth > 0 && next < units.length; next++) {
    const unit = units.at(next);
    if (unit === 0x22) next = stringEnd(units, next + 1);
    else if (unit === 0x7b || unit === 0x5b) depth++;
    else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return next;
}

export function skipBlanks(units: JsonUnits, from: number): number {
  let at = from;
  while (isBlank(units.at(at))) at++;
  return at;
}

/** A number or a word ends where a separator, a bracket or a blank comes. */
function scalarEnd(units: JsonUnits, from: number): number {
  let at = from + 1;
  for (; at < units.length; at++) {
    const unit = units.at(at);
    if (unit === 0x2c || isClosing(unit) || isBlank(unit)) break;
  }
  return at;
}

function isClosing(unit: number): boolean {
  return unit === 0x5d || unit === 0x7d;
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

/** Offset of the quote that ends a string whose contents begin at `from`; the length where none does. */
export function stringEnd(units: JsonUnits, from: number): number {
  let quote = nextQuote(units, from);
  for (; quote < units.length; quote = nextQuote(units, quote + 1)) {
    let slashes = 0;
    while (quote - slashes > from && units.at(quote - slashes - 1) === 0x5c) slashes++;
    if (slashes % 2 === 0) return quote;
  }
  return quote;
}

/** Most strings of JSON are keys: a native search costs more than to look at so few units. */
const shortString = 16;

function nextQuote(units: JsonUnits, from: number): number {
  const near = Math.min(units.length, from + shortString);
  for (let at = from; at < near; at++) if (units.at(at) === 0x22) return at;
  return units.find(0x22, near);
}
