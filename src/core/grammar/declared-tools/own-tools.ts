import type { Declaration } from "./declaration.ts";

/**
 * What a prompt only names: Llama's own tools (`Tools: brave_search, wolfram_alpha`), and what Granite 20B shall call where
 * no function fits.
 */
export function readOwnTools(text: string, from: number): Declaration | null {
  if (!signs.some((sign) => text.includes(sign, from))) return null;
  const words =
    /(?<=Environment: ipython\n)Tools: ([\w, ]{1,400})\n|please output \\?"<function_call> \{\\?"name\\?": \\?"(\w{1,80})/g;
  words.lastIndex = from;
  const match = words.exec(text);
  if (!match) return null;
  const [, list = "", neutral] = match;
  const end = words.lastIndex;
  const named = neutral === undefined ? ["code_interpreter", ...list.split(",")] : [neutral];
  const names = named.map((name) => name.trim()).filter((name) => name !== "");
  const tools = (
    neutral === undefined ? names.flatMap((name) => [name, `${name}.call`]) : names
  ).map((name) => ({ name, parameters: null, declaredAt: { start: match.index, end } }));
  return { tools, whole: true, end };
}

const signs = ["Environment: ipython", "<function_call>"];
