import { turnEndText } from "../../grammar/call-markers.ts";
import { cutsMarker } from "../../grammar/cut-marker.ts";
import type { ControlRole } from "../../grammar/family.ts";
import { markerAt } from "../../grammar/markers.ts";
import { cameAt, type Rule, type RuleInput } from "./rule.ts";

/**
 * F10: ordinary text after the last call, in families whose format forbids it. The call is whole, so the turn's state
 * stays; a marker in that text is told by its own rule.
 */
export const textAfterCall: Rule = (input) => {
  const { family, scan, source } = input;
  const last = scan.calls.at(-1);
  if (family.textAfterCall !== "odd" || !last || last.closed === "no" || last.inThink) return [];
  const end = scan.ending?.start ?? source.text.length;
  const start = textFrom(input, last.end, end);
  if (start === null) return [];
  const expected = `another call, or ${turnEndText(family)}`;
  const came = cameAt(input, start);
  const stop = start + source.text.slice(start, end).trimEnd().length;
  return [
    {
      rule: "F10",
      severity: "warning",
      start,
      end: stop,
      expected,
      came,
      control: null,
      recoversAt: stop,
      message: `Text follows the call: ${came} came where this format has ${expected}, and parsers drop it or choke on it.`,
    },
  ];
};

/** What closes the block of calls, and what a plain answer is wrapped in. */
const passedOver: ReadonlySet<ControlRole> = new Set([
  "section-end",
  "call-end",
  "text-begin",
  "text-end",
  "markup",
]);

/** Where ordinary text begins after a call; null where none does, or something else comes first. */
function textFrom({ family, source }: RuleInput, from: number, end: number): number | null {
  for (let at = from; at < end;) {
    const marker = markerAt(source, at);
    if (marker === null && cutsMarker(family, source.text, at, () => true)) return null;
    if (marker === null && /\S/.test(source.text.charAt(at))) return at;
    if (marker !== null && !passedOver.has(marker.role)) return null;
    at = marker?.end ?? at + 1;
  }
  return null;
}
