import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseMapping } from "../core/formats/mapping/mapping.ts";
import { fits } from "../core/formats/mapping/suggest.ts";
import type { RememberedMapping } from "../core/formats/mapping/remembered.ts";
import type { MappableFields } from "../protocol/queries.ts";
import { clean } from "./words.ts";

/** The mapping in a file, for whatever has its fields; a message that names the file where it is none. */
export async function readMapping(
  file: string | null,
): Promise<{ readonly mappings: readonly RememberedMapping[] } | { readonly wrong: string }> {
  if (file === null) return { mappings: [] };
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return { wrong: `--map: ${file} can't be read` };
  const read = parseMapping(text);
  if ("wrong" in read) return { wrong: `--map: ${file}: ${read.wrong}` };
  return { mappings: [{ shape: null, mapping: read.mapping }] };
}

/** Longer lists of fields are no help. */
const maxFields = 20;

/** What can be done with a file of no known format: a mapping to begin with. Null: it has no fields. */
export function suggestMap(
  file: string,
  fields: MappableFields | null,
  mappings: readonly RememberedMapping[],
): string | null {
  if (!fields) return null;
  const { suggestion, candidates } = fields;
  // A record of numbers alone holds no rollout.
  if (!candidates.some((candidate) => fits("completion", candidate))) return null;
  const [tried] = mappings;
  const misses = tried?.mapping.messages ?? tried?.mapping.completion;
  const begin =
    misses === undefined
      ? `${file}: which field is what can be said in a file`
      : `${file} has nothing at "${misses}", which --map names`;
  const names = candidates.slice(0, maxFields).map(({ path: at, kind }) => `${at} (${kind})`);
  const guess = JSON.stringify(suggestion ?? { messages: "…", reward: "…" }, null, 2);
  const own = `${path.basename(file).replace(/\.[^.]*$/, "")}.mapping.json`;
  const what = suggestion === null ? "In this shape" : "A first guess";
  const words = `${begin}. Its fields: ${names.join(", ")}. ${what}, to save as ${own} and use with --map ${own}:`;
  return [words, ...guess.split("\n")].map(clean).join("\n");
}
