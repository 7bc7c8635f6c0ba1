import { schemaTypeName } from "../schema/schema-types.ts";
import type { BodyCall, RawValue } from "./call-body.ts";
import { eachValue, isList, valueAsItLooks } from "./raw-value.ts";

/**
 * The arguments as a harness hands them to the tool: bare text gets the type that the tool's schema gives its parameter
 * (`42` stays text for a string), and is read as it looks where the schema says nothing.
 */
export function typedArguments(args: NonNullable<BodyCall["arguments"]>, schema: unknown): unknown {
  const { value, raw } = args;
  if (raw === undefined || typeof value !== "object" || value === null) return value;
  const typed = [...raw].map(([name, text]): readonly [string, unknown] => [
    name,
    typedValue(text, memberSchema(schema, name, schema), schema),
  ]);
  return Object.fromEntries([...Object.entries(value), ...typed]);
}

function typedValue(raw: RawValue, schema: unknown, root: unknown): unknown {
  const own = resolved(schema, root);
  const types = typesOf(own, root, 0);
  if (typeof raw !== "string") {
    if (isList(raw)) return raw.map((item) => typedValue(item, field(own, "items"), root));
    const members = eachValue(raw, (item, key) =>
      typedValue(item, memberSchema(own, key, root), root),
    );
    return members;
  }
  if (types.size === 0) return valueAsItLooks(raw);
  const value = valueAsItLooks(raw);
  if (fits(value, types)) return value;
  if (types.has("string")) return raw;
  // A template writes an empty list or object of elements as an empty element.
  if (raw.trim() === "" && types.has("array")) return [];
  if (raw.trim() === "" && types.has("object")) return {};
  if (types.has("boolean") && /^(?:true|false)$/i.test(raw)) return raw.toLowerCase() === "true";
  return value;
}

function fits(value: unknown, types: ReadonlySet<string>): boolean {
  if (value === null) return types.has("null");
  if (Array.isArray(value)) return types.has("array");
  if (typeof value === "number")
    return types.has("number") || (types.has("integer") && Number.isInteger(value));
  return types.has(typeof value);
}

// Schemas nest alternatives a few deep; a reference may lead in circles.
const maxSteps = 8;

// Alternatives that refer to themselves multiply with each step; no real parameter has this many.
const maxLookups = 200;

/** The JSON types a schema allows; empty where it does not say. */
function typesOf(
  schema: unknown,
  root: unknown,
  step: number,
  budget = { left: maxLookups },
): ReadonlySet<string> {
  const own = resolved(schema, root);
  const type = field(own, "type");
  const named = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === "string");
  const types = new Set(named.map(schemaTypeName).filter((name) => name !== "any"));
  if (types.size > 0 || step > maxSteps || --budget.left <= 0) return types;
  for (const key of ["anyOf", "oneOf"]) {
    const choices = field(own, key);
    if (!Array.isArray(choices)) continue;
    for (const choice of choices.slice(0, 50))
      for (const name of typesOf(choice, root, step + 1, budget)) types.add(name);
  }
  const values = field(own, "enum");
  const fixed = Array.isArray(values) ? values.slice(0, 50) : [field(own, "const")];
  for (const value of fixed) if (value !== undefined) types.add(typeName(value));
  return types;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function memberSchema(schema: unknown, name: string, root: unknown): unknown {
  const own = resolved(schema, root);
  return field(field(own, "properties"), name) ?? field(own, "additionalProperties");
}

/** Follows references inside the schema (`#/$defs/Item`). */
function resolved(schema: unknown, root: unknown): unknown {
  let own = schema;
  for (let step = 0; step < maxSteps; step++) {
    const reference = field(own, "$ref");
    if (typeof reference !== "string" || !reference.startsWith("#/")) return own;
    own = reference
      .slice(2)
      .split("/")
      .reduce(
        (at: unknown, part) => field(at, part.replaceAll("~1", "/").replaceAll("~0", "~")),
        root,
      );
  }
  return own;
}

/** An own member: a schema from a file may ask for `constructor`. */
function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value as unknown;
}
