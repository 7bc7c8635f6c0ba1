import { mostTools, toolName, type Declaration, type DeclaredTool } from "./declaration.ts";
import { typeAt } from "./typescript-type.ts";

/**
 * `namespace functions { type f = (_: { … }) => any; … }` of Harmony, Kimi K2.5 and Functionary. Each namespace that holds a
 * function is one declaration; functions of another than `functions` have its name before theirs.
 */
export function readNamespaces(text: string, from: number): readonly Declaration[] {
  if (!text.includes("namespace ", from)) return [];
  const opening = /(?<=^|\n)[ \t]{0,8}namespace ([\w.-]{1,100}) \{/g;
  opening.lastIndex = from;
  const found: Declaration[] = [];
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const start = opening.lastIndex;
    const end = namespaceEnd(text, start);
    const declaration = readNamespace(text, match[1] ?? "", { start, end: end ?? text.length });
    if (declaration.tools.length > 0)
      found.push({ ...declaration, whole: declaration.whole && end !== null });
    opening.lastIndex = end ?? text.length;
    if (found.length >= mostNamespaces) break;
  }
  return found;
}

const mostNamespaces = 100;

/** A bracket alone at the beginning of a line: `}) => any;` ends a function. */
function namespaceEnd(text: string, from: number): number | null {
  const closing = /\n\}[ \t]*(?:\/\/[^\n]*)?(?=\n|<|$)/g;
  closing.lastIndex = from;
  const match = closing.exec(text);
  return match ? match.index + match[0].length : null;
}

function readNamespace(
  text: string,
  space: string,
  { start, end }: { readonly start: number; readonly end: number },
): Declaration {
  const tools: DeclaredTool[] = [];
  const opening = /(?<=\n)[ \t]{0,8}type ([^\s=]{1,128}) = \((?:_: ?)?/g;
  opening.lastIndex = start;
  let whole = true;
  for (let match = opening.exec(text); match && match.index < end; match = opening.exec(text)) {
    const [, own = ""] = match;
    if (!toolName.test(own)) {
      whole = false;
      continue;
    }
    const after = opening.lastIndex;
    const type =
      text[after] === ")" ? { schema: { type: "object" }, end: after } : typeAt(text, after);
    const isWhole =
      type !== null && type.end < end && /^\s{0,8}\) =>/.test(text.slice(type.end, type.end + 20));
    tools.push({
      name: space === "functions" ? own : `${space}.${own}`,
      parameters: isWhole ? type.schema : null,
      declaredAt: { start: match.index, end: isWhole ? type.end + 1 : after },
    });
    if (isWhole) opening.lastIndex = type.end;
    if (tools.length >= mostTools) return { tools, whole: false, end };
  }
  return { tools, whole, end };
}
