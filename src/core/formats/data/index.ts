import type { Format } from "../format.ts";

/** Requests and answers of model servers, and training sets. */
export const dataFormats: readonly Format[] = [];
