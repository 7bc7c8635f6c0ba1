import type { ControlRole, ControlToken, Family } from "./family.ts";
import type { Marker } from "./markers.ts";

/** Whether a control begins a call: where a family has no such role, its section holds the calls themselves. */
export function opensCall(family: Family, role: ControlRole): boolean {
  return role === "call-begin" || (role === "section-begin" && !hasRole(family, "call-begin"));
}

export function closesCall(family: Family, role: ControlRole): boolean {
  return role === "call-end" || (role === "section-end" && !hasRole(family, "call-begin"));
}

/** How a call begins, for sentences. */
export function callOpener(family: Family): string {
  return traitsOf(family).opener;
}

function openerOf(family: Family): string {
  const { calls } = family;
  const begin = family.controls.find(({ role }) => opensCall(family, role))?.text;
  if (begin !== undefined) return begin;
  return calls.kind === "tags" ? calls.call.before : "a call";
}

/** What closes a call, for sentences; where nothing does, words for its end. */
export function callCloser(family: Family): string {
  return traitsOf(family).closer;
}

function closerOf(family: Family): string {
  const end = family.controls.find(({ role }) => closesCall(family, role))?.text;
  return end === undefined || needsNoEnd(family) ? "the end of the call" : end;
}

/** Calls stand between a section's begin and end, each with markers of its own. */
export function hasSections(family: Family): boolean {
  return hasRole(family, "section-begin") && hasRole(family, "call-begin");
}

/** A call's end is where its brackets are closed: no marker is due, though some families may write one. */
export function endsItself(family: Family): boolean {
  return traitsOf(family).endsItself;
}

function needsNoEnd(family: Family): boolean {
  if (family.machine === "open-call" || family.machine === "bare") return true;
  return !family.controls.some(({ role }) => closesCall(family, role));
}

/** Whether a marker ends the policy's turn. GLM's ends where the next speaker's begins. */
export function endsTurn(
  family: Family,
  { role, control }: Pick<Marker, "role" | "control">,
): boolean {
  if (role === "turn-end" || role === "end-of-text") return true;
  if (role === "message-end") return family.machine !== "harmony";
  return role === "turn-start" && isNextRole(family, family.controls[control]);
}

/** `<|user|>` and `<|observation|>` of GLM, which are its stop tokens. */
export function isNextRole(family: Family, control: ControlToken | undefined): boolean {
  if (family.machine !== "next-role" || control?.role !== "turn-start") return false;
  return control.speaker === "user" || control.speaker === "tool";
}

export function hasRole(family: Family, role: ControlRole): boolean {
  return rolesOf(family).has(role);
}

function rolesOf(family: Family): ReadonlySet<ControlRole> {
  const before = knownRoles.get(family);
  if (before) return before;
  const made = new Set(family.controls.map(({ role }) => role));
  knownRoles.set(family, made);
  return made;
}

const knownRoles = new WeakMap<Family, ReadonlySet<ControlRole>>();

/** What is asked for each of thousands of calls. */
interface Traits {
  readonly endsItself: boolean;
  readonly opener: string;
  readonly closer: string;
}

function traitsOf(family: Family): Traits {
  const before = knownTraits.get(family);
  if (before) return before;
  const made = {
    endsItself: needsNoEnd(family),
    opener: openerOf(family),
    closer: closerOf(family),
  };
  knownTraits.set(family, made);
  return made;
}

const knownTraits = new WeakMap<Family, Traits>();

/** What ends a turn, for sentences. */
export function turnEndText(family: Family): string {
  const end = family.controls.find(({ role }) => role === "turn-end")?.text;
  const roles = family.controls.filter((control) => isNextRole(family, control));
  return end ?? (roles.map(({ text }) => text).join(" or ") || "the end of the turn");
}
