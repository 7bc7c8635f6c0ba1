import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseJson, parseMappedJson } from "../../src/core/text/json.ts";
import type { JsonNode } from "../../src/core/text/json.ts";
import { toByteRange } from "../../src/core/text/source-map.ts";
import { assertMapHolds } from "../support/mapped.ts";

const encoder = new TextEncoder();
const read = (text: string) => parseJson(encoder.encode(text), 0, 0);

/** Bytes of a range as text. */
function bytesAt(text: string, node: JsonNode | null | undefined): string {
  const { startByte, endByte } = node?.range ?? { startByte: 0, endByte: 0 };
  return new TextDecoder().decode(encoder.encode(text).subarray(startByte, endByte));
}

test("a string maps through its escapes to the bytes of the file", () => {
  const json = String.raw`{"a": ["ü", "x\n\u003cb\u003e\ud83d\ude00 😀 \ud800 \"\\ 漢"]}`;
  const text = read(json).value?.at(["a", 1])?.text();
  assert.ok(text);
  assert.equal(text.text, 'x\n<b>\ud83d\ude00 😀 \ud800 "\\ 漢');
  assertMapHolds(text, encoder.encode(json));
});

test("any node knows its bytes", () => {
  const json = '{"ü": [1, {"k": "v"}, null], "n": -1.5}';
  const document = read(json).value;
  assert.equal(bytesAt(json, document?.at(["ü", 1])), '{"k": "v"}');
  assert.equal(bytesAt(json, document?.at(["n"])), "-1.5");
  assert.equal(bytesAt(json, document?.root), json);
  assert.equal(document?.at(["ü", 9]), null);
  assert.equal(document?.at(["n", "x"]), null);
});

test("every string of any JSON maps to the bytes that spell it", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ stringUnit: "binary", maxDepth: 3 }),
      fc.boolean(),
      (value, asciiOnly) => {
        const plain = JSON.stringify(value);
        const json = asciiOnly ? escaped(plain) : plain;
        const bytes = encoder.encode(json);
        const document = parseJson(bytes, 0, 0).value;
        assert.ok(document);
        assert.deepEqual(document.value, JSON.parse(json));
        visit(document.root, (node) => {
          const text = node.text();
          if (text) assertMapHolds(text, bytes);
          assert.deepEqual(JSON.parse(bytesAt(json, node)), node.value);
        });
      },
    ),
    { numRuns: 200 },
  );
});

test("the last of equal keys wins, in the value and in its place", () => {
  const json = '{"a": "first", "a": "second"}';
  const document = read(json).value;
  assert.deepEqual(document?.value, { a: "second" });
  assert.equal(bytesAt(json, document?.at(["a"])), '"second"');
});

test("members of an object with very many keys are found as those of a small one", () => {
  const many = Array.from({ length: 50_000 }, (_, at) => `"k${String(at)}": ${String(at)}`);
  const json = `{"a": 1, ${many.join(", ")}, "a": 2, "\\u00fc": 3, "__proto__": 4}`;
  const root = read(json).value?.root;
  assert.equal(bytesAt(json, root?.get("a")), "2");
  assert.equal(bytesAt(json, root?.get("ü")), "3");
  assert.equal(bytesAt(json, root?.get("__proto__")), "4");
  assert.equal(root?.get("constructor"), null);
  for (let at = 0; at < many.length; at++) {
    assert.equal(root?.get(`k${String(at)}`)?.value, at);
  }
});

test("a key named __proto__ or constructor is a key like any other", () => {
  for (const number of ["1", "NaN"]) {
    const document = read(`{"__proto__": {"role": "x"}, "n": ${number}}`).value;
    assert.equal(document?.root.get("role"), null);
    assert.equal(document?.root.get("constructor"), null);
    assert.equal(document?.root.get("__proto__")?.get("role")?.value, "x");
    assert.equal(Object.getPrototypeOf(document?.value), Object.prototype);
  }
});

test("Python's NaN and Infinity are read as null, are a problem, and move nothing", () => {
  const json = '{"say": "NaN", "a": NaN, "b": [-Infinity, Infinity, 1], "c": "after"}';
  const { value: document, problems } = read(json);
  assert.deepEqual(document?.value, { say: "NaN", a: null, b: [null, null, 1], c: "after" });
  assert.equal(bytesAt(json, document?.at(["c"])), '"after"');
  assert.equal(document?.at(["a"])?.value, null);
  assert.deepEqual(
    problems.map(({ code, startByte }) => [code, startByte]),
    [["number-not-json", json.indexOf("NaN,")]],
  );
});

const broken: readonly (readonly [title: string, json: string, code: string, byte: number])[] = [
  ["a torn string", '{"a": "b', "record-not-json", 8],
  ["a missing bracket", '{"a": [1, 2', "record-not-json", 11],
  ["a trailing comma", '{"a": 1,}', "record-not-json", 8],
  ["a comment", '{"a": 1 /* no */}', "record-not-json", 8],
  ["nothing", "", "record-not-json", 0],
  ["two values", "{} {}", "record-not-json", 3],
  ["a raw control character in a string", '{"a": "b\u0001"}', "record-not-json", 6],
];

for (const [title, json, code, byte] of broken) {
  test(`${title} is a problem with its position, not an error`, () => {
    const { value, problems } = parseJson(encoder.encode(json), 100, 7);
    assert.equal(value, null);
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.line, problem.startByte]),
      [[code, 7, 100 + byte]],
    );
  });
}

const says: readonly (readonly [json: string, says: string])[] = [
  ['{"a": 1 "b": 2}', 'a comma was expected at column 9, and "b" came'],
  ['{"a": 1,}', "a key in double quotes was expected at column 9, and } came"],
  ["{'a': 1}", "a double quote was expected at column 2, and ' came"],
  ['{"a" 1}', "a colon was expected at column 6, and 1 came"],
  ['{\n"a": [1 2]}', "a comma was expected at column 9, and 2 came"],
  ['{"a": True}', "a value was expected at column 7, and True came"],
  ["{} {}", "the end of the record was expected at column 4, and { came"],
  ['{"a": 1 /* no */}', "a comment, which JSON does not have, stands at column 9"],
  ['{"a": "\\x"}', "an escape that JSON does not have stands at column 7"],
  ["", "a value was expected at column 1, and the end came"],
  ['{"a": "b', "The record ends in the middle of a string, at column 9"],
  ['{"a": [1, 2', "The record ends before its last bracket, at column 12"],
];

for (const [json, sentence] of says)
  test(`of ${JSON.stringify(json)} it is said: ${sentence}`, () => {
    const [problem] = parseJson(encoder.encode(json), 0, 0).problems;
    assert.ok(problem?.message.includes(sentence), problem?.message);
  });

test("a problem in a pretty-printed record is on its own line", () => {
  assert.equal(parseJson(encoder.encode('{\n  "a": 1,\n  "b" 2\n}'), 0, 10).problems[0]?.line, 12);
});

test("a text that nests too deep is a problem and overflows no stack", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  assert.equal(read(deep).problems[0]?.code, "record-too-deep");
  assert.equal(read("[".repeat(100_000)).problems[0]?.code, "record-too-deep");
  const inText = read(JSON.stringify({ a: deep }))
    .value?.at(["a"])
    ?.text();
  assert.ok(inText);
  assert.equal(parseMappedJson(inText), null);
});

test("a record over the limit is a problem that says what to do", () => {
  const { value, problems } = parseJson(new Uint8Array(64 * 1024 * 1024 + 1), 0, 3);
  assert.equal(value, null);
  assert.equal(problems[0]?.code, "record-too-large");
});

test("JSON inside a JSON string maps to the bytes of the file", () => {
  const json = JSON.stringify({ arguments: JSON.stringify({ town: 'Zürich\n"x" 漢' }) });
  const inner = read(json).value?.at(["arguments"])?.text();
  const town = inner && parseMappedJson(inner)?.at(["town"])?.text();
  assert.equal(town?.text, 'Zürich\n"x" 漢');
  const { startByte, endByte } = toByteRange(town.map, 0, town.text.length);
  const bytes = encoder.encode(json).subarray(startByte, endByte);
  assert.equal(new TextDecoder().decode(bytes), String.raw`Zürich\\n\\\"x\\\" 漢`);
});

function visit(node: JsonNode, see: (node: JsonNode) => void): void {
  see(node);
  for (const item of node.items()) visit(item, see);
  if (typeof node.value !== "object" || node.value === null || Array.isArray(node.value)) return;
  for (const key of Object.keys(node.value)) {
    const child = node.get(key);
    assert.ok(child);
    visit(child, see);
  }
}

function escaped(json: string): string {
  return json.replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
