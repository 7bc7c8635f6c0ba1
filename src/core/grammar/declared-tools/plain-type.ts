import { schemaTypeName } from "../../schema/schema-types.ts";

/** A type's name as a schema; no constraint where JSON schema has no such type. */
export function plainType(name: string): { readonly type?: string } {
  const type = schemaTypeName(name.toLowerCase());
  return types.has(type) ? { type } : {};
}

const types: ReadonlySet<string> = new Set([
  "string",
  "number",
  "integer",
  "boolean",
  "array",
  "object",
  "null",
]);
