import type { ToolDeclaration } from "../../trajectory/trajectory.ts";
import type { DeclaredTool } from "./declaration.ts";

/** One tool a name. Where two declarations of it differ, which one holds is not known, so it has no schema. */
export function mergeTools(tools: readonly DeclaredTool[]): readonly ToolDeclaration[] {
  const byName = new Map<string, ToolDeclaration>();
  const differing = new Set<string>();
  for (const tool of tools) {
    const known = byName.get(tool.name);
    if (!known || known.parameters === null) byName.set(tool.name, { ...known, ...tool });
    else if (tool.parameters !== null && !areEqual(known.parameters, tool.parameters))
      differing.add(tool.name);
  }
  return [...byName.values()].map((tool) =>
    differing.has(tool.name) ? { ...tool, parameters: null } : tool,
  );
}

function areEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
