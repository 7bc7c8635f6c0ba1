import type { Colors } from "picocolors/types";
import type { Explanation } from "../core/findings/explanations/explanation.ts";
import { explanations } from "../core/findings/explanations/index.ts";
import { wrap } from "./wrap.ts";

/** Every rule, one a line. */
export function listRules(colors: Colors): string {
  const lines = explanations.map(
    ({ rule, title, level }) =>
      `  ${colors.bold(rule)}  ${title.padEnd(longestTitle)}  ${colors.dim(firstWords(level))}`,
  );
  return `${["Rules; say `derail explain F03` for one of them:", "", ...lines].join("\n")}\n`;
}

const longestTitle = Math.max(...explanations.map(({ title }) => title.length));

function firstWords(level: string): string {
  return (/^[^.;,]+/.exec(level)?.[0] ?? "").toLowerCase();
}

/** One rule for a terminal of `width` columns: what it means, an example, what to do. */
export function formatExplanation(explanation: Explanation, width: number, colors: Colors): string {
  const { rule, title, level, what, example, place, why, remedy, silent, seen, family } =
    explanation;
  const told = (heading: string, text: string): readonly string[] => [
    "",
    ...wrap(`${heading} ${plain(text)}`, width).map((line, index) =>
      index === 0 ? line.replace(heading, colors.bold(heading)) : line,
    ),
  ];
  return `${[
    colors.bold(`${rule} ${title}`),
    ...wrap(plain(level), width),
    "",
    ...wrap(plain(what), width),
    "",
    colors.dim(`An example, in the grammar of ${family}:`),
    "",
    ...example
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`),
    ...told("Where.", place),
    ...told("Why it matters.", why),
    ...told("What to do.", remedy),
    ...(silent === null ? [] : told("Not reported.", silent)),
    ...told("Seen in public.", seen),
  ].join("\n")}\n`;
}

/** Without the ticks of Markdown's code, which a terminal shows as they are. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}
