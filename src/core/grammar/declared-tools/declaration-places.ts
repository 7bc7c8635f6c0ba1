import { literal } from "../../transcript/patterns.ts";
import type { Turn } from "../../transcript/transcript.ts";
import type { Declaration } from "./declaration.ts";
import { declarationForms, type DeclarationForm } from "./declaration-forms.ts";

/** A place in a turn where a form of declaring tools begins. */
export interface Place {
  readonly form: DeclarationForm;
  readonly start: number;
  /** Where what it holds begins. */
  readonly from: number;
}

/** The places of a turn with which `text` ends, from left to right. */
export function* placesIn(text: string, turn: Turn): Generator<Place> {
  const begins = new RegExp(anyBegin, "g");
  begins.lastIndex = turn.start;
  for (let match = begins.exec(text); match; match = begins.exec(text)) {
    const [begin] = match;
    const from = match.index + begin.length;
    const next = text.slice(from, from + longestOpening);
    const form = declarationForms.find(
      (each) =>
        each.begin === begin &&
        each.opens.test(next) &&
        (each.bySystem !== true || turn.role === "system"),
    );
    if (form) yield { form, start: match.index, from };
  }
}

const anyBegin = [...new Set(declarationForms.map(({ begin }) => begin))].map(literal).join("|");

// No template writes more than white space, a fence or a tag before the first tool.
const longestOpening = 200;

/** Without its end a declaration may go on, in a text that was cut. */
export function readPlace(text: string, { form, from }: Place): Declaration {
  if (form.endsItself) {
    const declaration = form.read(text, from, text.length);
    const isClosed = form.ends.some((end) => text.startsWith(end, declaration.end));
    return { ...declaration, whole: declaration.whole && isClosed };
  }
  const ends = form.ends.map((end) => text.indexOf(end, from)).filter((end) => end >= 0);
  const end = Math.min(text.length, ...ends);
  const declaration = form.read(text, from, end);
  return { ...declaration, whole: declaration.whole && ends.length > 0 };
}
