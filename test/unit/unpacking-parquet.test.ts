import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { bytesText, jsonLine, JsonText } from "../../src/node/unpacking/json-line.ts";
import { unpackBytes } from "../support/archives.ts";
import { root } from "../support/paths.ts";

const fixtures = path.join(root, "test/fixtures/containers");

for (const name of ["completions_00012", "kinds", "gzip", "brotli", "zstd", "lz4"]) {
  test(`every row of ${name}.parquet is the line that pyarrow reads`, async () => {
    const { text, problems, about } = await unpackBytes(
      readFileSync(path.join(fixtures, `${name}.parquet`)),
    );
    const expected = readFileSync(path.join(fixtures, `${name}.jsonl`), "utf8");
    assert.deepEqual(linesOf(text), linesOf(expected));
    assert.deepEqual(problems, []);
    assert.equal(about, `${String(linesOf(expected).length)} rows`);
  });
}

test("whole numbers of 64 bits keep their digits, and times their microseconds", async () => {
  const { text } = await unpackBytes(readFileSync(path.join(fixtures, "kinds.parquet")));
  assert.match(text, /"large":9007199254740993,"unsigned":18446744073709551615/);
  assert.match(text, /"time":"2026-01-02T03:04:05.678901Z"/);
});

test("a file that is cut off says that its rows can't be found", async () => {
  const bytes = readFileSync(path.join(fixtures, "kinds.parquet"));
  const { text, problems } = await unpackBytes(bytes.subarray(0, bytes.length - 100));
  assert.equal(text, "");
  assert.match(problems[0]?.message ?? "", /cut off/);
});

test("a row group that is damaged is told with its rows, and the others are there", async () => {
  const bytes = readFileSync(path.join(fixtures, "kinds.parquet"));
  // The header of its first page.
  bytes.fill(0xff, 4, 30);
  const { text, problems } = await unpackBytes(bytes);
  assert.equal(text.trimEnd().split("\n").length, 1);
  assert.match(problems[0]?.message ?? "", /^Row group 1 \(rows 1 to 2\) can't be read: /);
});

const values: readonly (readonly [title: string, value: unknown, line: string])[] = [
  ["numbers", [0, -0, 1.5, 1e21, NaN, Infinity, -Infinity], "[0,-0.0,1.5,1e+21,null,1e999,-1e999]"],
  [
    "whole numbers beyond a double",
    [2n ** 64n, -(2n ** 63n)],
    "[18446744073709551616,-9223372036854775808]",
  ],
  ["what is not there", [null, undefined], "[null,null]"],
  ["columns of numbers", Float32Array.of(0.5, 1), "[0.5,1]"],
  ["large columns", BigInt64Array.of(1n, -1n), "[1,-1]"],
  ["a time", new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ["no time", new Date(NaN), "null"],
  [
    "text that would break out",
    { 'a"\n': "\u2028</script>\ud83d\ude00" },
    '{"a\\"\\n":"\u2028</script>😀"}',
  ],
  ["JSON as it is spelled", { a: new JsonText('{"n": 1.50}') }, '{"a":{"n": 1.50}}'],
];

for (const [title, value, line] of values) {
  test(`a line of JSON holds ${title}`, () => {
    assert.equal(jsonLine(value), line);
  });
}

test("bytes are text where they are, and base64 where they are not", () => {
  assert.equal(bytesText(new TextEncoder().encode("\ufeff漢")), "\ufeff漢");
  assert.equal(bytesText(Uint8Array.of(0xff, 0)), "/wA=");
});

function linesOf(text: string): readonly unknown[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line): unknown =>
      JSON.parse(
        line.replaceAll(/-?Infinity/g, (word) => (word.startsWith("-") ? "-1e999" : "1e999")),
      ),
    );
}
