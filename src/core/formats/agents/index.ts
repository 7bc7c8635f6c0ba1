import type { Format } from "../format.ts";
import { atif } from "./atif.ts";

/** Logs of agents and of benchmarks. */
export const agentFormats: readonly Format[] = [atif];
