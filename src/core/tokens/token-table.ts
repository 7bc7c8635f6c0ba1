/**
 * Tokens of a transcript as columns of equal length; the index is the token's number.
 * `origin`: `file` are the ids the engine sampled; `retokenized` come from encoding the text again, so scores are
 * of that text and not surely of what was sampled; `words` stands in where no tokenizer is known (ids are -1).
 * `written`: the file spells the sampled tokens one by one, and has no exact ids of the rest, which is re-tokenized or words.
 */
export interface TokenTable {
  readonly origin: "file" | "written" | "retokenized" | "words";
  readonly ids: Int32Array;
  /** Half-open UTF-16 range in the transcript's text. */
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** 1 where the policy wrote the token. */
  readonly sampled: Uint8Array;
}
