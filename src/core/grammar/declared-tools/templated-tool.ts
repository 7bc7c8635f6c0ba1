import type { DeclaredTool } from "./declaration.ts";
import { objectAt } from "./json-value-at.ts";

/**
 * An object that a template puts together by hand, with the description as it is: quotes and line ends in it are not
 * escaped, and Hermes leaves out the last bracket. Its name and its schema are JSON all the same.
 */
export function templatedToolAt(text: string, at: number, to: number): DeclaredTool | null {
  head.lastIndex = at;
  const found = head.exec(text);
  if (!found) return null;
  label.lastIndex = head.lastIndex - 1;
  const labelled = label.exec(text.slice(0, Math.min(to, at + longestDescription)));
  if (!labelled) return null;
  const schema = objectAt(text, label.lastIndex, to);
  if (schema?.value === undefined) return null;
  tail.lastIndex = schema.end;
  const closed = tail.exec(text);
  if (!closed) return null;
  const description = text.slice(head.lastIndex, labelled.index);
  // The parameters are another object's.
  if (/\{\s{0,80}"(?:name|type)"/.test(description)) return null;
  const declaredAt = { start: at, end: schema.end + closed[0].length };
  return { name: found[1] ?? "", description, parameters: schema.value, declaredAt };
}

const head =
  /\{(?:\s{0,8}"type":\s{0,8}"function",\s{0,8}"function":\s{0,8}\{)?\s{0,8}"name":\s{0,8}"([^"\\\n]{1,128})",\s{0,8}"description":\s{0,8}"/y;
const label = /",\s{0,8}"parameters":\s{0,8}(?=\{)/g;
const tail = /(?:,\s{0,8}"responses":\s{0,8}null)?\s{0,8}\}{1,2}/y;

// The longest descriptions of real tools have some ten thousand characters.
const longestDescription = 100_000;
