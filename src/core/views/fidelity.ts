import type { Analysis } from "../analysis/analysis.ts";
import type { SpecialTokens } from "../trajectory/trajectory.ts";
import type { TokenTable } from "../tokens/token-table.ts";
import type { Transcript } from "../transcript/transcript.ts";

/** What is shown of the policy's words: the ids it sampled, its raw text, or only what some parser left of it. */
export type Fidelity = "sampled-ids" | "raw-text" | "parsed-only";

/** What may be claimed of a trajectory, or of a file by its first one. */
export interface FidelityFacts {
  readonly fidelity: Fidelity;
  readonly specialTokens: SpecialTokens;
  /** `file`: not re-tokenized. */
  readonly tokens: TokenTable["origin"];
}

export function fidelityOf({ transcript, tokens }: Analysis): FidelityFacts {
  return {
    fidelity: fidelityOfText(transcript),
    specialTokens: transcript.specialTokens,
    tokens: tokens.origin,
  };
}

function fidelityOfText({ origin, turns, written = [] }: Transcript): Fidelity {
  if (origin === "ids" || origin === "undecoded") return "sampled-ids";
  if (origin === "raw") return "raw-text";
  // Rendered: raw only where the file spells every turn of the policy from its first token to its last.
  const sampled = turns.filter((turn) => turn.sampled);
  const spelled = sampled.filter(({ bodyStart, bodyEnd }) =>
    written.some(
      ({ start, tokens }) => start === bodyStart && start + tokens.text.text.length === bodyEnd,
    ),
  );
  return sampled.length > 0 && spelled.length === sampled.length ? "raw-text" : "parsed-only";
}

/** A badge: a few words, and what they mean as a sentence. */
export interface Badge {
  readonly text: string;
  readonly title: string;
}

/** What may be claimed, for people: three badges. */
export function fidelityBadges({
  fidelity,
  specialTokens,
  tokens,
}: FidelityFacts): readonly Badge[] {
  return [texts[fidelity], specials[specialTokens], tokenized[tokens]];
}

const texts: Readonly<Record<Fidelity, Badge>> = {
  "sampled-ids": {
    text: "sampled ids",
    title: "The file has the token ids that were sampled: every token is the policy's own.",
  },
  "raw-text": {
    text: "raw text",
    title: "The file has the policy's text as it was written, but not its token ids.",
  },
  "parsed-only": {
    text: "parsed only",
    title:
      "Some parser took calls and thinking out of the text: how the policy wrote them is lost, and what is shown was written anew by a template.",
  },
};

const specials: Readonly<Record<SpecialTokens, Badge>> = {
  kept: {
    text: "special tokens kept",
    title: "Tokens such as the turn's end are in the file, so a missing one can be told.",
  },
  stripped: {
    text: "special tokens stripped",
    title: "The log was written without special tokens, so a missing turn end is never reported.",
  },
  unknown: {
    text: "special tokens unknown",
    title:
      "Nothing says whether the log was written with special tokens, so a missing turn end is never reported.",
  },
};

const tokenized: Readonly<Record<TokenTable["origin"], Badge>> = {
  file: {
    text: "not re-tokenized",
    title: "Tokens are those of the file: numbers belong to what was sampled.",
  },
  written: {
    text: "sampled tokens as spelled",
    title:
      "The file spells the sampled tokens one by one, and those are shown; the text around them was cut anew.",
  },
  retokenized: {
    text: "re-tokenized",
    title:
      "The text was encoded again: scores are of that text, and not surely of the tokens that were sampled.",
  },
  words: {
    text: "no tokenizer",
    title: "No tokenizer is known, so words stand in for tokens and nothing can be scored.",
  },
};
