import { familyById } from "../../../src/core/grammar/families.ts";
import type { Family } from "../../../src/core/grammar/family.ts";
import { parseTurn } from "../../../src/core/analysis/parse-turn.ts";
import type { Structure } from "../../../src/core/grammar/structure.ts";
import { splitWords } from "../../../src/core/tokens/words.ts";
import type { TokenTable } from "../../../src/core/tokens/token-table.ts";
import type { ToolDeclaration } from "../../../src/core/trajectory/trajectory.ts";
import { declaredTools } from "./tools.ts";

/** A sampled turn as the readers get it. */
export interface JudgedText {
  readonly family: string;
  readonly prompt: string;
  readonly body: string;
  readonly thinkingOpen: boolean;
  readonly tools?: readonly ToolDeclaration[];
}

/** Parses a turn as the analysis of a file does, with words for tokens. */
export function judgeText(
  input: JudgedText,
  tokens: TokenTable | null = null,
  controlIds: Int32Array | null = null,
): Structure {
  const family = familyOf(input.family);
  const text = input.prompt + input.body;
  const bodyStart = input.prompt.length;
  return parseTurn({
    family,
    text,
    turn: {
      index: 0,
      role: "assistant",
      sampled: true,
      start: 0,
      end: text.length,
      bodyStart,
      bodyEnd: text.length,
      thinkingOpen: input.thinkingOpen,
    },
    turnEndsAreReal: true,
    tokens: tokens ?? wordsOf(family, text),
    controlIds: controlIds ?? new Int32Array(family.controls.length).fill(-1),
    tools: { kind: "declared", tools: input.tools ?? declaredTools },
  });
}

export function familyOf(id: string): Family {
  const family = familyById(id);
  if (!family) throw new Error(`No family ${id}`);
  return family;
}

/** The stand-in tokens that the product uses where it has no tokenizer. */
export function wordsOf(family: Family, text: string): TokenTable {
  const { ids, start, end } = splitWords(
    text,
    family.controls.map((control) => control.text),
  );
  return { ids, start, end, sampled: new Uint8Array(ids.length).fill(1), origin: "words" };
}
