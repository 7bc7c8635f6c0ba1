import assert from "node:assert/strict";
import { test } from "node:test";
import { splitWords } from "../../src/core/tokens/words.ts";

test("a text too large for words is cut at its lines and markers, and into pieces that split no character", () => {
  const line = `one two <|im_end|>three ${"😀x".repeat(300)}\n\n`;
  const text = line.repeat(Math.ceil(4_100_000 / line.length));
  const { ids, start, end } = splitWords(text, ["<|im_end|>", ""]);
  assert.ok(ids.length < text.length / 100);
  let passed = 0;
  let markers = 0;
  for (let piece = 0; piece < ids.length; piece++) {
    assert.equal(start[piece], passed);
    passed = end[piece] ?? 0;
    const shown = text.slice(start[piece], passed);
    assert.ok(shown.length > 0 && shown.length <= 256);
    assert.ok(!/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(shown));
    const lineFeed = shown.indexOf("\n");
    assert.ok(lineFeed < 0 || lineFeed === shown.length - 1);
    if (shown === "<|im_end|>") markers++;
    else assert.ok(!shown.includes("<|im_end|>"));
  }
  assert.equal(passed, text.length);
  assert.equal(markers, text.split("<|im_end|>").length - 1);
});

test("a line of 48 million characters is looked through once", () => {
  const { ids, end } = splitWords("ok ".repeat(16_000_000), ["<|im_end|>"]);
  assert.equal(ids.length, 187_500);
  assert.equal(end.at(-1), 48_000_000);
});
