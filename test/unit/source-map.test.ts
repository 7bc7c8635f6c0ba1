import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  concatMapped,
  eachRun,
  identityMap,
  mapOfRun,
  sliceMapped,
  startMap,
  templateText,
  toByte,
  toByteRange,
  toUtf16,
} from "../../src/core/text/source-map.ts";
import type { SourceMap } from "../../src/core/text/source-map.ts";
import { decodeUtf8 } from "../../src/core/text/utf8.ts";

const encoder = new TextEncoder();

test("runs that go on with the same stride become one", () => {
  const builder = startMap();
  builder.append(3, 10, 1);
  builder.append(2, 13, 1);
  builder.append(1, 15, 6);
  builder.append(1, 21, 6);
  builder.append(2, 40, 1);
  const map = builder.finish();
  assert.deepEqual(runsOf(map), [
    [5, 10, 1],
    [2, 15, 6],
    [2, 40, 1],
  ]);
  assert.equal(map.length, 9);
});

test("a unit's byte and a byte's unit are found through every stride", () => {
  const map = concatMapped([
    { text: "abc", map: identityMap(3, 100) },
    { text: "\u00fc\u00fc", map: mapOfRun(2, 103, 2) },
    { text: "<", map: mapOfRun(1, 107, 6) },
  ]).map;
  assert.deepEqual(
    [0, 2, 3, 4, 5, 6].map((unit) => toByte(map, unit)),
    [100, 102, 103, 105, 107, 113],
  );
  assert.deepEqual(
    [99, 100, 103, 104, 105, 107, 112, 113].map((byte) => toUtf16(map, byte)),
    [null, 0, 3, 3, 4, 5, 5, null],
  );
});

test("pieces in another order than in the file are still found both ways", () => {
  const joined = concatMapped([
    { text: "later", map: identityMap(5, 500) },
    templateText("\n<mark>\n", 505),
    { text: "early", map: identityMap(5, 20) },
  ]);
  assert.equal(joined.text, "later\n<mark>\nearly");
  assert.equal(toByte(joined.map, 2), 502);
  assert.equal(toByte(joined.map, 8), 505);
  assert.equal(toByte(joined.map, 14), 21);
  assert.equal(toUtf16(joined.map, 21), 14);
  assert.equal(toUtf16(joined.map, 502), 2);
  assert.equal(toUtf16(joined.map, 505), null);
  assert.equal(toUtf16(joined.map, 300), null);
});

test("a stretch ends where its own last unit ends, not where the next piece begins", () => {
  const joined = concatMapped([
    { text: "ab", map: identityMap(2, 10) },
    templateText("--", 12),
    { text: "cd", map: identityMap(2, 90) },
  ]);
  assert.deepEqual(toByteRange(joined.map, 0, 2), { startByte: 10, endByte: 12 });
  assert.deepEqual(toByteRange(joined.map, 1, 5), { startByte: 11, endByte: 91 });
  assert.deepEqual(toByteRange(joined.map, 2, 4), { startByte: 12, endByte: 12 });
  assert.deepEqual(toByteRange(joined.map, 4, 4), { startByte: 90, endByte: 90 });
});

test("an empty text keeps its place in the file", () => {
  const empty = sliceMapped({ text: "abc", map: identityMap(3, 7) }, 2, 2);
  assert.equal(empty.text, "");
  assert.equal(toByte(empty.map, 0), 9);
  assert.equal(toByte(templateText("", 33).map, 0), 33);
  assert.equal(toUtf16(empty.map, 9), null);
});

function runsOf(map: SourceMap): readonly (readonly number[])[] {
  const runs: number[][] = [];
  eachRun(map, 0, map.length, (...run) => runs.push(run));
  return runs;
}

test("runs without number, and runs without end, are found at every unit and byte", () => {
  const run = fc.record({
    count: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) }, fc.constant(150_000)),
    gap: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(5)),
    stride: fc.constantFrom(1, 1, 2, 3, 6),
  });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 300 }), (runs) => {
      const builder = startMap();
      const edges: { unit: number; byte: number; isEnd: boolean }[] = [];
      let unit = 0;
      let byte = 1000;
      for (const { count, gap, stride } of runs) {
        byte += gap;
        builder.append(count, byte, stride);
        edges.push({ unit, byte, isEnd: false });
        unit += count;
        byte += count * stride;
        edges.push({ unit: unit - 1, byte: byte - stride, isEnd: true });
      }
      const map = builder.finish();
      assert.equal(map.length, unit);
      for (const edge of edges) {
        assert.equal(toByte(map, edge.unit), edge.byte);
        assert.equal(toUtf16(map, edge.byte), edge.unit);
      }
      assert.deepEqual(toByteRange(map, 0, unit), { startByte: edges[0]?.byte, endByte: byte });
      assert.equal(toByte(map, unit), byte);
      assert.equal(toUtf16(map, byte), null);
      const again = startMap();
      const middle = Math.floor(unit / 2);
      again.appendSlice(map, 0, middle);
      again.appendSlice(map, middle, unit);
      assert.deepEqual(again.finish(), map);
    }),
    { numRuns: 200 },
  );
});

test("slicing and joining again changes nothing", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.array(fc.nat(40), { maxLength: 4 }),
      (text, cuts) => {
        const whole = decodeUtf8(encoder.encode(text), 1000);
        const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.text.length + 5];
        const pieces = edges
          .slice(1)
          .map((end, index) => sliceMapped(whole, edges[index] ?? 0, end));
        assert.deepEqual(concatMapped(pieces), whole);
      },
    ),
  );
});
