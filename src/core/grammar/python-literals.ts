/** A string's opening: its prefix and quotes. */
export interface PythonQuote {
  readonly prefix: string;
  /** One quote, or three. */
  readonly quote: string;
  /** Offset after the quotes. */
  readonly inner: number;
}

const opening = /((?:[rRuUbBfF]|[rR][bBfF]|[bBfF][rR])?)("""|'''|"|')/y;

/** The string that opens at `at`, or null. */
export function pythonQuoteAt(text: string, at: number): PythonQuote | null {
  const first = text.charAt(at);
  const isQuote = first === "'" || first === '"';
  // Most strings have no prefix and no three quotes.
  if (isQuote && text.charAt(at + 1) !== first) return { prefix: "", quote: first, inner: at + 1 };
  if (!isQuote && !"rRuUbBfF".includes(first)) return null;
  opening.lastIndex = at;
  const found = opening.exec(text);
  if (!found) return null;
  const [whole, prefix = "", quote = ""] = found;
  return { prefix, quote, inner: at + whole.length };
}

/** A number or a word that is a value. */
export interface PythonAtom {
  readonly end: number;
  readonly value: number | boolean | null;
}

/** `cut`: the text ends in what may become a value. */
export function pythonAtomAt(text: string, at: number): PythonAtom | "cut" | null {
  const unit = text.charCodeAt(at);
  if (unit > 0x39 && !isWordUnit(unit)) return null;
  // Longer numbers than this are not cut off in an exponent or after a sign.
  if (text.length - at <= 64) {
    cutNumber.lastIndex = at;
    if (cutNumber.test(text)) return "cut";
  }
  number.lastIndex = at;
  const digits = number.exec(text)?.[0];
  if (digits !== undefined) return { end: at + digits.length, value: toNumber(digits) };
  word.lastIndex = at;
  const name = word.exec(text)?.[0];
  if (name === undefined) return null;
  const value = words.get(name);
  if (value !== undefined) return { end: at + name.length, value };
  return at + name.length === text.length && isBegun(name) ? "cut" : null;
}

function isWordUnit(unit: number): boolean {
  const letter = unit | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || unit === 0x5f || unit >= 0x80;
}

// JSON's words beside Python's: some models write them in otherwise pythonic calls, and harnesses take them.
const words: ReadonlyMap<string, boolean | null> = new Map([
  ["True", true],
  ["False", false],
  ["None", null],
  ["true", true],
  ["false", false],
  ["null", null],
]);

const word = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;

const number =
  /[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\.[0-9](?:_?[0-9])*|[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?)(?:[eE][+-]?[0-9](?:_?[0-9])*)?)/y;

const cutNumber =
  /(?:[+-]|[+-]?(?:0[xXoObB]|\.|[0-9][0-9_]*_|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)[eE][+-]?))$/y;

/** A word or a string's prefix that goes on. */
function isBegun(name: string): boolean {
  return (
    [...words.keys()].some((known) => known.startsWith(name)) ||
    /^(?:[rRuUbBfF]|[rR][bBfF]|[bBfF][rR])$/.test(name)
  );
}

/** Where a number has a zero too many, as Python sees it: `007`; -1 where it has none. */
export function leadingZero(text: string, at: number): number {
  if (!"0+-".includes(text.charAt(at))) return -1;
  zeros.lastIndex = at;
  const found = zeros.exec(text)?.[0];
  return found === undefined ? -1 : at + found.length;
}

const zeros = /[+-]?0(?=[0-9_]*[1-9][0-9_]*(?![0-9_.eE]))/y;

function toNumber(digits: string): number {
  if (digits.length < 16 && !/[_+xXoObB-]/.test(digits)) return Number(digits);
  const plain = digits.replaceAll("_", "");
  const sign = plain.startsWith("-") ? -1 : 1;
  // `Number` reads no sign before 0x.
  return sign * Number(plain.replace(/^[+-]/, ""));
}

/** Backslashes of such a string stand for themselves. */
export function isRaw(prefix: string): boolean {
  return prefix !== "" && /[rR]/.test(prefix);
}

/** A string's value; `raw` is what stands between its quotes. */
export function pythonText(raw: string, prefix: string): string {
  if (!raw.includes("\\") || isRaw(prefix)) return raw;
  let text = "";
  let from = 0;
  for (let at = raw.indexOf("\\"); at >= 0; at = raw.indexOf("\\", from)) {
    // Nearly all are a quote or a line end; the expression is for the others.
    const plain = plainEscapes.get(raw.charAt(at + 1));
    escape.lastIndex = at;
    const [whole = "", code = ""] = plain === undefined ? (escape.exec(raw) ?? []) : [];
    text += raw.slice(from, at) + (plain ?? (whole === "" ? "\\" : decoded(whole, code)));
    from = at + (plain === undefined ? Math.max(1, whole.length) : 2);
  }
  return text + raw.slice(from);
}

const escape =
  /\\(\r\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[\s\S])/y;

function decoded(whole: string, code: string): string {
  const known = plainEscapes.get(code);
  if (known !== undefined) return known;
  const first = code.charAt(0);
  if (/[0-7]/.test(first)) return String.fromCharCode(parseInt(code, 8));
  if (code.length === 1) return whole;
  // The names of all characters are a megabyte; which one it is changes no finding.
  if (first === "N") return "\ufffd";
  const point = parseInt(code.slice(1), 16);
  return point > 0x10ffff ? whole : String.fromCodePoint(point);
}

const plainEscapes: ReadonlyMap<string, string> = new Map([
  ["\n", ""],
  ["\r\n", ""],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** Whether the escape whose backslash is right before `at` is one of Python's, or may become one. */
export function isPythonEscape(text: string, at: number): boolean {
  const wanted = hexDigits.get(text.charAt(at));
  if (wanted === undefined) return true;
  const digits = text.slice(at + 1, at + 1 + wanted);
  return at + 1 + wanted > text.length
    ? /^[0-9a-fA-F]*$/.test(digits)
    : /^[0-9a-fA-F]+$/.test(digits);
}

// Any other letter stays as it is, with its backslash.
const hexDigits: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);
