import assert from "node:assert/strict";
import type { Tokenizer } from "../../src/core/tokens/tokenizer.ts";

/** A tokenizer that knows added tokens and nothing else. */
export function tokenizerWith(...contents: readonly string[]): Tokenizer {
  return {
    vocabularySize: contents.length,
    addedTokens: contents.map((content, id) => ({ id, content, special: false })),
    encode: unused,
    decode: unused,
    show: unused,
    idOf: (content) => (contents.includes(content) ? contents.indexOf(content) : null),
  };
}

/** The same tokenizer, with every text as one token. */
export function withWords(tokenizer: Tokenizer): Tokenizer {
  return {
    ...tokenizer,
    encode: (text) => ({
      ids: Int32Array.of(0),
      start: Uint32Array.of(0),
      end: Uint32Array.of(text.length),
    }),
  };
}

const unused = (): never => assert.fail("only idOf is asked here");
