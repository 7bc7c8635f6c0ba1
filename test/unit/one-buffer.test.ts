import assert from "node:assert/strict";
import { test } from "node:test";
import { inOneBuffer } from "../../src/extension/one-buffer.ts";

const lines = Array.from({ length: 100 }, (_, line) => ({
  text: `line ${String(line)}`,
  tokenStart: Uint32Array.of(line, line + 1, line + 70_000),
  kind: Uint8Array.of(line),
  heat: new Uint8Array(0),
  odds: Float64Array.of(line / 3, NaN),
  remarks: [{ at: line, share: Float32Array.of(0.5) }],
}));

test("a transcript of a hundred lines reaches the page with every token: its columns share one buffer, as VS Code passes few", () => {
  const message = inOneBuffer({ id: 7, value: { revision: 3, lines } });
  assert.deepEqual(message, { id: 7, value: { revision: 3, lines } });
  assert.equal(buffersOf(message).size, 1);
});

test("what holds no column is passed on as it is", () => {
  const message = { id: 1, list: [null, undefined, "x", 2, true, { deep: [] }] };
  assert.equal(inOneBuffer(message), message);
  assert.equal(inOneBuffer("word"), "word");
});

test("columns without a value share one buffer, too: they count as much as full ones", () => {
  const empty = Array.from({ length: 300 }, () => ({ tokenStart: new Uint32Array(0) }));
  const message = inOneBuffer({ id: 2, value: empty });
  assert.deepEqual(message, { id: 2, value: empty });
  assert.equal(buffersOf(message).size, 1);
});

test("a view of a part of a large buffer takes only that part along", () => {
  const message = inOneBuffer({ part: new Uint8Array(1_000_000).subarray(5, 8) });
  assert.deepEqual(
    [...buffersOf(message)].map(({ byteLength }) => byteLength),
    [3],
  );
});

function buffersOf(value: unknown): Set<ArrayBufferLike> {
  const found = new Set<ArrayBufferLike>();
  JSON.stringify(value, (_key, each: unknown) => {
    if (!ArrayBuffer.isView(each)) return each;
    found.add(each.buffer);
    return null;
  });
  return found;
}
