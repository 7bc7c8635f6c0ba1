import { memberOf } from "../text/json.ts";
import type { ToolDeclaration } from "./trajectory.ts";

/**
 * A tool as JSON declares it: `{type, function}`, flat with `parameters`, or with `input_schema`. Null for a value that
 * names none.
 */
export function toolOf(value: unknown): ToolDeclaration | null {
  const inner = memberOf(value, "function");
  const tool = typeof inner === "object" && inner !== null ? inner : value;
  const name = memberOf(tool, "name");
  if (typeof name !== "string" || name === "") return null;
  const description = memberOf(tool, "description");
  const parameters =
    memberOf(tool, "parameters") ??
    memberOf(tool, "input_schema") ??
    memberOf(tool, "inputSchema") ??
    null;
  return typeof description === "string" ? { name, description, parameters } : { name, parameters };
}
