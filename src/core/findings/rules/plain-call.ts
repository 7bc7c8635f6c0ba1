import { pythonValue } from "../../grammar/python-dicts.ts";
import { endOfJson } from "./json-extent.ts";
import { isRecord } from "../../text/json-value.ts";

/** A call without markers. */
export interface PlainCall {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** Names of its arguments. */
  readonly keys: ReadonlySet<string>;
}

/** Reads the call around the mention of a tool's name at `at`; null where it is no call. */
export function readPlainCall(text: string, at: number, name: string): PlainCall | null {
  return text[at] === '"' || text[at] === "'"
    ? readObject(text, at, name)
    : readPython(text, at, name);
}

// Arguments may come before the name; a call that is longer than this is a document.
const maxLength = 20_000;
// Arguments before the name are rarely nested deeper.
const mostTried = 8;

/** The JSON object that begins its line, its fence or its list, and holds the mention. */
function readObject(text: string, at: number, name: string): PlainCall | null {
  let start = text.lastIndexOf("{", at);
  for (let tried = 0; tried < mostTried && start >= 0 && at - start < maxLength; tried++) {
    if (beginsLine(text, start)) {
      const end = endOfJson(text, start, maxLength);
      const call = end === null || end <= at ? null : parsed(text.slice(start, end));
      if (call?.name === name) return { start: listStart(text, start), end: end ?? at, ...call };
    }
    if (start === 0) return null;
    start = text.lastIndexOf("{", start - 1);
  }
  return null;
}

function beginsLine(text: string, at: number): boolean {
  return (
    /(?:^|\n|[[,(]|\w[|｜]>|<\/?[\w:]{1,40}>)[ \t]*$/.test(text.slice(Math.max(0, at - 40), at)) ||
    at === 0
  );
}

/** A list of calls begins with its bracket. */
function listStart(text: string, start: number): number {
  const before = /\[\s*$/.exec(text.slice(Math.max(0, start - 40), start))?.[0];
  return before === undefined ? start : start - before.length;
}

function parsed(json: string): Pick<PlainCall, "name" | "keys"> | null {
  const value = readJson(json);
  if (!isRecord(value)) return null;
  // `{"type": "function", "function": {...}}`
  const call = isRecord(value["function"]) ? value["function"] : value;
  const name = call["name"] ?? call["tool_name"];
  const args = call["arguments"] ?? call["parameters"];
  const read = typeof args === "string" ? readJson(args) : args;
  if (typeof name !== "string" || !isRecord(read)) return null;
  // A tool's declaration has a schema where a call has arguments.
  if (Object.keys(call).some((key) => !memberNames.has(key)) || isSchema(read)) return null;
  return { name, keys: new Set(Object.keys(read)) };
}

const memberNames: ReadonlySet<string> = new Set([
  "name",
  "tool_name",
  "arguments",
  "parameters",
  "id",
  "type",
  "tool_call_id",
  "call_id",
]);

function isSchema(args: Readonly<Record<string, unknown>>): boolean {
  return args["type"] === "object" && isRecord(args["properties"]);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Sarashina writes dicts; `{'name': …}` names a tool as well as JSON does.
    return text.includes("'") ? pythonValue(text) : undefined;
  }
}

/** `[f(a=1)]` in brackets, or `f(a=1)` as all that a line or the turn says; with keyword arguments only. */
function readPython(text: string, at: number, name: string): PlainCall | null {
  const end = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at);
  const line = text.slice(at + name.length, Math.min(end, at + maxLength)).trimEnd();
  const bracket = /\[[ \t]*$/.exec(text.slice(Math.max(0, at - 20), at))?.[0] ?? "";
  const closed = bracket === "" ? line.endsWith(")") : /\)[ \t]*\]$/.test(line);
  const after = text.slice(end);
  const isAll =
    bracket !== "" || inToolFence(text, at) || after.trim() === "" || isRestOfFence(after);
  if (!closed || !isAll) return null;
  const keys = new Set<string>();
  for (const [, key = ""] of line.matchAll(/[(,]\s*([A-Za-z_]\w*)\s*=(?!=)/g)) keys.add(key);
  if (keys.size === 0) return null;
  const start = at - bracket.length;
  return { start, end: at + name.length + line.length, name, keys };
}

/** A fence that holds the call's line and nothing else, at the turn's end. */
function isRestOfFence(after: string): boolean {
  return after.length < 100 && /^\s*```\s*$/.test(after);
}

/** A fence that says it holds a call: ```tool_code. */
function inToolFence(text: string, at: number): boolean {
  return /```tool_\w{1,20}[ \t]*\n[ \t]*$/.test(text.slice(Math.max(0, at - 60), at));
}
