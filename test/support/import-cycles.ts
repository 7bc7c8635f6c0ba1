import path from "node:path";

/** What each file or folder imports. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** Imports of files by other files, types included: [file, text] to the files that it names. */
export function importsOf(sources: readonly (readonly [file: string, text: string])[]): Imports {
  return new Map(
    sources.map(([file, text]) => {
      const specifiers = [...text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)];
      const from = path.posix.dirname(file);
      return [file, new Set(specifiers.map(([, to = ""]) => path.posix.join(from, to)))];
    }),
  );
}

/** The same between folders: `depth` 3 tells `src/core/grammar/families/x.ts` as `src/core/grammar`. */
export function betweenFolders(imports: Imports, depth: number): Imports {
  const folders = new Map<string, Set<string>>();
  const folderOf = (file: string): string =>
    path.posix.dirname(file).split("/").slice(0, depth).join("/");
  for (const [file, targets] of imports) {
    const from = folderOf(file);
    const all = folders.get(from) ?? new Set();
    for (const to of targets) if (folderOf(to) !== from) all.add(folderOf(to));
    folders.set(from, all);
  }
  return folders;
}

/** One cycle for each place that is in any, as the way around it: `a -> b -> a`. */
export function cyclesIn(imports: Imports): readonly string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (place: string, way: readonly string[]): void => {
    const at = way.indexOf(place);
    if (at >= 0) cycles.push([...way.slice(at), place].join(" -> "));
    if (at >= 0 || done.has(place)) return;
    for (const next of imports.get(place) ?? []) visit(next, [...way, place]);
    done.add(place);
  };
  for (const place of imports.keys()) visit(place, []);
  return cycles;
}
