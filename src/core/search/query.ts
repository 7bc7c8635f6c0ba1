/** What is searched for. */
export interface SearchQuery {
  /** `text`: as it stands. `pattern`: a regular expression of JavaScript; `^` and `$` are of lines. */
  readonly kind: "text" | "pattern";
  readonly text: string;
  readonly ignoreCase: boolean;
}

export type CompiledSearch =
  | { readonly kind: "ready"; readonly expression: RegExp }
  | { readonly kind: "wrong"; readonly message: string };

// Longer ones are pasted by mistake.
const maxQuery = 10_000;

/** The expression that finds each match in turn. */
export function compileSearch({ kind, text, ignoreCase }: SearchQuery): CompiledSearch {
  if (text === "") return { kind: "wrong", message: "There is nothing to search for" };
  if (text.length > maxQuery) return { kind: "wrong", message: "What is searched for is too long" };
  const flags = ignoreCase ? "gi" : "g";
  // Without `u`: letters beyond ASCII then never equal ASCII ones in another case, on which the look at bytes relies.
  if (kind === "text")
    return { kind: "ready", expression: new RegExp(text.replaceAll(special, "\\$&"), flags) };
  try {
    return { kind: "ready", expression: new RegExp(text, `${flags}mu`) };
  } catch {
    // What is odd only by the strict reading: `\_`, a lone `]`.
    return looseExpression(text, `${flags}m`);
  }
}

const special = /[\\^$.*+?()[\]{}|/]/g;

function looseExpression(text: string, flags: string): CompiledSearch {
  try {
    return { kind: "ready", expression: new RegExp(text, flags) };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*: /, "") : String(error);
    return { kind: "wrong", message: `The regular expression can't be read: ${why}` };
  }
}
