import type { Format } from "../format.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import { chatCompletions } from "./chat-completions.ts";
import { openaiResponses } from "./openai-responses.ts";
import { sharegpt } from "./sharegpt.ts";
import { transcriptText } from "./transcript-text.ts";
import { xlam } from "./xlam.ts";

/** Requests and answers of model servers, training sets, and plain text. */
export const dataFormats: readonly Format[] = [
  chatCompletions,
  openaiResponses,
  anthropicMessages,
  xlam,
  sharegpt,
  transcriptText,
];
