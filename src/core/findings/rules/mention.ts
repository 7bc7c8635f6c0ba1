import { callCloser } from "../../grammar/call-markers.ts";
import { markerAt } from "../../grammar/markers.ts";
import type { Severity } from "../../grammar/rule-id.ts";
import type { RuleInput } from "./rule.ts";

/** A marker that the policy only writes about, in the middle of a sentence and not as code. */
export interface Mention {
  readonly severity: Severity;
  /** To stand before the rule's own sentence. */
  readonly words: string;
}

/**
 * What to say of a call whose opener stands in a sentence that goes on behind it: a control token begins a call wherever
 * it stands, and so do parsers that search the text for a marker, unless it is never closed.
 */
export function mentionAt(
  { source, family, bodyStart }: RuleInput,
  start: number,
  wrongAt: number,
): Mention | null {
  const { text } = source;
  const marker = markerAt(source, start);
  // A sentence's word or two; further on something was begun.
  if (marker === null || wrongAt - marker.end > 60) return null;
  const before = text.slice(Math.max(bodyStart, start - 60), start);
  if (!/[\p{L}\p{N}][,:;]? ["'“(]?$/u.test(before)) return null;
  if (!/^["'”)]?(?:[.,;:!?]| \p{L})/u.test(text.slice(marker.end, marker.end + 4))) return null;
  const opener = text.slice(start, marker.end);
  if (!family.textMarkers)
    return {
      severity: "error",
      words: `${opener} stands in the middle of a sentence, but a control token begins a call wherever it stands`,
    };
  const close = callCloser(family);
  const isClosed = text.slice(marker.end, marker.end + maxCall).includes(close);
  return isClosed
    ? {
        severity: "error",
        words: `${opener} stands in the middle of a sentence, and parsers that search the text for it read on to ${close}`,
      }
    : {
        severity: "warning",
        words: `${opener} stands in the middle of a sentence and is never closed: most parsers hand it on as text, some wait for a call`,
      };
}

// Further behind it is another call's; and a text full of mentions must not be searched to its end for each.
const maxCall = 4000;
