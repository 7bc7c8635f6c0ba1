import type { Tools } from "./trajectory.ts";

/** Names of the declared tools; null where the file does not name all of them. */
export function toolNames(tools: Tools): ReadonlySet<string> | null {
  return tools.kind !== "declared" ? null : new Set(tools.tools.map(({ name }) => name));
}
