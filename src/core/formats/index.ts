import { agentFormats } from "./agents/index.ts";
import { chatMessages } from "./chat-messages.ts";
import { dataFormats } from "./data/index.ts";
import type { Format } from "./format.ts";
import { rlFormats } from "./rl/index.ts";
import { sessionFormats } from "./sessions/index.ts";

/** Every format that Derail reads. The first that recognises a record wins: the more telling keys come first. */
export const formats: readonly Format[] = [
  ...rlFormats,
  ...agentFormats,
  ...sessionFormats,
  ...dataFormats,
  chatMessages,
];

/** The format of a file, told by one of its records (the first that parses). Null where none knows it. */
export function detectFormat(first: unknown): Format | null {
  return formats.find((format) => format.detect(first)) ?? null;
}
