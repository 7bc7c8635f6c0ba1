/** A string of a JSON text, decoded. */
export interface JsonString {
  readonly text: string;
  /** The name that it stands behind, as far as that can be told without a parse; null at the beginning. */
  readonly name: string | null;
  /** It is a name itself. */
  readonly isName: boolean;
}

/** Visit the strings of a JSON text in order, names too, until `visit` says false. Damaged JSON is no obstacle. */
export function eachString(json: string, visit: (found: JsonString) => boolean): void {
  let name: string | null = null;
  for (let at = json.indexOf('"'); at >= 0;) {
    const end = closingQuote(json, at + 1);
    const text = unescape(json.slice(at + 1, end));
    const isName = namesAfter.test(json.slice(end, end + maxGap));
    if (!visit({ text, name, isName })) return;
    if (isName) name = text;
    at = json.indexOf('"', end + 1);
  }
}

// White space between a name and its colon; pretty printers write none.
const maxGap = 16;
const namesAfter = /^"\s*:/;

/** The text's end where the string is cut off. */
function closingQuote(json: string, from: number): number {
  for (let at = json.indexOf('"', from); at >= 0; at = json.indexOf('"', at + 1)) {
    let before = at;
    while (before > from && json.charCodeAt(before - 1) === backslash) before--;
    if ((at - before) % 2 === 0) return at;
  }
  return json.length;
}

const backslash = 0x5c;

function unescape(raw: string): string {
  if (!raw.includes("\\")) return raw;
  try {
    // Of a string, JSON.parse gives a string.
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw.replaceAll(escapes, (whole, digits: string | undefined, sign: string) =>
      digits === undefined ? (short[sign] ?? whole) : String.fromCharCode(parseInt(digits, 16)),
    );
  }
}

const escapes = /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g;
const short: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  '"': '"',
  "\\": "\\",
  "/": "/",
};
