import type { Call } from "../../grammar/structure.ts";
import { editDistance } from "../../grammar/near-miss.ts";
import type { Prompt } from "../../grammar/prompt.ts";
import type { ToolDeclaration } from "../../trajectory/trajectory.ts";
import { visible, type Rule } from "./rule.ts";

/** F11: a call of a tool that was not offered. Structure is whole, so the turn's state stays. */
export const unknownTool: Rule = ({ tools, calls, family, prompt, source }) => {
  if (tools.kind !== "declared") return [];
  const names = new Set(tools.tools.map((tool) => tool.name));
  return calls.flatMap((call) => {
    const { name } = call;
    if (!name || call.isBuiltIn || names.has(name.text)) return [];
    if (isCutName(call, source.text)) return [];
    if (family.machine === "harmony" && isBuiltIn(prompt, name.text)) return [];
    const nearest = closest(name.text, tools.tools);
    const hint = nearest ? `; the nearest is ${visible(nearest)}` : "";
    const offered = names.size === 0 ? "no tools were offered" : "no tool of that name was offered";
    return [
      {
        rule: "F11",
        severity: "error",
        start: name.start,
        end: name.end,
        expected: nearest ? visible(nearest) : "the name of a declared tool",
        came: visible(name.text),
        control: null,
        recoversAt: name.end,
        message: `${visible(name.text)} was called, but ${offered}${hint}.`,
      },
    ];
  });
};

/** The text ends in the name, or right behind it: who knows how it would have gone on. */
function isCutName({ closed, name, arguments: args }: Call, text: string): boolean {
  const isBegun = args !== null && args.end > args.start;
  return !closed && !isBegun && /^[:\s]*$/.test(text.slice(name?.end ?? 0, (name?.end ?? 0) + 100));
}

/** Tools of the model's own (`browser.search`, `python`) are declared by a heading of the system message alone. */
function isBuiltIn(prompt: Prompt, name: string): boolean {
  const space = /^[\w-]{1,40}(?=\.|$)/.exec(name)?.[0];
  return space !== undefined && space !== "functions" && prompt.holds(`\n## ${space}\n`);
}

/** A name is worth suggesting when at most a third of it differs, or one is part of the other. */
function closest(name: string, tools: readonly ToolDeclaration[]): string | null {
  // A name beyond a hundred characters is no slip of a tool's, and comparing it would cost.
  if (name.length > 100) return null;
  let best: string | null = null;
  let least = Infinity;
  for (const tool of tools.slice(0, 500)) {
    if (tool.name.length > 100) continue;
    const isPart = name.length >= 4 && (tool.name.includes(name) || name.includes(tool.name));
    const edits = isPart ? 0 : editDistance(name.toLowerCase(), tool.name.toLowerCase());
    if (edits >= least || edits > Math.max(2, tool.name.length / 3)) continue;
    least = edits;
    best = tool.name;
  }
  return best;
}
