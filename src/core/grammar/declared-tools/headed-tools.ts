import { toolName, type Declaration, type DeclaredTool } from "./declaration.ts";
import { objectAt } from "./json-value-at.ts";

/**
 * A heading a tool, as DeepSeek V3.1 and older Qwen prompts have it: `### NAME`, a description, `Parameters: {…}`. The list
 * ends at a heading of a higher level.
 */
export function readHeadedTools(text: string, from: number): Declaration | null {
  const announced = /(?:following|these) (?:tools|functions)[^\n]{0,60}\n\s{0,4}(?=### )/g;
  announced.lastIndex = from;
  if (!announced.test(text)) return null;
  const tools: DeclaredTool[] = [];
  let whole = true;
  let at = announced.lastIndex;
  while (text.startsWith("### ", at)) {
    const end = sectionEnd(text, at + 4);
    const tool = toolUnder(text.slice(0, end), at);
    if (tool) tools.push(tool);
    whole &&= tool !== null && tool.parameters !== undefined;
    at = end;
  }
  return { tools, whole, end: at };
}

function sectionEnd(text: string, from: number): number {
  const heading = /(?<=\n)#{1,3} /g;
  heading.lastIndex = from;
  return heading.exec(text)?.index ?? text.length;
}

/** Its parameters are undefined where they cannot be read. */
function toolUnder(text: string, start: number): DeclaredTool | null {
  const end = text.length;
  const line = text.slice(start + 4, start + 400).split("\n", 1)[0] ?? "";
  const name = line.replaceAll("`", "").trim();
  const body = start + 4 + line.length;
  if (!toolName.test(name)) return null;
  const label = /(?:Parameters|输入参数)\s{0,4}[:：]\s{0,8}/g;
  label.lastIndex = body;
  if (!label.test(text)) {
    // Words under a heading are somebody's instructions.
    const isTool = /^\s{0,8}Description:/.test(text.slice(body, body + 40));
    return isTool ? { name, parameters: null, declaredAt: { start, end } } : null;
  }
  const at = label.lastIndex;
  if (text[at] !== "{") return { name, parameters: null, declaredAt: { start, end: at } };
  const schema = objectAt(text, at, end);
  return { name, parameters: schema?.value, declaredAt: { start, end: schema?.end ?? at } };
}
