import { memberOf } from "../../text/json.ts";
import { isRecord } from "../../text/json-value.ts";
import { toolOf } from "../../trajectory/tool-of.ts";
import type { ToolDeclaration } from "../../trajectory/trajectory.ts";
import { mostTools, type Declaration, type DeclaredTool } from "./declaration.ts";
import { objectAt } from "./json-value-at.ts";
import { templatedToolAt } from "./templated-tool.ts";

/**
 * Objects one after another from `from` on, one a line, indented, in a list or each in its own tag or fence. They end where
 * other text begins.
 */
export function readJsonTools(text: string, from: number, to: number): Declaration {
  const tools: DeclaredTool[] = [];
  let at = afterSeparators(text, from, to);
  while (at < to && text[at] === "{" && tools.length < mostTools) {
    const object = toolsAt(text, at, to);
    if (object.tools.length === 0) return { tools, whole: false, end: at };
    for (const tool of object.tools) tools.push(tool);
    at = afterSeparators(text, object.end, to);
  }
  return { tools, whole: tools.length < mostTools, end: at };
}

/** What stands between the objects of a list, as templates and people write it. */
const separators = [
  /[\s,;\]]+/y,
  // `[/AVAILABLE_TOOLS]` is the end.
  /\[(?![/A-Z])/y,
  /```\w*/y,
  /\/\/[^\n]*/y,
  /- `[^`\n]{1,128}`:/y,
  /<\/?(?:function|tool)>/y,
  /# Tools\s/y,
];

function afterSeparators(text: string, from: number, to: number): number {
  let at = from;
  for (let before = -1; before !== at && at < to;) {
    before = at;
    for (const separator of separators) {
      separator.lastIndex = at;
      if (separator.test(text)) at = separator.lastIndex;
    }
  }
  return Math.min(at, to);
}

/**
 * Objects with the shape of a tool that stand anywhere in a text. `whole` is false where something with that shape could
 * not be read.
 */
export function findJsonTools(text: string, from: number, to: number): Declaration {
  const tools: DeclaredTool[] = [];
  // Most texts hold none of the words.
  if (!schemaKeys.some((key) => text.includes(key, from))) return { tools, whole: true, end: to };
  let whole = true;
  let failures = 0;
  const opening = /\{\s{0,80}["'](?:type|name|function|description)["']\s{0,8}:/g;
  opening.lastIndex = from;
  for (let match = opening.exec(text); match && match.index < to; match = opening.exec(text)) {
    const { index } = match;
    const object = toolsAt(text, index, to);
    const start = text.slice(index, index + 100);
    for (const tool of object.tools) if (isShaped(tool, start)) tools.push(tool);
    if (object.isRead) opening.lastIndex = object.end;
    else {
      whole &&= !schemaBegins.test(text.slice(index, Math.min(object.end, index + 4000)));
      // What is not closed is read to its limit each time.
      if (++failures > mostFailures) return { tools, whole: false, end: to };
    }
    if (tools.length >= mostTools) return { tools, whole: false, end: to };
  }
  return { tools, whole, end: to };
}

const mostFailures = 20;

const schemaKeys = ["parameters", "input_schema", "inputSchema"];

/** A schema's beginning: arguments of an example have no such keys. */
const schemaBegins =
  /["'](?:parameters|input_?[sS]chema)["']\s{0,8}:\s{0,8}\{\s{0,80}["'](?:type|properties|required)["']/;

/** Whether a text holds what may be a tool's schema. */
export function mayDeclare(text: string): boolean {
  return schemaBegins.test(text);
}

/** An example of a call has a name too, and somebody's data a name and a description. */
function isShaped({ parameters, description }: DeclaredTool, written: string): boolean {
  if (memberOf(parameters, "properties") !== undefined) return true;
  const type = memberOf(parameters, "type");
  if (type === "object" || type === "dict") return true;
  return description !== undefined && (isRecord(parameters) || typed.test(written));
}

const typed = /^\{\s*["']type["']\s*:\s*["']function["']/;

interface ToolsAt {
  readonly tools: readonly DeclaredTool[];
  readonly end: number;
  readonly isRead: boolean;
}

/** What the object that opens at `at` declares. */
function toolsAt(text: string, at: number, to: number): ToolsAt {
  // Before JSON: of a bracket that is left out nothing is known before the text's end.
  const templated = templatedToolAt(text, at, to);
  if (templated) return { tools: [templated], end: templated.declaredAt.end, isRead: true };
  const object = objectAt(text, at, to);
  if (object?.value === undefined) return { tools: [], end: object?.end ?? to, isRead: false };
  const declaredAt = { start: at, end: object.end };
  const tools = toolsIn(object.value).map((tool) => ({ ...tool, declaredAt }));
  return { tools, end: object.end, isRead: true };
}

function toolsIn(value: unknown): readonly ToolDeclaration[] {
  const list =
    memberOf(value, "tools") ??
    memberOf(value, "functions") ??
    memberOf(value, "functionDeclarations");
  const tools = (Array.isArray(list) ? list : [value]).map(toolOf);
  const named = tools.filter((tool) => tool !== null);
  return named.length === tools.length ? named : [];
}
