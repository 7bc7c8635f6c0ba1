import { isRecord } from "../../text/json-value.ts";
import { mostTools, type Declaration, type DeclaredTool } from "./declaration.ts";
import { objectAt } from "./json-value-at.ts";

/**
 * A ReAct prompt: a line `name: description` a tool, and the names again where the action is explained: `Action: the action
 * to take, should be one of [a, b]`. Without them there may be tools that are described in another way.
 */
export function readReactTools(text: string, from: number): Declaration | null {
  const prompt = text.slice(from);
  const end = text.length;
  if (!prompt.includes("Action Input")) return null;
  const described = describedIn(prompt, from);
  const choice = choices.exec(prompt);
  const names = choice?.[1]?.split(",").map((name) => name.trim().replaceAll(/^["'`]|["'`]$/g, ""));
  if (!choice || !names || names.length > mostTools || !names.every((name) => word.test(name)))
    return described.tools.length === 0 ? null : { ...described, end };
  const at = { start: from + choice.index, end: from + choice.index + choice[0].length };
  const tools = names.map(
    (name) =>
      described.tools.find((tool) => tool.name === name) ?? {
        name,
        parameters: null,
        declaredAt: at,
      },
  );
  return { tools, whole: true, end };
}

// Actions may be named by several words (`Google Search`).
const word = /^\p{L}[\p{L}\p{N} _.:/-]{0,63}$/u;
const choices = /^[ \t]{0,8}Action:?[^\n[]{0,200}(?:one|any) of[^\n[]{0,60}\[([^\]\n]{1,20000})\]/m;

/** What stands after the line that announces tools, up to an empty one. */
function describedIn(prompt: string, from: number): Omit<Declaration, "end"> {
  const announced = /(?:following|these) (?:tools|actions|functions)[^\n]{0,60}\n\s{0,8}/.exec(
    prompt,
  );
  if (!announced) return { tools: [], whole: false };
  const start = announced.index + announced[0].length;
  const empty = prompt.indexOf("\n\n", start);
  const list = prompt.slice(0, empty < 0 ? prompt.length : empty);
  const labelled = list.slice(start).match(/(?<=\n)Parameters: \{/g)?.length ?? 0;
  if (labelled === 0) return { tools: listed(list, start, from), whole: false };
  const tools = withParameters(list, start, from);
  const isComplete = tools.length === labelled && prompt.includes("one of the tool names");
  return { tools, whole: isComplete };
}

/** `name: description` in every line. */
function listed(list: string, from: number, offset: number): readonly DeclaredTool[] {
  const tools: DeclaredTool[] = [];
  let start = from;
  for (const line of list.slice(from).split("\n", mostTools)) {
    const [, name] =
      /^[ \t>*-]{0,8}`?([A-Za-z_][\w.-]{0,63})`?(?:\([^)]{0,1000}\))?[^:\n]{0,40}:/.exec(line) ??
      [];
    if (name === undefined || labels.has(name)) break;
    const declaredAt = { start: offset + start, end: offset + start + line.length };
    tools.push({ name, parameters: argumentsIn(line), declaredAt });
    start += line.length + 1;
  }
  return tools;
}

/** Words that begin a line of a prompt or of a tool's documentation. */
const labels: ReadonlySet<string> = new Set([
  "Name",
  "Description",
  "Documentation",
  "Parameters",
  "Output",
  "Input",
  "Note",
  "Question",
  "Thought",
  "Action",
  "Observation",
]);

/** `args: {'query': {'title': 'Query', 'type': 'string'}}`: what is required is not told. */
function argumentsIn(line: string): unknown {
  const label = /\bargs: (?=\{)/.exec(line);
  const at = label ? label.index + label[0].length : -1;
  const value = at < 0 ? undefined : objectAt(line, at, line.length)?.value;
  return isRecord(value) ? { type: "object", properties: value } : null;
}

/** ToolAlpaca's documentation: `name: description`, and below it `Parameters: {"key": "Required. string."}`. */
function withParameters(list: string, from: number, offset: number): readonly DeclaredTool[] {
  const head = /(?<=^|\n)([A-Za-z_][\w.-]{0,63}):[^\n]{0,4000}\nParameters: (?=\{)/g;
  head.lastIndex = from;
  const tools: DeclaredTool[] = [];
  for (let match = head.exec(list); match && tools.length < mostTools; match = head.exec(list)) {
    const object = objectAt(list, head.lastIndex, list.length);
    // What does not end is read to its limit.
    if (!object) break;
    const declaredAt = { start: offset + match.index, end: offset + object.end };
    tools.push({ name: match[1] ?? "", parameters: documented(object.value), declaredAt });
  }
  return tools;
}

function documented(parameters: unknown): unknown {
  if (!isRecord(parameters)) return null;
  const keys = Object.keys(parameters);
  return {
    type: "object",
    properties: Object.fromEntries(keys.map((key) => [key, {}])),
    required: keys.filter((key) => String(parameters[key]).startsWith("Required")),
  };
}
