import type { Problem } from "../result.ts";
import type { ByteRange } from "../text/source-map.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";

/** Ids that could not be decoded, in words. */
export interface Undecoded {
  /** `The token ids of 3 generations (…)`. */
  readonly what: string;
  /** What is shown in their place. */
  readonly instead: "text" | "messages" | "ids";
  readonly line: number;
  readonly source: ByteRange | undefined;
}

/** Share of ids beyond the vocabulary at which a tokenizer is another model's. Models sample padding ids, but rarely. */
const mostForeign = 0.001;

/** How many ids are not in the vocabulary, where these are so many that the tokenizer must be another model's; else 0. */
export function foreignIds(ids: Int32Array, { vocabularySize }: Tokenizer): number {
  let foreign = 0;
  for (const id of ids) if (id < 0 || id >= vocabularySize) foreign++;
  return foreign > ids.length * mostForeign ? foreign : 0;
}

export function needsTokenizer(ids: Undecoded): Problem {
  const message = `${ids.what} cannot be decoded without a tokenizer, so ${shown[ids.instead]}: ${howToGive}`;
  return problemOf(ids, message);
}

export function wrongTokenizer(ids: Undecoded, foreign: number, tokenizer: Tokenizer): Problem {
  const message =
    `${ids.what} cannot be decoded: ${foreign} of them are not in the vocabulary of this tokenizer ` +
    `(${tokenizer.vocabularySize} ids), so it belongs to another model and ${shown[ids.instead]}: ${howToGive}`;
  return problemOf(ids, message);
}

const shown = {
  text: "the text beside them is shown instead",
  messages: "the messages are shown instead",
  ids: "the ids themselves are shown and nothing is said of their structure",
} as const;

const howToGive =
  'give the policy\'s tokenizer.json with "--tokenizer FILE" on the command line or "Derail: Select Tokenizer" in the editor';

function problemOf({ line, source }: Undecoded, message: string): Problem {
  return { code: "ids-need-tokenizer", message, line, ...source };
}
