import {
  closesCall,
  endsItself,
  hasRole,
  hasSections,
  isNextRole,
  opensCall,
} from "./call-markers.ts";
import { states, type CallSyntax, type ControlRole, type ControlToken } from "./family.ts";
import type { Family, State } from "./family.ts";
import { harmonyControls } from "./harmony-legal.ts";

/**
 * Which control tokens may come next, as a bit mask over `family.controls` (bit i is control i). `state` is a number in
 * `states`.
 *
 * - `turn-start`: nothing but whitespace so far. Thinking or a call may begin; text may too.
 * - `prose`: inside ordinary text. The turn may end. A call may begin: calling in mid-sentence is what the
 *   early-open signal judges, not illegal mass.
 * - `line-start`: in prose, nothing but whitespace since a line break. The same controls as in prose.
 * - `think`: inside thinking. Only its end.
 * - `after-think`: thinking was closed and nothing came since. A call, or text; the turn must not end.
 * - `call-start`: after `<tool_call>`, before the JSON object. None.
 * - `call-body`: inside the JSON object, outside its strings. None.
 * - `call-string`: inside a JSON string. None.
 * - `call-done`: the JSON object is complete. Only the call's end.
 * - `call-broken`: after the token that made the JSON invalid. Only the call's end: it leads back to the legal path, and
 *   one break must not make everything after it a spike.
 * - `after-call`: after `</tool_call>`. Another call, or the end of the turn; text may come too.
 * - `ended`: the turn end was written. None.
 * - `outside`: not the machine's business (an invented turn or tool result). All, so nothing is judged.
 *
 * - `section`: between a section's calls. Another call, or the section's end.
 * - `call-name`, `call-argument`: in a call's name or a raw value. What its notation has (`inner`).
 *
 * Where calls stand in sections, a section begins where elsewhere a call does. `<|endoftext|>` is legal nowhere in a
 * sampled turn of most families: the turn ends in `<|im_end|>` or the like.
 */
export function legalControls(family: Family, state: number): number {
  if (family.machine === "harmony") return harmonyControls(family, state);
  const roles = rolesIn(family, states[state] ?? "outside");
  let mask = 0;
  for (const [index, control] of family.controls.entries())
    if (roles === "all" || roles.has(roleOf(family, control))) mask |= 1 << index;
  return mask;
}

/** A control's role in this machine: GLM's next role token ends the turn, and a section may be the call itself. */
function roleOf(family: Family, control: ControlToken): ControlRole {
  const { role } = control;
  if (isNextRole(family, control)) return "turn-end";
  if (role === "end-of-text" && family.machine === "next-role") return "turn-end";
  if (role === "message-end") return "turn-end";
  if (opensCall(family, role)) return "call-begin";
  return closesCall(family, role) ? "call-end" : role;
}

function rolesIn(family: Family, state: State): ReadonlySet<ControlRole> | "all" {
  const usual = legalRoles[state];
  if (usual === "all") return "all";
  const roles = new Set(usual);
  const isText = texts.has(state);
  if (hasSections(family) && roles.has("call-begin") && state !== "section") {
    roles.delete("call-begin");
    roles.add("section-begin");
  }
  if (isText) roles.add("text-begin").add("text-end");
  if (isText && family.thinkEndAlone === "usual") roles.add("think-end");
  if (state === "turn-start" && family.thinkEndAlone === "first") roles.add("think-end");
  if (state === "after-call" && family.results === "same-turn") roles.add("result-begin");
  if (state === "after-call" && endsItself(family)) roles.add("call-end");
  // A label that nothing closes ends with whatever comes next.
  if (state === "think" && !hasRole(family, "think-end"))
    for (const next of ["think-begin", "call-begin", "text-begin", "turn-end"] as const)
      roles.add(next);
  if (inCall.has(state)) for (const own of inner[family.calls.kind] ?? []) roles.add(own);
  if (inCall.has(state) || state === "section" || isText) roles.add("markup");
  if (state === "call-start") roles.add("call-kind");
  return roles;
}

const texts: ReadonlySet<State> = new Set([
  "turn-start",
  "prose",
  "line-start",
  "after-think",
  "after-call",
]);

const inCall: ReadonlySet<State> = new Set([
  "call-start",
  "call-name",
  "call-body",
  "call-argument",
]);

/** Markers of a call's own notation; which of them is due where is what its reader knows. */
const inner: Readonly<Partial<Record<CallSyntax["kind"], readonly ControlRole[]>>> = {
  "named-json": ["separator", "call-kind"],
  tags: ["separator", "argument-end", "call-end"],
  "key-value": ["key-begin", "key-end", "argument-begin", "argument-end", "call-end"],
  gemma: ["string-delimiter"],
  react: ["separator", "result-begin", "turn-end"],
  "free-text": ["call-end"],
};

const legalRoles: Readonly<Record<State, readonly ControlRole[] | "all">> = {
  outside: "all",
  "turn-start": ["think-begin", "call-begin"],
  prose: ["turn-end", "call-begin"],
  "line-start": ["turn-end", "call-begin"],
  think: ["think-end"],
  "after-think": ["call-begin"],
  "call-start": [],
  "call-body": [],
  "call-string": [],
  "call-done": ["call-end"],
  "call-broken": ["call-end"],
  "after-call": ["call-begin", "turn-end"],
  ended: [],
  section: ["call-begin", "section-end"],
  "call-name": ["separator"],
  "call-argument": ["argument-end"],
  header: [],
};
