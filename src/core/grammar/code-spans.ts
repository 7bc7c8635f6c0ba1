/** Finds code in prose, whose markers are quoted and no structure (ollama/ollama#17742, vllm-project/vllm#54686). */
export interface CodeSpans {
  /** If code begins at `offset`: where it ends. Null otherwise, also where a fence is never closed. */
  endOf(offset: number, place: "line-start" | "inline"): number | null;
}

export function codeSpans(text: string): CodeSpans {
  // Once a fence was not closed, none of its kind and length or longer is: the search for it went to the end.
  const unclosed = new Map<string, number>();

  return {
    endOf(offset, place) {
      if (place === "line-start") {
        fenceBegin.lastIndex = offset;
        const fence = fenceBegin.exec(text)?.[0];
        if (fence !== undefined) return closing(fence, offset);
      }
      return text[offset] === "`" ? inlineEnd(text, offset) : null;
    },
  };

  function closing(fence: string, offset: number): number | null {
    const sign = fence.charAt(0);
    if (fence.length >= (unclosed.get(sign) ?? Infinity)) return null;
    const pattern = sign === "`" ? closingTicks : closingTildes;
    pattern.lastIndex = offset + fence.length;
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
      // A shorter fence is part of the block: that is how blocks are shown in blocks.
      if ((found[1]?.length ?? 0) >= fence.length) return pattern.lastIndex;
    }
    unclosed.set(sign, fence.length);
    return null;
  }
}

// At most twenty signs: a longer row is a line across the page.
const fenceBegin = /(?:`{3,20}|~{3,20})/y;

// A turn may end right behind a block, so a marker may follow the closing fence as well as a line end.
const closingTicks = /\n[ \t]{0,3}(`{3,})[ \t]*(?=\r?\n|[<[\]]|$)/g;
const closingTildes = /\n[ \t]{0,3}(~{3,})[ \t]*(?=\r?\n|[<[\]]|$)/g;

/** Inline code stays on its line; three hundred characters are more than anybody quotes there. */
function inlineEnd(text: string, offset: number): number | null {
  const line = text.slice(offset + 1, offset + 301);
  const quote = line.indexOf("`");
  const lineBreak = line.indexOf("\n");
  if (quote < 0 || (lineBreak >= 0 && lineBreak < quote)) return null;
  return offset + 1 + quote + 1;
}
