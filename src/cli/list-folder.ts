import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** The rollout files directly in a folder. */
export interface FolderFiles {
  readonly files: readonly string[];
  /** Links that lead out of the folder, or nowhere: a folder that somebody sent must not reach for other files. */
  readonly links: readonly string[];
}

const rolloutName = /\.(jsonl|json|traj|eval|parquet)(\.(gz|zst))?$/i;

/**
 * A folder's .jsonl, .json, .traj, .eval and .parquet files, also packed with gzip or zstd, in the order of their numbers.
 * Null for what is no folder.
 */
export async function listFolder(given: string): Promise<FolderFiles | null> {
  if (!(await isFolder(given))) return null;
  const home = await realpath(given);
  const files: string[] = [];
  const links: string[] = [];
  const entries = (await readdir(given, { withFileTypes: true }))
    .filter(({ name }) => rolloutName.test(name))
    .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  for (const entry of entries) {
    const file = path.join(given, entry.name);
    if (entry.isFile()) files.push(file);
    else if (entry.isSymbolicLink()) {
      const isInside = await leadsInto(home, file);
      if (isInside && (await isFolder(file))) continue;
      (isInside ? files : links).push(file);
    }
  }
  return { files, links };
}

async function leadsInto(home: string, link: string): Promise<boolean> {
  const target = await realpath(link).catch(() => null);
  return target?.startsWith(home + path.sep) ?? false;
}

async function isFolder(given: string): Promise<boolean> {
  return stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
