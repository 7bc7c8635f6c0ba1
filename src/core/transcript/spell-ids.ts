import { startMap, type SourceMap } from "../text/source-map.ts";
import type { Encoding } from "../tokens/tokenizer.ts";
import type { TokenSequence } from "../trajectory/trajectory.ts";

/** Ids that nothing decodes, each as a word of its own: `⟨151657⟩`. */
export function spellIds(ids: Int32Array): Encoding & { readonly text: string } {
  const start = new Uint32Array(ids.length);
  const end = new Uint32Array(ids.length);
  const words: string[] = [];
  let length = 0;
  for (const [index, id] of ids.entries()) {
    const word = `⟨${String(id)}⟩`;
    start[index] = length;
    length += word.length;
    end[index] = length;
    words.push(word);
  }
  return { ids, start, end, text: words.join("") };
}

/** A map from the text of ids to where each of them stands in the file, or to where their list does. */
export function mapOfIds(
  { end }: Pick<Encoding, "end">,
  { places, source }: Pick<TokenSequence, "places" | "source">,
): SourceMap {
  const map = startMap();
  let at = 0;
  for (const [token, to] of end.entries()) {
    // Tokens that share a character have its text from the first of them.
    if (to <= at) continue;
    map.append(to - at, places?.[token] ?? source.startByte, 0);
    at = to;
  }
  if (at === 0) map.append(0, source.startByte, 0);
  return map.finish();
}
