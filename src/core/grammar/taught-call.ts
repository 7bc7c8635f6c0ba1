import { fenceOpensAt } from "./code-fence.ts";
import type { Family } from "./family.ts";
import type { CallStart, Machine } from "./machine.ts";
import type { MarkerSource } from "./markers.ts";
import { readFunctionTag } from "./read-function-tag.ts";
import { readJson, type JsonSyntax } from "./read-json.ts";
import { readPythonic } from "./read-pythonic.ts";
import type { RunBuilder } from "./runs.ts";

/**
 * A call at `at` in another notation than the family's own that this prompt teaches; null where there is none. Only what
 * the prompt shows counts: the same text under another prompt is nobody's call (F24, F26).
 */
export function taughtCallAt(machine: Machine, at: number): CallStart | null {
  const { family } = machine.source;
  if (machine.runs.last() === "think" || machine.outside !== null) return null;
  switch (family.taught) {
    case "function-tags":
      return functionTagAt(machine, at);
    case "fences":
      return fencedCallAt(machine, at) ?? bareCallAt(machine, at);
    case undefined:
      return null;
    default:
      return family.taught satisfies never;
  }
}

/** `<function=NAME>{…}</function>`, which Meta's prompt for custom tools shows. */
function functionTagAt(machine: Machine, at: number): CallStart | null {
  const { source, prompt, toolNames } = machine;
  tag.lastIndex = at;
  const [found, name = ""] = tag.exec(source.text) ?? [];
  if (found === undefined || !prompt.holds("<function=")) return null;
  // In mid-sentence it must name a tool; where the turn begins it is a call even of a tool that does not exist.
  const state = machine.runs.last();
  const isOpen = state === "turn-start" || (toolNames === null && state !== "prose");
  if (!isOpen && !(toolNames?.has(name) ?? false)) return null;
  return { start: at, end: at + "<function=".length, marker: null, read: readFunctionTag };
}

const tag = /<function=([\w.:/-]{1,100})>\s*(?=\{|$)/y;

/** Gemma 3's calls in a fence that the prompt names, as JSON or as Python. */
function fencedCallAt(machine: Machine, at: number): CallStart | null {
  const { source, prompt } = machine;
  const { text } = source;
  const fence = fenceOpensAt(text, at);
  if (fence === null || !prompt.holds(`\`\`\`${fence.language}`)) return null;
  const call = text[fence.end] === "{" || text[fence.end] === "[" ? jsonName : pythonName;
  if (!names(machine, call, fence.end)) return null;
  const read = call === jsonName ? readBareJson : undefined;
  return { start: at, end: fence.end, marker: null, ...(read ? { read } : {}) };
}

/** Google's prompts for Gemma 3 ask for nothing but the call, as a JSON object or as a list of Python calls. */
function bareCallAt(machine: Machine, at: number): CallStart | null {
  const { source, prompt, runs } = machine;
  if (runs.last() !== "turn-start") return null;
  const start = { start: at, end: at, marker: null };
  // With its arguments it is a call even of a tool that does not exist.
  if (source.text[at] === "{" && prompt.holds('format of {"name"'))
    return names(machine, jsonName, at) || matches(source, wholeJson, at)
      ? { ...start, read: readBareJson }
      : null;
  if (source.text[at] === "[" && prompt.holds("format of ["))
    return names(machine, listedName, at) || matches(source, wholeList, at)
      ? { ...start, read: readBareList }
      : null;
  return null;
}

const wholeJson = /\{\s*"name"\s*:\s*"[\w.:/-]{1,100}"\s*,\s*"(?:parameters|arguments)"\s*:\s*\{/y;
const wholeList = /\[\s*[A-Za-z_][\w.]{0,100}\(\s*(?:\)|[A-Za-z_]\w{0,100}\s*=)/y;

function matches({ text }: MarkerSource, pattern: RegExp, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

const jsonName = /\[?\s*\{\s*"name"\s*:\s*"([\w.:/-]{1,100})"/y;
const pythonName = /(?:print\()?([A-Za-z_][\w.]{0,100})\(/y;
const listedName = /\[\s*([A-Za-z_][\w.]{0,100})\(/y;

function names({ source, toolNames }: Machine, pattern: RegExp, at: number): boolean {
  pattern.lastIndex = at;
  const name = pattern.exec(source.text)?.[1];
  return name !== undefined && (toolNames === null || toolNames.has(name));
}

const json: JsonSyntax = {
  kind: "json",
  holds: "either",
  nameKey: "name",
  argumentsKey: "parameters",
  otherArgumentsKey: "arguments",
  dialect: "json",
  prefix: "",
};

function readBareJson(source: MarkerSource, start: number, runs: RunBuilder) {
  return readJson(bare(source), start, json, runs);
}

function readBareList(source: MarkerSource, start: number, runs: RunBuilder) {
  return readPythonic(bare(source), start, { kind: "pythonic", layout: "list" }, runs);
}

/** The same text for readers of calls that no marker closes. */
function bare(source: MarkerSource): MarkerSource {
  const { family } = source;
  const known = bareFamilies.get(family);
  if (known) return { ...source, family: known };
  const made: Family = { ...family, machine: "bare" };
  bareFamilies.set(family, made);
  return { ...source, family: made };
}

const bareFamilies = new WeakMap<Family, Family>();
