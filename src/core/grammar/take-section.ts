import { note, type Machine } from "./machine.ts";
import type { Marker } from "./markers.ts";

/** `<｜tool▁calls▁begin｜>` and the like: from here on only calls may come, until the section's end. */
export function openSection(machine: Machine, marker: Marker): number {
  const { runs, watch, source } = machine;
  if (runs.last() === "think") {
    note(machine, { kind: "call-in-think", marker });
    machine.thinkLeftByCall = true;
  }
  const isNested = machine.section === "open";
  watch.see(marker, isNested ? "illegal" : "legal");
  if (isNested) {
    const { start, end, control } = marker;
    note(machine, { kind: "open-section", start, end, control });
  }
  machine.outside = null;
  machine.section = "open";
  machine.sectionCalls = machine.calls.length;
  machine.forgivesClose = false;
  runs.enter("section", marker.end);
  return Math.min(marker.end, source.text.length);
}

export function closeSection(machine: Machine, marker: Marker): number {
  const { runs, watch } = machine;
  const { start, end, control } = marker;
  if (machine.section === "none" && !machine.forgivesClose) {
    note(machine, { kind: "orphan-close", start, end, control });
    watch.see(marker, "illegal");
  } else {
    const isEmpty = machine.section === "open" && machine.calls.length === machine.sectionCalls;
    if (isEmpty && !machine.toldInSection) note(machine, { kind: "empty-section", marker });
    watch.see(marker, isEmpty ? "illegal" : "legal");
  }
  machine.section = "none";
  machine.toldInSection = false;
  machine.forgivesClose = false;
  machine.outside = null;
  runs.enter("after-call", end);
  return end;
}

/** The section is left without its end: by the turn's end, or by what belongs outside. */
export function leaveSection(
  machine: Machine,
  marker: Pick<Marker, "start" | "end"> & { readonly control: number | null },
): void {
  if (machine.section === "open") {
    const { start, end, control } = marker;
    note(machine, { kind: "open-section", start, end, control });
  }
  machine.section = "none";
  machine.toldInSection = false;
}
