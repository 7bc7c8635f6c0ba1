import type { Format } from "../format.ts";
import { sharegpt } from "./sharegpt.ts";
import { transcriptText } from "./transcript-text.ts";
import { xlam } from "./xlam.ts";

/** Requests and answers of model servers, training sets, and plain text. */
export const dataFormats: readonly Format[] = [xlam, sharegpt, transcriptText];
