import type { Format } from "../format.ts";

/** Logs of agents and of benchmarks. */
export const agentFormats: readonly Format[] = [];
