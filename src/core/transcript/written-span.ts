import type { WrittenTokens } from "../trajectory/trajectory.ts";

/** A stretch of the text that the file spells token by token; the tokens tile it. */
export interface WrittenSpan {
  readonly start: number;
  readonly tokens: WrittenTokens;
}
