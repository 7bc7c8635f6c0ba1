import type { Family } from "./family.ts";

/** What the prompt itself writes: a notation that it teaches is no mistake of the policy's. */
export interface Prompt {
  /** Whether a text stands in it verbatim. */
  holds(text: string): boolean;
}

/**
 * The prompt of a transcript: what comes before its first assistant turn. Read only when asked, since few turns need it;
 * empty where no assistant header can be told.
 */
export function promptOf(family: Family, transcript: string): Prompt {
  let prompt: string | null = null;
  const known = new Map<string, boolean>();
  return {
    holds(text) {
      const before = known.get(text);
      if (before !== undefined) return before;
      if (known.size >= maxQuestions) return false;
      prompt ??= readPrompt(family, transcript);
      const found = prompt.includes(text);
      known.set(text, found);
      return found;
    },
  };
}

// A turn of a hundred thousand differently broken markers must not search the prompt as often.
const maxQuestions = 200;

// System prompts that teach a notation do so early; more would be searched anew for every turn of a long rollout.
const maxPromptLength = 200_000;

/** How the policy's turns begin; without special tokens the header is a line that says `assistant`. */
function headersOf({ controls }: Family): readonly string[] {
  return controls.flatMap(({ role, speaker, text }) => {
    if (speaker !== undefined) return speaker === "assistant" ? [text] : [];
    return role === "turn-start" ? ["assistant", "model", "ai"].map((name) => text + name) : [];
  });
}

function readPrompt(family: Family, transcript: string): string {
  const beginning = transcript.slice(0, maxPromptLength);
  const ends = [...headersOf(family), "\nassistant\n"]
    .map((header) => beginning.indexOf(header))
    .filter((end) => end >= 0);
  return ends.length === 0 ? "" : beginning.slice(0, Math.min(...ends));
}
