import type { ParseError } from "jsonc-parser";

/** Where a JSON text breaks and what was due there: `a comma was expected at column 30, and "content" came`. */
export function describeJsonError(text: string, { error, offset }: ParseError): string {
  const place = `at column ${String(columnOf(text, offset))}`;
  const special = specials[error];
  if (special !== undefined) return `${special} stands ${place}`;
  // Python's own writing of dicts.
  const due = text[offset] === "'" ? "a double quote" : (expected[error] ?? "a value");
  return `${due} was expected ${place}, and ${cameAt(text, offset)} came`;
}

/** Column in its line, from one. */
export function columnOf(text: string, offset: number): number {
  return offset - (offset === 0 ? -1 : text.lastIndexOf("\n", offset - 1));
}

// jsonc-parser's numbers of errors: its const enum is not there at run time.
const expected: Readonly<Record<number, string>> = {
  2: "a number",
  3: "a key in double quotes",
  5: "a colon",
  6: "a comma",
  7: "a comma or }",
  8: "a comma or ]",
  9: "the end of the record",
};

const specials: Readonly<Record<number, string>> = {
  10: "a comment, which JSON does not have,",
  14: "an escape that is no four hexadecimal digits",
  15: "an escape that JSON does not have",
  16: "a control character that is not escaped",
};

function cameAt(text: string, offset: number): string {
  if (offset >= text.length) return "the end";
  const word = /^(?:"[^"\n]{0,20}"|[\w.+-]{1,20}|.)/su.exec(text.slice(offset, offset + 22))?.[0];
  return word === undefined || word.trim() === "" ? "a line's end" : word;
}
