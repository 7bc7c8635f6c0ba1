import type { Colors } from "picocolors/types";
import { turnStates, type TurnState } from "../core/grammar/structure.ts";

/** How a report is drawn. */
export interface Look {
  readonly colors: Colors;
  /** Columns of the terminal; infinite in a pipe, where a finding stays on one line. */
  readonly width: number;
}

/** State as glyph and colour: either alone is enough. */
export const glyphs: Readonly<Record<TurnState, string>> = {
  "healthy-call": "✓",
  "healthy-response": "●",
  polluted: "◐",
  collapsed: "✕",
};

/** `✓ 3 healthy call   ● 2 healthy response   …`. */
export function statesLine(countOf: (state: TurnState) => number, colors: Colors): string {
  return turnStates
    .map((state) =>
      paint(state, `${glyphs[state]} ${String(countOf(state))} ${state.replace("-", " ")}`, colors),
    )
    .join("   ");
}

export function paint(state: TurnState, text: string, colors: Colors): string {
  if (state === "collapsed") return colors.red(text);
  if (state === "polluted") return colors.yellow(text);
  return state === "healthy-call" ? colors.green(text) : colors.blue(text);
}

export function count(number: number, one: string, many: string): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}

/** The first few names and how many more there are. */
export function names(all: readonly string[]): string {
  const shown = all.slice(0, maxNames).map(clean);
  const left = all.length - shown.length;
  return [...shown, ...(left > 0 ? [`and ${String(left)} more`] : [])].join(", ");
}

const maxNames = 5;

/** Escape sequences and bidirectional controls of a hostile file are shown, never obeyed. */
export function clean(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
