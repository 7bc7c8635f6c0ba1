import type { Format } from "../format.ts";
import { transcriptText } from "./transcript-text.ts";

/** Requests and answers of model servers, training sets, and plain text. */
export const dataFormats: readonly Format[] = [transcriptText];
