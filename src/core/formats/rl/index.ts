import type { Format } from "../format.ts";

/** What trainers and their environments dump. */
export const rlFormats: readonly Format[] = [];
