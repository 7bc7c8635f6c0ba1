import type { Format } from "../format.ts";

/** Sessions of coding agents, and traces of production. */
export const sessionFormats: readonly Format[] = [];
