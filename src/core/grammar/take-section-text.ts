import { cutsMarker } from "./cut-marker.ts";
import { afterSpace, note, type Machine } from "./machine.ts";
import { nextMarker, type Marker } from "./markers.ts";
import { takeUnopened } from "./take-call.ts";

/** Text between a section's markers: a call whose own marker was left out, or text that no harness expects. */
export function takeSectionText(machine: Machine, at: number): number {
  const { source } = machine;
  const { text } = source;
  const next = nextMarker(source, at);
  const end = next?.start ?? text.length;
  if (beginsCall(machine, at, next))
    return takeUnopened(
      machine,
      { start: at, end: at, marker: null },
      { name: null, marker: null },
    );
  const isCut = cutsMarker(source.family, text, at, (role) => dueInSection.has(role));
  if (!machine.toldInSection && !isCut)
    note(machine, {
      kind: "section-text",
      start: at,
      end: Math.max(at + 1, text.slice(at, end).trimEnd().length + at),
    });
  machine.toldInSection = true;
  machine.hasProse = true;
  return Math.max(at + 1, end);
}

const dueInSection: ReadonlySet<string> = new Set(["call-begin", "section-end"]);

/** A name and what ends it: `functions.f:0<|tool_call_argument_begin|>`, `f<｜tool▁sep｜>`. */
function beginsCall({ source }: Machine, at: number, next: Marker | null): boolean {
  const { calls } = source.family;
  if (next?.role !== "separator") return false;
  if (
    calls.kind === "named-json" &&
    source.text.startsWith(calls.prefix, at) &&
    calls.prefix.includes("<")
  )
    return true;
  const head = source.text.slice(at, Math.min(next.start, at + 200));
  return (
    next.start - at <= 200 &&
    /^[\w.:-]+$/.test(head) &&
    afterSpace(source.text, next.end) < source.text.length
  );
}
