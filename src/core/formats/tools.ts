import { valueOfJson } from "../text/json.ts";
import { toolOf } from "../trajectory/tool-of.ts";
import type { Tools } from "../trajectory/trajectory.ts";

const unknownTools: Tools = { kind: "unknown" };

/**
 * Tools as a record declares them: a list, or JSON text of one; each as `{type, function}`, flat with `parameters`, or
 * with `input_schema`. An empty list counts as unknown: agents that keep their tools to themselves write one.
 */
export function readTools(value: unknown): Tools {
  const list = typeof value === "string" ? valueOfJson(value) : value;
  if (!Array.isArray(list)) return unknownTools;
  const tools = list.map(toolOf).filter((tool) => tool !== null);
  return tools.length > 0 ? { kind: "declared", tools } : unknownTools;
}
