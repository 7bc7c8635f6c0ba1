import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { Tools } from "../trajectory/trajectory.ts";
import { schemaTypeName } from "./schema-types.ts";
import { isTamePattern } from "./tame-pattern.ts";

/** Checks arguments against a tool's schema; null where it has none that can be used. */
export type SchemaCheck = (value: unknown) => readonly ErrorObject[];

/** The check of a tool, compiled once for each list of tools. */
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
  const schema = cleaned(parameters, { left: maxSchemaNodes }, 0);
  if (typeof schema !== "object" || schema === null) return null;
  let validate: ValidateFunction;
  try {
    // References are resolved inside the schema only: no loader is given. A file's schema may be anything at all.
    validate = new Ajv(options).compile(schema);
  } catch {
    return null;
  }
  return (value) => {
    try {
      return validate(value) ? [] : [...(validate.errors ?? [])];
    } catch {
      return [];
    }
  };
}

// Ajv compiles a schema to code; beyond this size that takes seconds, and no tool needs it.
const maxSchemaNodes = 2000;
const maxSchemaDepth = 60;

const regExp = Object.assign(
  (pattern: string, flags: string) => {
    if (!isTamePattern(pattern)) return { test: () => true };
    const expression = new RegExp(pattern, flags);
    // Even a tame pattern can take quadratic time.
    return { test: (text: string) => text.length > 1000 || expression.test(text) };
  },
  { code: "new RegExp" },
);

const options = {
  allErrors: true,
  strict: false,
  logger: false,
  validateFormats: false,
  // The schema of schemas takes longer to compile than any tool's; a schema that is none does not compile, and is skipped.
  meta: false,
  validateSchema: false,
  // `required: ["constructor"]` must not be met by what every object inherits.
  ownProperties: true,
  code: { regExp },
} as const;

/** The schema with known type names and without what names or loads another; undefined where it is too large. */
function cleaned(schema: unknown, budget: { left: number }, depth: number): unknown {
  if (budget.left-- <= 0 || depth > maxSchemaDepth) return undefined;
  if (Array.isArray(schema)) return everyItem(schema, budget, depth);
  if (typeof schema !== "object" || schema === null) return schema;
  const result: [string, unknown][] = [];
  const entries: readonly (readonly [string, unknown])[] = Object.entries(schema);
  for (const [key, value] of entries) {
    if (dropped.has(key) && typeof value === "string") continue;
    if (key === "type" && (value === "any" || value === "Any")) continue;
    const item =
      key === "type" && typeof value === "string"
        ? schemaTypeName(value)
        : cleaned(value, budget, depth + 1);
    if (item === undefined) return undefined;
    result.push([key, item]);
  }
  return Object.fromEntries(result);
}

const dropped: ReadonlySet<string> = new Set(["$schema", "$id", "id"]);

function everyItem(items: readonly unknown[], budget: { left: number }, depth: number): unknown {
  const result: unknown[] = [];
  for (const item of items) {
    const clean = cleaned(item, budget, depth + 1);
    if (clean === undefined) return undefined;
    result.push(clean);
  }
  return result;
}
