import { toolName, type Declaration } from "./declaration.ts";
import { plainType } from "./plain-type.ts";

/**
 * One function of OpenHands, SWE-smith and SWE-agent prompts: after `---- BEGIN FUNCTION #` its number, its name, and a line
 * `(1) key (string, required): …` a parameter. Allowed values are left out: white space around a value is not the value's.
 */
export function readNumberedFunction(text: string, from: number, to: number): Declaration {
  const block = text.slice(from, to);
  const name = /^\d+: ([^\n]{1,128}) ----\n/.exec(block)?.[1] ?? "";
  if (!toolName.test(name)) return { tools: [], whole: false, end: to };
  const declaredAt = { start: from, end: to };
  return { tools: [{ name, parameters: schemaIn(block), declaredAt }], whole: true, end: to };
}

function schemaIn(block: string): unknown {
  const start = block.lastIndexOf("\nParameters:\n");
  if (start < 0) return { type: "object" };
  const lines = block.slice(start).split(/(?<=\n)(?= {2}\(\d)/);
  const properties: [string, unknown][] = [];
  const required: string[] = [];
  for (const line of lines.slice(1)) {
    const [, key, type = "", need] = parameter.exec(line) ?? [];
    if (key === undefined) return null;
    properties.push([key, plainType(type.trim())]);
    if (need === "required") required.push(key);
  }
  return { type: "object", properties: Object.fromEntries(properties), required };
}

const parameter = /^ {2}\(\d{1,4}\) ([^\s(]{1,128}) \(([^(),]{0,80}), (required|optional)\)/;
