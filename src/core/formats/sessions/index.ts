import type { Format } from "../format.ts";
import { claudeCode } from "./claude-code.ts";
import { codex } from "./codex.ts";
import { geminiCli } from "./gemini-cli.ts";
import { langfuse } from "./langfuse.ts";
import { otlpGenAi } from "./otlp-genai.ts";

/** Sessions of coding agents, and traces of production. */
export const sessionFormats: readonly Format[] = [
  claudeCode,
  codex,
  geminiCli,
  langfuse,
  otlpGenAi,
];
