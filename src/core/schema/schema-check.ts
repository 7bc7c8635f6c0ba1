import type { Tools } from "../trajectory/trajectory.ts";
import { boundedCheck, type SchemaCheck } from "./bounded-check.ts";
import { cleanSchema } from "./clean-schema.ts";

/** The check of a tool, compiled once for each list of tools; null where it has no schema that can be used. */
export function schemaCheck(tools: Tools, name: string): SchemaCheck | null {
  if (tools.kind === "unknown") return null;
  const checks = compiled.get(tools) ?? new Map<string, SchemaCheck | null>();
  compiled.set(tools, checks);
  const known = checks.get(name);
  if (known !== undefined) return known;
  const declaration = tools.tools.find((tool) => tool.name === name);
  const check = declaration ? compileOnce(declaration.parameters) : null;
  checks.set(name, check);
  return check;
}

const compiled = new WeakMap<Tools, Map<string, SchemaCheck | null>>();

/** Every record of a file declares the same few tools again; compiling takes milliseconds. */
const byText = new Map<string, SchemaCheck | null>();
const maxRemembered = 300;
// A longer key costs as much as it saves.
const maxKeyUnits = 20_000;

function compileOnce(parameters: unknown): SchemaCheck | null {
  const key = keyOf(parameters);
  if (key.length > maxKeyUnits) return compile(parameters);
  const known = byText.get(key);
  if (known !== undefined) return known;
  const check = compile(parameters);
  if (byText.size >= maxRemembered) byText.clear();
  byText.set(key, check);
  return check;
}

/** Longer than any key that is kept where the schema nests too deep to be written. */
function keyOf(parameters: unknown): string {
  try {
    return JSON.stringify(parameters) ?? "";
  } catch {
    return " ".repeat(maxKeyUnits + 1);
  }
}

function compile(parameters: unknown): SchemaCheck | null {
  const schema = cleanSchema(parameters);
  if (typeof schema !== "object" || schema === null) return null;
  return boundedCheck(schema);
}
