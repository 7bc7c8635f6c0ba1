import type { Machine } from "./machine.ts";

/** Where a call's body begins that has no marker at all, or -1: at `at`, or after the fence there (xLAM). */
export function bareCallAt(machine: Machine, at: number): number {
  const { calls, machine: kind } = machine.source.family;
  if (kind === "bare" && calls.kind === "json" && calls.holds === "list") {
    fence.lastIndex = at;
    const found = fence.exec(machine.source.text)?.[0].length ?? 0;
    if (isBareCall(machine, at + found)) return at + found;
  }
  return isBareCall(machine, at) ? at : -1;
}

const fence = /```(?:json)?\s*(?=\[)/y;

/**
 * Whether a call without any marker begins at `at`: in families whose whole turn is the call, where it is a literal that
 * names a declared tool, or one that has a call's shape. Phi-4-mini's `functools[` is such a beginning too.
 */
function isBareCall(machine: Machine, at: number): boolean {
  const { source, runs } = machine;
  const { family, text } = source;
  const { calls } = family;
  const state = runs.last();
  if (calls.kind === "json" && calls.prefix !== "")
    return (
      (state === "turn-start" || state === "line-start") &&
      text.startsWith(calls.prefix, at) &&
      /^\s*\[/.test(text.slice(at + calls.prefix.length, at + calls.prefix.length + 20))
    );
  if (family.machine !== "bare" || (state !== "turn-start" && state !== "after-think"))
    return false;
  const unit = text[at];
  if (unit !== "{" && unit !== "[") return false;
  // `[TOOL_CALLS]` is another family's marker, and no list.
  if (/^\[[A-Z_]+\]/.test(text.slice(at, at + 40))) return false;
  // A name stands at the beginning; arguments before it are rarely longer than this.
  const head = text.slice(at, at + 4000);
  if (calls.kind === "pythonic") return isPythonic(machine, head);
  return calls.kind === "json" && isJson(machine, head, calls.nameKey);
}

function isPythonic({ toolNames }: Machine, head: string): boolean {
  const name = /^\[\s*([A-Za-z_][\w.]*)\s*\(/.exec(head)?.[1];
  if (name === undefined) return false;
  // A function that nobody declared is still a call, where it is written as one: `[f(a=1)]`, `[f()]`.
  return (
    (toolNames?.has(name) ?? false) || /^\[\s*[\w.]+\s*\(\s*(?:\)|[A-Za-z_]\w*\s*=)/.test(head)
  );
}

function isJson({ toolNames }: Machine, head: string, nameKey: string): boolean {
  // `{"name` and the like: JSON that was cut off or is of another dialect may still be meant as a call.
  const named = new RegExp(`["']${nameKey}["']\\s*:\\s*["']([^"'\\n]{1,200})["']?`).exec(head);
  const name = named?.[1];
  if (name === undefined)
    return /^\[?\s*\{\s*["'](?:name)["']?\s*:?\s*["']?$/.test(head) || isBegun(head);
  if (toolNames?.has(name)) return true;
  return /["'](?:parameters|arguments)["']\s*:/.test(head) || isBegun(head);
}

/** Cut off after the name, where the arguments are due. */
function isBegun(head: string): boolean {
  // A bracket that everything stops behind is where a call would begin.
  if (/^(?:\[\s*\{?|\{)\s*(?:["']n?a?m?e?)?$/.test(head)) return true;
  return (
    head.length < 4000 &&
    /^\[?\s*\{\s*["']name["']\s*:\s*["'][^"']*(?:["']\s*,?\s*(?:["']\w*)?)?$/.test(head.trimEnd())
  );
}
