import type { SourceMap } from "../text/source-map.ts";
import type { TokenTable } from "../tokens/token-table.ts";
import type { Alternatives, Channel } from "../tokens/channel.ts";
import type { WrittenSpan } from "./written-span.ts";
import type { Role, SpecialTokens } from "../trajectory/trajectory.ts";

/**
 * `raw`: the file's own wire text. `ids`: decoded from the file's ids. `rendered`: written by a chat template.
 * `undecoded`: ids that no tokenizer decoded, each a word; nothing may be said of their structure.
 */
export type TranscriptOrigin = "raw" | "ids" | "rendered" | "undecoded";

/**
 * One turn in the transcript's text, UTF-16 half-open. `[start, end)` holds the header and the turn end;
 * `[bodyStart, bodyEnd)` is what its author wrote. The body of a sampled turn includes the turn-end token where the
 * policy itself wrote it (origin `raw` with kept special tokens, or `ids`), never one that a template wrote.
 */
export interface Turn {
  readonly index: number;
  readonly role: Role;
  readonly sampled: boolean;
  readonly start: number;
  readonly end: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** The turn before generation already opened thinking (`<think>\n` at the end of the prompt). */
  readonly thinkingOpen: boolean;
}

/** A trajectory in the wire form the policy saw. */
export interface Transcript {
  readonly text: string;
  readonly origin: TranscriptOrigin;
  readonly map: SourceMap;
  readonly turns: readonly Turn[];
  readonly specialTokens: SpecialTokens;
  /** The engine left out the tokens at which it stopped, so a missing turn end says nothing. */
  readonly lacksStopTokens?: true;
  /** Present where the file has ids; otherwise the analysis encodes the text. */
  readonly tokens: TokenTable | null;
  /** What the file recorded a token, aligned with `tokens`. */
  readonly recorded: readonly Channel[];
  /** Stretches that the file spells token by token where it has no exact ids of the rest. */
  readonly written?: readonly WrittenSpan[];
  /** Other tokens that the file names, aligned with `tokens`; absent where it names none. */
  readonly alternatives?: Alternatives;
}
