import { templateText, type SourceMap } from "../text/source-map.ts";
import type { Encoding } from "../tokens/tokenizer.ts";

/** Ids that nothing decodes, each as a word of its own: `⟨151657⟩`. */
export function spellIds(
  ids: Int32Array,
  byte: number,
): Encoding & { readonly text: string; readonly map: SourceMap } {
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
  return { ids, start, end, ...templateText(words.join(""), byte) };
}
