import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Problem } from "../../core/result.ts";
import type { Anchor } from "../../core/text/positions.ts";
import { layOutLines, type LineLayout } from "../../core/views/line-layout.ts";

/** One trajectory as far as it could be read. */
export type Entry =
  | {
      readonly kind: "analysed";
      readonly analysis: Analysis;
      /** The bytes of its record, read again where they are many: they are seldom asked for. */
      readonly bytes: () => Promise<Uint8Array>;
      readonly anchor: Anchor;
      /** Lines of the transcript view; laid out when first asked for. */
      layout(): LineLayout;
    }
  | { readonly kind: "unreadable"; readonly problem: Problem; readonly anchor: Anchor | null };

export function makeEntry(
  analysis: Analysis,
  bytes: () => Promise<Uint8Array>,
  anchor: Anchor,
): Extract<Entry, { readonly kind: "analysed" }> {
  let layout: LineLayout | null = null;
  return {
    kind: "analysed",
    analysis,
    bytes,
    anchor,
    layout: () => (layout ??= layOutLines(analysis)),
  };
}

/** What an entry takes, in UTF-16 units of its transcript: all else grows with it. */
export function weighEntry(entry: Entry): number {
  return entry.kind === "analysed" ? entry.analysis.transcript.text.length + 1 : 1;
}
