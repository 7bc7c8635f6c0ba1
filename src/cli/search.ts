import process from "node:process";
import type { Colors } from "picocolors/types";
import type { SearchQuery } from "../core/search/query.ts";
import { openRollouts } from "../node/engine/open-rollouts.ts";
import { searchFile } from "../node/search/search-file.ts";
import type { SearchResult } from "../protocol/search.ts";
import type { Output } from "./arguments.ts";
import { deliver, lookOf } from "./deliver.ts";
import { listFolder } from "./list-folder.ts";
import { toJson } from "./sinks.ts";
import { clean } from "./words.ts";

interface SearchCommand extends Output {
  readonly query: SearchQuery;
  readonly paths: readonly string[];
}

/** A match as JSON tells it. */
interface Told extends Omit<SearchResult, "more"> {
  readonly path: string;
}

/**
 * Print the matches of files, in their order, as they come. False where something could not be searched; that is told on
 * standard error.
 */
export async function searchFiles(
  { query, paths, format, output }: SearchCommand,
  signal: AbortSignal,
): Promise<boolean> {
  const { colors } = lookOf(output);
  const told: Told[] = [];
  const lines: string[] = [];
  let isComplete = true;
  const complain = (message: string): void => {
    isComplete = false;
    process.stderr.write(`derail: ${clean(message)}\n`);
  };
  for (const path of await filesOf(paths)) {
    const found = await searchOne(path, query, { signal, complain });
    for (const { more, ...result } of found) {
      if (format === "json") told.push({ ...result, path });
      else lines.push(lineOf(path, { ...result, more }, colors));
    }
    if (format === "text" && output === null) process.stdout.write(lines.splice(0).join(""));
    if (signal.aborted) break;
  }
  if (signal.aborted) complain("stopped");
  const text = format === "json" ? toJson({ version: 1, matches: told }) : lines.join("");
  await deliver(output, text);
  return isComplete;
}

interface Sinks {
  readonly signal: AbortSignal;
  readonly complain: (message: string) => void;
}

async function searchOne(
  path: string,
  query: SearchQuery,
  { signal, complain }: Sinks,
): Promise<readonly SearchResult[]> {
  const file = await openRollouts(path, { onIndexed: () => undefined }, signal).catch(
    (error: unknown) => {
      complain(error instanceof Error ? error.message : String(error));
      return null;
    },
  );
  if (!file) return [];
  const search = searchFile(file, query);
  const stop = (): void => {
    search.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    // Who searches from a shell pipes it on: all are told that there are, up to the limit of a search.
    let slice = search.slice(0, 0);
    for (; slice.state === "running" || slice.state === "full"; slice = search.slice(0, 0)) {
      if (slice.state === "running") await search.newer(slice.version, signal);
      else if (!search.more()) break;
    }
    if (slice.state === "full")
      complain(`${path}: only the first ${String(slice.resultCount)} matches are told`);
    for (const problem of slice.problems) complain(`${path}: ${problem}`);
    return search.slice(0, slice.resultCount).results;
  } finally {
    signal.removeEventListener("abort", stop);
    search.stop();
    await file.close();
  }
}

async function filesOf(paths: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(
    paths.map(async (path) => (await listFolder(path))?.files ?? [path]),
  );
  return lists.flat();
}

/** `96.jsonl, record 3, output: …text about it…`. */
function lineOf(path: string, result: SearchResult, colors: Colors): string {
  const { record, name, before, text, after, more } = result;
  const place = [path, `record ${String(record + 1)}`, ...(name === null ? [] : [name])];
  const words = `${line(before)}${colors.bold(colors.yellow(line(text)))}${line(after)}`;
  return `${colors.dim(`${clean(place.join(", "))}:`)} ${words}${more ? colors.dim("  (and more in it)") : ""}\n`;
}

/** On one line. */
function line(text: string): string {
  return clean(text.replaceAll(/\r\n|\n/g, "↵").replaceAll("\t", " "));
}
