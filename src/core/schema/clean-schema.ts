import { schemaTypeName } from "./schema-types.ts";

/** Put where a schema may be asked many times of one value; says how many nodes are asked at once. */
export const costKeyword = "derailCost";

/** The schema with known type names, with costs and without what names or loads another; undefined where it is too large. */
export function cleanSchema(schema: unknown): unknown {
  return cleaned(schema, { budget: { left: maxSchemaNodes }, depth: 0, below: "" });
}

// Ajv compiles a schema to code; beyond this size that takes seconds, and no tool needs it.
const maxSchemaNodes = 2000;
const maxSchemaDepth = 60;

interface Place {
  readonly budget: { left: number };
  readonly depth: number;
  /** The key that it is the value of. */
  readonly below: string;
}

function cleaned(schema: unknown, place: Place): unknown {
  const { budget, depth, below } = place;
  const before = budget.left--;
  if (before <= 0 || depth > maxSchemaDepth) return undefined;
  if (Array.isArray(schema)) return everyItem(schema, place);
  if (typeof schema !== "object" || schema === null) return schema;
  const result: [string, unknown][] = [];
  const entries: readonly (readonly [string, unknown])[] = Object.entries(schema);
  for (const [key, value] of entries) {
    if (dropped.has(key) && typeof value === "string") continue;
    if (key === costKeyword || (key === "type" && (value === "any" || value === "Any"))) continue;
    const item =
      key === "type" && typeof value === "string"
        ? schemaTypeName(value)
        : cleaned(value, { budget, depth: depth + 1, below: belowOf(key, below) });
    if (item === undefined) return undefined;
    // Data counts, too, but must stay as it is.
    result.push([key, isData.has(key) && !areNamed.has(below) ? value : item]);
  }
  const isReference = entries.some(([key, value]) => key === "$ref" && typeof value === "string");
  if (isReference || ofEach.has(below)) result.push([costKeyword, before - budget.left]);
  return Object.fromEntries(result);
}

const dropped: ReadonlySet<string> = new Set(["$schema", "$id", "id"]);

/** Every member of `patternProperties` is for any number of the value's. */
function belowOf(key: string, below: string): string {
  return below === "patternProperties" ? "items" : key;
}

/** Values to compare with, and no schemas, but where the keys are names that somebody chose. */
const isData: ReadonlySet<string> = new Set(["const", "default", "enum", "examples"]);
const areNamed: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "patternProperties",
  "properties",
]);

/** Keywords whose schema is asked of every item or member of the value. */
const ofEach: ReadonlySet<string> = new Set([
  "additionalItems",
  "additionalProperties",
  "contains",
  "items",
  "propertyNames",
]);

function everyItem(items: readonly unknown[], { budget, depth, below }: Place): unknown {
  const result: unknown[] = [];
  for (const item of items) {
    const clean = cleaned(item, { budget, depth: depth + 1, below: `each of ${below}` });
    if (clean === undefined) return undefined;
    result.push(clean);
  }
  return result;
}
