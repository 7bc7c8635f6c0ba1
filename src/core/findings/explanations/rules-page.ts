import type { Explanation } from "./explanation.ts";

/** A rule as a section of `docs/rules.md`; its anchor is the rule's id in lower case. */
export function ruleSection(explanation: Explanation): string {
  return `<a id="${explanation.rule.toLowerCase()}"></a>\n\n${sectionText(explanation)}`;
}

/** A rule as Markdown. */
export function sectionText({
  rule,
  title,
  level,
  what,
  example,
  family,
  ...more
}: Explanation): string {
  const { place, why, remedy, silent, seen } = more;
  // An example may hold a code block itself.
  const fence = example.includes("```") ? "````" : "```";
  const paragraphs = [
    `## ${rule} ${title}`,
    level,
    `**What.** ${what}`,
    // The page's head says that the others are in that of Qwen3.
    ...(family === "qwen3-hermes" ? [] : [`In the grammar of \`${family}\`:`]),
    `${fence}text\n${example.trimEnd()}\n${fence}`,
    `**Where.** ${place}`,
    `**Why it matters.** ${why}`,
    `**What to do.** ${remedy}`,
    ...(silent === null ? [] : [`**Not reported.** ${silent}`]),
    `**Seen in public.** ${seen}`,
  ];
  return paragraphs.join("\n\n");
}
