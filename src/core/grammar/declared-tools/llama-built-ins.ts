import type { Declaration } from "./declaration.ts";

/** Llama's own tools, which its system message only names: `Tools: brave_search, wolfram_alpha`. */
export function readBuiltIns(text: string, from: number): Declaration | null {
  const line = /(?<=Environment: ipython\n)Tools: ([\w, ]{1,400})\n/g;
  line.lastIndex = from;
  const match = line.exec(text);
  if (!match) return null;
  const end = line.lastIndex;
  const names = (match[1] ?? "").split(",").map((name) => name.trim());
  const tools = ["code_interpreter", ...names]
    .filter((name) => name !== "")
    .flatMap((name) => [name, `${name}.call`])
    .map((name) => ({ name, parameters: null, declaredAt: { start: match.index, end } }));
  return { tools, whole: true, end };
}
