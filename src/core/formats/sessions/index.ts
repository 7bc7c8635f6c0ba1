import type { Format } from "../format.ts";
import { claudeCode } from "./claude-code.ts";
import { codex } from "./codex.ts";
import { geminiCli } from "./gemini-cli.ts";

/** Sessions of coding agents, and traces of production. */
export const sessionFormats: readonly Format[] = [claudeCode, codex, geminiCli];
