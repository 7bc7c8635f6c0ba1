import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { parseTokenizer } from "../../src/core/tokens/parse-tokenizer.ts";
import type { Encoding, Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import { splitWords } from "../../src/core/tokens/words.ts";
import { root } from "../support/paths.ts";

const byteLevel = load("media/policy/tokenizer.json");
const metaspace = load("test/vectors/metaspace-tokenizer.json");

/** Texts made of what tokenizers trip over. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "<tool_call>",
        "<|im_end|>",
        "<|im_start|>",
        "</s>",
        "🙂",
        "e\u0301",
        "\ud800",
        "▁",
        "\n\n",
        "  ",
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

for (const [name, tokenizer] of [
  ["byte-level", byteLevel],
  ["metaspace", metaspace],
] as const) {
  describe(`any text, ${name}`, () => {
    test("encoded offsets go forward and leave no character out", () => {
      fc.assert(fc.property(texts, (text) => assertCovers(tokenizer.encode(text), text)));
    });

    test("any ids decode, and their offsets cover the text", () => {
      const ids = fc.array(fc.integer({ min: -2, max: tokenizer.vocabularySize + 2 }));
      fc.assert(
        fc.property(ids, (list) => {
          const decoded = tokenizer.decode(Int32Array.from(list));
          assert.equal(decoded.start.length, list.length);
          assertCovers(decoded, decoded.text);
        }),
      );
    });
  });
}

// Not so with metaspace: a token may swallow white space, or stand for a space that is not there.
test("a text that is decoded and encoded again has the same offsets", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const decoded = byteLevel.decode(byteLevel.encode(text.normalize("NFC")).ids);
      const again = byteLevel.encode(decoded.text);
      if (again.ids.join() !== decoded.ids.join()) return;
      assert.deepEqual([...again.start], [...decoded.start]);
      assert.deepEqual([...again.end], [...decoded.end]);
    }),
  );
});

test("tokens that share a character share its range", () => {
  const { text, start, end } = byteLevel.decode(byteLevel.encode("a🙂b").ids);
  assert.equal(text, "a🙂b");
  const smile = [...start.keys()].filter((token) => start[token] === 1);
  assert.ok(smile.length > 1);
  for (const token of smile) assert.equal(end[token], 3);
});

test("a lone surrogate is encoded as U+FFFD, at its place", () => {
  const broken = byteLevel.encode("a\ud83db");
  assert.deepEqual(broken.ids, byteLevel.encode("a\ufffdb").ids);
  assert.equal(broken.end.at(-1), 3);
});

test("a letter with 150,000 marks is encoded", () => {
  const text = `a${"\u0332".repeat(150_000)}`;
  assertCovers(byteLevel.encode(text), text);
});

test("an id without a token decodes to U+FFFD and is shown by its number", () => {
  assert.equal(byteLevel.decode(Int32Array.of(9_999_999)).text, "\ufffd");
  assert.equal(byteLevel.show(9_999_999), "<id 9999999>");
});

test("a token is shown so that it can be read", () => {
  const newline = byteLevel.encode("\n").ids[0] ?? -1;
  assert.equal(byteLevel.show(newline), String.raw`\n`);
  const part = byteLevel.encode("🙂").ids[0] ?? -1;
  assert.match(byteLevel.show(part), /^<0xF0>/);
  assert.equal(byteLevel.show(byteLevel.idOf("<tool_call>") ?? -1), "<tool_call>");
});

test("an added token is found by its exact content only", () => {
  assert.equal(byteLevel.idOf("<tool_call"), null);
  const id = byteLevel.idOf("<|im_end|>");
  assert.deepEqual([...byteLevel.encode("<|im_end|>").ids], [id]);
});

test("a tokenizer that strips white space owns the white space it swallowed", () => {
  const { ids, start, end } = metaspace.encode("a  <tool_call>\n b");
  const call = ids.indexOf(metaspace.idOf("<tool_call>") ?? -1);
  assert.deepEqual([start[call], end[call]], [1, 16]);
});

test("an added token of a metaspace vocabulary decodes to the spaces it spells", () => {
  const file = readJson("test/vectors/metaspace-tokenizer.json") as { added_tokens: object[] };
  const spaces = { id: 5000, content: "▁▁▁", special: false, normalized: false };
  const { value } = parseTokenizer({ ...file, added_tokens: [...file.added_tokens, spaces] }, null);
  assert.equal(value?.decode(Int32Array.of(5000)).text, "   ");
});

describe("what is no tokenizer.json", () => {
  const cases: readonly (readonly [name: string, json: unknown, says: RegExp])[] = [
    ["null", null, /not a JSON object/],
    ["a list", [], /not a JSON object/],
    ["a policy's config.json", { model_type: "qwen3" }, /no "model" object/],
    ["a word-piece model", { model: { type: "WordPiece", vocab: {} } }, /"WordPiece"/],
    ["a model without vocabulary", { model: { type: "BPE", merges: [] } }, /"vocab"/],
    ["an id that is no number", { model: { vocab: { a: "1" }, merges: [] } }, /the id of "a"/],
    ["an absurd id", { model: { vocab: { a: 1e12 }, merges: [] } }, /the id of "a"/],
    ["a model without merges", { model: { vocab: { a: 1 } } }, /"merges"/],
    [
      "an added token without id",
      { model: { vocab: { a: 1 }, merges: [] }, added_tokens: [{}] },
      /entry 0/,
    ],
    [
      "an unknown component",
      {
        model: { vocab: { a: 1 }, merges: [] },
        normalizer: { type: "Odd" },
        pre_tokenizer: null,
        post_processor: null,
        decoder: null,
      },
      /Odd/,
    ],
  ];
  for (const [name, json, says] of cases) {
    test(`${name} is a problem that says why`, () => {
      const { value, problems } = parseTokenizer(json, null);
      assert.equal(value, null);
      assert.match(problems[0]?.message ?? "", says);
    });
  }

  test("any JSON gives a tokenizer or a problem, never a throw", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (json, config) => {
        const { value, problems } = parseTokenizer(json, config);
        assert.equal(value === null, problems.length > 0);
      }),
    );
  });
});

describe("words in place of tokens", () => {
  const markers = ["<tool_call>", "</tool_call>", "<|im_end|>"];

  test("markers are whole, and other text is cut at words", () => {
    const text = 'Look now.\n<tool_call>{"a": 1}</tool_call><|im_end|>';
    assert.deepEqual(piecesOf(text), [
      "Look",
      " now",
      ".",
      "\n",
      "<tool_call>",
      '{"',
      "a",
      '":',
      " 1",
      "}",
      "</tool_call>",
      "<|im_end|>",
    ]);
  });

  test("they tile any text, and hold no marker with something beside it", () => {
    const parts = fc.array(
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...markers, " ", "\n")),
    );
    fc.assert(
      fc.property(parts, (list) => {
        const text = list.join("");
        const pieces = piecesOf(text);
        assert.equal(pieces.join(""), text);
        for (const piece of pieces) {
          for (const marker of markers) assert.ok(piece === marker || !piece.includes(marker));
        }
      }),
    );
  });

  function piecesOf(text: string): readonly string[] {
    const { ids, start, end } = splitWords(text, markers);
    return [...ids].map((id, index) => {
      assert.equal(id, -1);
      return text.slice(start[index], end[index]);
    });
  }
});

/** Every UTF-16 unit is in some token's range, ranges go forward, and none ends before it begins. */
function assertCovers({ start, end }: Encoding, text: string): void {
  let covered = 0;
  for (const [token, from] of start.entries()) {
    const to = end[token] ?? -1;
    assert.ok(from <= to, `token ${token} is ${from}-${to}`);
    assert.ok(from <= covered, `a gap before token ${token}`);
    covered = Math.max(covered, to);
  }
  assert.equal(covered, text.length);
}

function load(file: string): Tokenizer {
  const { value } = parseTokenizer(readJson(file), null);
  assert.ok(value);
  return value;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(root, file), "utf8"));
}
