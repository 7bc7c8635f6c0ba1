import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseTree, type Node } from "jsonc-parser";
import { parseJson, parseMappedJson } from "../../src/core/text/json.ts";
import type { JsonNode } from "../../src/core/text/json.ts";
import { decodeUtf8 } from "../../src/core/text/utf8.ts";
import { toByte, toByteRange } from "../../src/core/text/source-map.ts";
import { assertMapHolds } from "../support/mapped.ts";

const encoder = new TextEncoder();

/** JSON as people and programs write it: any blanks, escapes, equal keys, Python's words. */
const blank = fc.stringMatching(/^[ \n\r\t]{0,3}$/);
const text = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.stringMatching(/^[a-z{}[\]:,/ -]{0,4}$/) },
      fc.constantFrom(
        "ü",
        "漢",
        "😀",
        "\\n",
        '\\"',
        "\\\\",
        "\\u00e4",
        "\\ud83d\\ude00",
        "\\ud800",
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => `"${parts.join("")}"`);
const key = fc.oneof(text, fc.constantFrom('"a"', '"b"', '"__proto__"', '"\\u0061"'));
const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom("1", "-0.5e+7", "0", "true", "false", "null", "NaN", "-Infinity", "Infinity"),
    text,
    fc
      .array(fc.tuple(blank, tie("value"), blank), { maxLength: 5 })
      .map((items) => `[${items.map((parts) => parts.join("")).join(",") || " "}]`),
    fc
      .array(fc.tuple(blank, key, blank, blank, tie("value"), blank), { maxLength: 5 })
      .map((members) => {
        const written = members.map(
          ([a, name, b, c, value, d]) => a + name + b + ":" + c + value + d,
        );
        return `{${written.join(",")}}`;
      }),
  ),
})).value;

test("every value is where a tree of the whole text has it, whatever is written around it", () => {
  fc.assert(
    fc.property(json, blank, (written, around) => {
      const whole = around + written + around;
      const bytes = encoder.encode(whole);
      const document = parseJson(bytes, 100, 0).value;
      assert.ok(document);
      // The oracle knows no words of Python: a number of the same length stands in for each.
      const tree = parseTree(
        whole.replaceAll(/(?<=^(?:[^"]|"(?:[^"\\]|\\.)*")*)(?:NaN|-?Infinity)/g, (word) =>
          "1".repeat(word.length),
        ),
      );
      assert.ok(tree);
      const { map } = decodeUtf8(bytes, 100);
      compare(document.root, tree, (at) => toByte(map, at));
    }),
    { numRuns: 1000 },
  );
});

test("JSON inside a text is placed as a tree places it", () => {
  fc.assert(
    fc.property(json, (written) => {
      const parsed = parseMappedJson(decodeUtf8(encoder.encode(written), 7));
      const tree = parseTree(written);
      assert.equal(
        parsed === null,
        /NaN|Infinity/.test(written.replaceAll(/"(?:[^"\\]|\\.)*"/g, "")),
      );
      if (!parsed || !tree) return;
      const { map } = decodeUtf8(encoder.encode(written), 7);
      compare(parsed.root, tree, (at) => toByte(map, at));
    }),
    { numRuns: 300 },
  );
});

function compare(node: JsonNode, tree: Node, toBytes: (utf16: number) => number): void {
  assert.deepEqual(node.range, {
    startByte: toBytes(tree.offset),
    endByte: toBytes(tree.offset + tree.length),
  });
  const children = tree.children ?? [];
  const found = node.text();
  assert.equal(found === null, tree.type !== "string");
  if (found && found.text.length > 0) {
    const inside = toByteRange(found.map, 0, found.text.length);
    assert.deepEqual(inside, {
      startByte: toBytes(tree.offset + 1),
      endByte: toBytes(tree.offset + tree.length - 1),
    });
  }
  assert.equal(node.items().length, tree.type === "array" ? children.length : 0);
  if (tree.type === "array") {
    for (const [index, item] of node.items().entries()) {
      assert.deepEqual(node.get(index)?.range, item.range);
      const child = children[index];
      assert.ok(child);
      compare(item, child, toBytes);
    }
  }
  assert.equal(node.get(children.length), null);
  assert.equal(node.get("no such key"), null);
  if (tree.type !== "object") return;
  for (const { children: [name] = [] } of children) {
    const last = children.findLast((member) => member.children?.[0]?.value === name?.value);
    const value = last?.children?.[1];
    const got = node.get(String(name?.value));
    assert.ok(value && got);
    compare(got, value, toBytes);
  }
}

const oddities: readonly (readonly [title: string, json: string, code: string, byte: number])[] = [
  ["a key that stands twice", '{"a": 1, "b": {"c": 1, "\\u0063": 2}}', "equal-keys", 23],
  ["a key that stands twice in an item", '[{"a": 1}, {"a": 1, "a": {}}]', "equal-keys", 20],
  ["a high half alone", '["\\ud83d\\ude00 \\\\ud800 \\uD83d"]', "half-character", 23],
  ["a low half alone", '["\\ude00"]', "half-character", 2],
  ["Python's NaN", "[1, NaN]", "number-not-json", 4],
];

for (const [title, written, code, byte] of oddities) {
  test(`${title} is a problem with its position, and the record is read`, () => {
    const { value, problems } = parseJson(encoder.encode(written), 50, 2);
    assert.ok(value);
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.startByte, problem.line]),
      [[code, 50 + byte, 2]],
    );
  });
}

test("a byte that is no UTF-8 is a problem with its position; the replacement character itself is none", () => {
  const bytes = encoder.encode('["\uFFFD ü x"]');
  assert.deepEqual(parseJson(bytes, 0, 0).problems, []);
  const at = bytes.indexOf(0x78);
  bytes[at] = 0xff;
  const { value, problems } = parseJson(bytes, 10, 0);
  assert.deepEqual(value?.value, ["\uFFFD ü \uFFFD"]);
  assert.deepEqual(
    problems.map(({ code, startByte }) => [code, startByte]),
    [["bytes-not-utf8", 10 + at]],
  );
});

test("equal keys that differ in nothing else, __proto__ among them, and none at all, are told apart", () => {
  assert.deepEqual(codes('{"__proto__": 1, "__proto__": 2}'), ["equal-keys"]);
  assert.deepEqual(codes('{"__proto__": 1, "a": ":"}'), []);
  assert.deepEqual(codes('{"a": {"a": {"a": []}}, "b": "\\"b\\": 1"}'), []);
});

test("a string of many escapes and characters of every length maps to its bytes", () => {
  const written = JSON.stringify("a\n漢😀ü\u0001".repeat(6000));
  const bytes = encoder.encode(written);
  const found = parseJson(bytes, 0, 0).value?.root.text();
  assert.ok(found);
  assertMapHolds(found, bytes);
});

function codes(written: string): readonly string[] {
  return parseJson(encoder.encode(written), 0, 0).problems.map(({ code }) => code);
}
