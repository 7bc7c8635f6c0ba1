import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { toByte } from "../../src/core/text/source-map.ts";
import { decodeUtf8 } from "../../src/core/text/utf8.ts";
import { assertMapHolds } from "../support/mapped.ts";

test("ASCII is one run, however long", () => {
  const { map } = decodeUtf8(new Uint8Array(10_000).fill(0x61), 5);
  assert.equal(map.runUnits.length, 1);
  assert.equal(toByte(map, 10_000), 10_005);
});

const damaged: readonly (readonly [title: string, bytes: number[], text: string, at: number[]])[] =
  [
    ["a lone continuation byte", [0x61, 0x80, 0x62], "a\ufffdb", [0, 1, 2]],
    ["a character cut off before its last byte", [0xe6, 0xbc, 0x61], "\ufffda", [0, 2]],
    ["an overlong form", [0xc0, 0xaf], "\ufffd\ufffd", [0, 1]],
    ["half a surrogate pair", [0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd", [0, 1, 2]],
    [
      "a character past the last one",
      [0xf4, 0x90, 0x80, 0x80],
      "\ufffd\ufffd\ufffd\ufffd",
      [0, 1, 2, 3],
    ],
    ["four bytes cut off at the end", [0x62, 0xf0, 0x9f, 0x98], "b\ufffd", [0, 1]],
  ];

for (const [title, bytes, text, at] of damaged) {
  test(`${title} becomes U+FFFD at its place`, () => {
    const decoded = decodeUtf8(Uint8Array.from(bytes), 0);
    assert.equal(decoded.text, text);
    assert.deepEqual(
      at.map((_, unit) => toByte(decoded.map, unit)),
      at,
    );
    assert.equal(toByte(decoded.map, decoded.text.length), bytes.length);
  });
}

test("any bytes at all decode as the platform decodes them, and the map covers each byte once", () => {
  const platform = new TextDecoder("utf-8", { ignoreBOM: true });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
      const { text, map } = decodeUtf8(bytes, 0);
      assert.equal(text, platform.decode(bytes));
      assert.equal(map.length, text.length);
      assert.equal(toByte(map, text.length), bytes.length);
    }),
    { numRuns: 500 },
  );
});

test("every unit of any text maps to the bytes that spell it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
      const bytes = new TextEncoder().encode(text);
      assertMapHolds(decodeUtf8(bytes, 0), bytes);
    }),
  );
});
