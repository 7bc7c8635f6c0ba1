import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { byteFinder } from "../../src/core/search/find-bytes.ts";
import { compileSearch, type SearchQuery } from "../../src/core/search/query.ts";
import { searchRecord, type RecordMatches } from "../../src/core/search/search-record.ts";
import { createSieve } from "../../src/core/search/sieve.ts";

const encoder = new TextEncoder();

function search(json: string, query: SearchQuery): RecordMatches & { readonly sieved: boolean } {
  const compiled = compileSearch(query);
  assert.ok(compiled.kind === "ready");
  const bytes = encoder.encode(json);
  const sieved = createSieve(query)?.(bytes).mayMatch(0, bytes.length) ?? true;
  return { ...searchRecord(bytes, "json", compiled.expression), sieved };
}

const text = (words: string): SearchQuery => ({ kind: "text", text: words, ignoreCase: false });

const found: readonly (readonly [what: string, json: string, query: SearchQuery])[] = [
  ["a letter written as an escape", String.raw`["caf\u00e9"]`, text("café")],
  ["hexadecimal digits in capitals", String.raw`["caf\u00E9"]`, text("café")],
  [
    "an ASCII letter written as an escape",
    String.raw`["\u003Ctool\u005fcall>"]`,
    text("<tool_call>"),
  ],
  ["a character beyond the first plane as it is", '["a 😀 b"]', text("😀")],
  ["a surrogate pair written as escapes", String.raw`["a \ud83d\ude00 b"]`, text("a 😀 b")],
  ["half a pair, which a damaged text may hold", String.raw`["\ud83d"]`, text("\ud83d")],
  ["a line break", String.raw`["a\nb"]`, text("a\nb")],
  ["a slash written either way", String.raw`["http:\/\/x"]`, text("http://x")],
  ["quotes and backslashes", String.raw`["say \"a\\b\""]`, text('"a\\b"')],
  ["another case", '["Tool_Call"]', { ...text("tOOL_cALL"), ignoreCase: true }],
  ["another case beyond ASCII", '["ÉCOLE"]', { ...text("école"), ignoreCase: true }],
  [
    "another case written as an escape",
    String.raw`["\u0054ool"]`,
    { ...text("tool"), ignoreCase: true },
  ],
  ["a name", '{"tool_calls": []}', text("tool_calls")],
  ["a string that is cut off", '{"a": "one two', text("two")],
  ["a line break that is not escaped, which JSON forbids", '["a\nb\\q"]', text("a\nb\\q")],
  ["an expression", '["x = 42"]', { kind: "pattern", text: String.raw`\d+$`, ignoreCase: false }],
  [
    "an expression of lines",
    String.raw`["a\nb"]`,
    { kind: "pattern", text: "^b$", ignoreCase: false },
  ],
];
for (const [what, json, query] of found) {
  test(`found: ${what}`, () => {
    const { matches, sieved } = search(json, query);
    assert.equal(matches.length, 1);
    assert.ok(sieved, "the look at its bytes lets it through");
  });
}

test("not found: across two strings, in numbers, and what only the bytes say", () => {
  for (const [json, words] of [
    ['["a","b"]', 'a","b'],
    ["[123]", "123"],
    [String.raw`["\\n"]`, "\n"],
    [String.raw`["\u00e9"]`, "u00e9"],
  ] as const)
    assert.deepEqual(search(json, text(words)).matches, [], json);
});

test("a match is told with its name and the text about it, and a record with many says so", () => {
  const content = `${"x".repeat(100)} needle ${"y".repeat(100)}`;
  assert.deepEqual(search(JSON.stringify([{ role: "tool", content }]), text("needle")).matches, [
    { name: "content", before: `${"x".repeat(59)} `, text: "needle", after: ` ${"y".repeat(59)}` },
  ]);
  const many = search(JSON.stringify(["e".repeat(10_000)]), text("e"));
  assert.equal(many.more, true);
  assert.equal(many.matches.length, 20);
});

test("an expression that matches nothing at all ends", () => {
  const { matches } = search('["abc"]', { kind: "pattern", text: "x*", ignoreCase: false });
  assert.deepEqual(matches, []);
});

test("a wrong expression is refused with the reason", () => {
  const wrong = compileSearch({ kind: "pattern", text: "(a", ignoreCase: false });
  assert.ok(wrong.kind === "wrong");
  assert.match(wrong.message, /can't be read: Unterminated group/);
  assert.equal(compileSearch(text("")).kind, "wrong");
  assert.equal(
    compileSearch({ kind: "pattern", text: String.raw`\_`, ignoreCase: false }).kind,
    "ready",
  );
});

// Few letters, so that matches are frequent; each has an escape, a case or more than one byte.
const letters = fc.constantFrom(
  "a",
  "A",
  "b",
  "é",
  "É",
  "ß",
  "K",
  "k",
  "s",
  "ſ",
  "\n",
  '"',
  "\\",
  "/",
  "😀",
  "\ud83d",
  "漢",
  "<",
);
const words = fc.array(letters, { maxLength: 30 }).map((list) => list.join(""));
const query = fc.record({
  kind: fc.constant("text" as const),
  text: fc.array(letters, { minLength: 1, maxLength: 4 }).map((list) => list.join("")),
  ignoreCase: fc.boolean(),
});

test("a search finds what a search of the decoded strings finds, however they are written", () => {
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 4 }),
      query,
      fc.infiniteStream(fc.nat(5)),
      (strings, asked, dice) => {
        const json = `[${strings.map((each) => written(each, dice)).join(", ")}]`;
        const compiled = compileSearch(asked);
        assert.ok(compiled.kind === "ready");
        const expected = strings.flatMap((each) => plainMatches(each, asked));
        const { matches, sieved, more } = search(json, asked);
        assert.deepEqual(
          matches.map((match) => match.text),
          expected.slice(0, 20),
        );
        assert.equal(more, expected.length > 20);
        if (expected.length > 0) assert.ok(sieved, json);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a sieve lets records through wherever they lie in what was read", () => {
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 8 }),
      query,
      fc.infiniteStream(fc.nat(5)),
      (strings, asked, dice) => {
        const lines = strings.map((each) => encoder.encode(`${written(each, dice)}\n`));
        const bytes = Uint8Array.from(lines.flatMap((line) => Array.from(line)));
        const sieve = createSieve(asked)?.(bytes);
        let at = 0;
        for (const [index, line] of lines.entries()) {
          const may = sieve?.mayMatch(at, at + line.length) ?? true;
          if (plainMatches(strings[index] ?? "", asked).length > 0) assert.ok(may);
          at += line.length;
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test("bytes are found where indexOf finds them", () => {
  const bytes = fc.array(fc.constantFrom(0x61, 0x41, 0x62, 0xc3), { maxLength: 40 });
  fc.assert(
    fc.property(
      bytes,
      fc.array(fc.constantFrom(0x61, 0x41, 0x62), { minLength: 1, maxLength: 4 }),
      fc.nat(5),
      (hay, needle, from) => {
        const find = byteFinder(Uint8Array.from(needle), { ignoreCase: false });
        const expected = String.fromCharCode(...hay).indexOf(String.fromCharCode(...needle), from);
        assert.equal(find(Uint8Array.from(hay), from), expected);
      },
    ),
  );
});

/** A JSON string, each character in one of the ways in which JSON may write it. */
function written(plain: string, dice: Iterator<number>): string {
  let json = '"';
  for (let at = 0; at < plain.length; at++) {
    const unit = plain.charAt(at);
    const code = unit.charCodeAt(0).toString(16).padStart(4, "0");
    const roll = Number(dice.next().value);
    const isHalf = /[\ud800-\udfff]/.test(unit);
    if (isHalf && plain.codePointAt(at) !== unit.charCodeAt(0) && roll > 1) {
      json += plain.slice(at, at + 2);
      at++;
    } else if (isHalf || roll === 0) json += `\\u${code}`;
    else if (roll === 1) json += `\\u${code.toUpperCase()}`;
    else if (unit === "/" && roll === 2) json += "\\/";
    else json += JSON.stringify(unit).slice(1, -1);
  }
  return `${json}"`;
}

/** Without overlaps, by a walk over the text. */
function plainMatches(plain: string, { text: wanted, ignoreCase }: SearchQuery): readonly string[] {
  const same = (a: string, b: string): boolean =>
    a === b || (ignoreCase && folded(a) === folded(b));
  const list: string[] = [];
  for (let at = 0; at + wanted.length <= plain.length;) {
    const part = plain.slice(at, at + wanted.length);
    const is = part.split("").every((unit, index) => same(unit, wanted.charAt(index)));
    if (is) list.push(part);
    at += is ? wanted.length : 1;
  }
  return list;
}

/** As JavaScript folds without the `u` flag (ECMA-262, Canonicalize): never from beyond ASCII into it. */
function folded(unit: string): string {
  const upper = unit.toUpperCase();
  if (upper.length !== 1) return unit;
  return unit.charCodeAt(0) >= 128 && upper.charCodeAt(0) < 128 ? unit : upper;
}
