/** A type as a schema writes it, in JSON schema's words: the Berkeley function-calling data and others write Python's. */
export function schemaTypeName(name: string): string {
  return names.get(name) ?? name;
}

const names: ReadonlyMap<string, string> = new Map([
  ["dict", "object"],
  ["float", "number"],
  ["double", "number"],
  ["int", "integer"],
  ["long", "integer"],
  ["tuple", "array"],
  ["list", "array"],
  ["str", "string"],
  ["String", "string"],
  ["bool", "boolean"],
  ["Any", "any"],
]);
