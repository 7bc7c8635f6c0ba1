import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { growColumns } from "../../src/core/records/record-columns.ts";
import type { Container } from "../../src/core/records/record.ts";
import { startSplitter } from "../../src/core/records/start-splitter.ts";
import { split } from "../support/split.ts";

const step = fc.record({
  gap: fc.oneof(fc.nat(3), fc.constantFrom(254, 255, 256, 5_000_000_000)),
  size: fc.oneof(fc.nat(100), fc.constantFrom(70_000_000)),
  lines: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.nat(3)),
  drop: fc.nat(6).map((number) => number === 0),
});

test("columns give back every record and find every line, however far apart and whatever was dropped", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const columns = growColumns();
      const expected: { startByte: number; endByte: number; line: number }[] = [];
      let byte = 0;
      let line = 0;
      for (const { gap, size, lines, drop } of steps) {
        if (drop) {
          columns.dropLast();
          const dropped = expected.pop();
          byte = dropped?.startByte ?? byte;
        } else {
          const range = { startByte: byte + gap, endByte: byte + gap + size, line };
          columns.append(range.startByte, range.endByte, range.line);
          expected.push(range);
          byte = range.endByte;
          line += lines;
        }
      }
      assert.equal(columns.count, expected.length);
      assert.deepEqual(
        expected.map((_range, index) => columns.at(index)),
        expected,
      );
      assert.equal(columns.at(expected.length), null);
      assert.equal(columns.at(-1), null);
      for (let wanted = 0; wanted <= line + 1; wanted += 1 + (line >> 5)) {
        const found = expected.findIndex((range) => range.line >= wanted);
        assert.equal(columns.findLine(wanted), found < 0 ? expected.length : found);
      }
    }),
  );
});

test("two hundred thousand records are the same when read back", () => {
  const columns = growColumns();
  for (let record = 0; record < 200_000; record++)
    columns.append(record * 21, record * 21 + 20, record);
  for (let record = 0; record < 200_000; record += 997) {
    assert.deepEqual(columns.at(record), {
      startByte: record * 21,
      endByte: record * 21 + 20,
      line: record,
    });
  }
  assert.equal(columns.findLine(150_000), 150_000);
});

const piece = fc.constantFrom(
  '{"a": 1}',
  "[2]",
  "\n",
  "\r\n",
  ",",
  "[",
  "]",
  "{",
  '"x\\"',
  '"',
  " ",
  "漢",
);

for (const container of [
  "jsonl",
  "json-array",
  "json-document",
  "text",
] as const satisfies readonly Container[]) {
  test(`${container}: a file that was at its end and grew has the records of the whole`, () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(30), { maxLength: 8 }),
        (pieces, sizes) => {
          const bytes = new TextEncoder().encode(pieces.join(""));
          const splitter = startSplitter(container);
          let at = 0;
          for (const size of sizes) {
            splitter.push(bytes.subarray(at, at + size));
            at = Math.min(bytes.length, at + size);
            const end = splitter.end();
            const whole = split(container, bytes.subarray(0, at));
            assert.deepEqual(end, whole.end);
            const { records } = splitter;
            assert.deepEqual(
              Array.from({ length: records.count }, (_, index) => records.at(index)),
              whole.ranges,
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });
}
