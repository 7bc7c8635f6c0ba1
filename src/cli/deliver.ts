import { writeFile } from "node:fs/promises";
import process from "node:process";
import pc from "picocolors";
import type { Look } from "./words.ts";

/** Writes a result to the file that was asked for, or to standard output. */
export async function deliver(output: string | null, text: string): Promise<void> {
  if (output !== null) await writeFile(output, text);
  else if (text !== "") await write(text);
}

/** A long report into a slow pipe must be written whole before the process ends. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Colours and lines of a terminal; neither in a file or a pipe. */
export function lookOf(output: string | null): Look {
  const isTerminal = output === null && process.stdout.isTTY;
  return {
    colors: pc.createColors(isTerminal && pc.isColorSupported),
    width: isTerminal ? process.stdout.columns : Infinity,
  };
}
