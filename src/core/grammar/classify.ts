import type { RuleId } from "./rule-id.ts";
import type { Break, Call, TurnState } from "./structure.ts";
import type { TurnScan } from "./turn-scan.ts";

/** What a turn's state depends on. `text` is the transcript. */
export interface ClassifyInput {
  readonly text: string;
  readonly scan: TurnScan;
  readonly calls: readonly Call[];
  readonly breaks: readonly Pick<Break, "rule" | "severity">[];
}

/**
 * State of a sampled turn, after arXiv 2606.26027, table 3. The paper's script is not public; these definitions are ours.
 *
 * - collapsed: control tokens in a row that make no legal path; or a turn that says nothing; or nothing but calls in
 *   which not even a tool's name can be read ("undecodable" there). A call that names its tool and is cut off is polluted.
 * - polluted: any other break, but for text after a call, an unknown tool, a schema violation, a call inside thinking
 *   and a repetition that came to an end.
 */
export function classifyTurn(input: ClassifyInput): TurnState {
  const { breaks, calls } = input;
  if (breaks.some(isCollapse) || saysNothing(input)) return "collapsed";
  if (breaks.some((broken) => !isHarmless(broken))) return "polluted";
  return calls.length > 0 ? "healthy-call" : "healthy-response";
}

const harmless: ReadonlySet<RuleId> = new Set(["F10", "F11", "F12", "F15"]);

/** A repetition that came to an end left a turn that can be used. */
function isHarmless({ rule, severity }: Pick<Break, "rule" | "severity">): boolean {
  return harmless.has(rule) || (rule === "F20" && severity === "warning");
}

/** A repetition up to the limit leaves nothing; F23 as a warning is an answer that is missing after real thinking. */
function isCollapse({ rule, severity }: Pick<Break, "rule" | "severity">): boolean {
  return rule === "F19" || ((rule === "F20" || rule === "F23") && severity === "error");
}

function saysNothing({ text, scan, calls, breaks }: ClassifyInput): boolean {
  if (
    scan.hasProse ||
    // A call in another grammar can be read by whoever knows that one.
    breaks.some(({ rule }) => rule === "F24") ||
    scan.facts.some(({ kind }) => kind === "foreign-open" || kind === "missing-opener")
  )
    return false;
  if (calls.length === 0) return !scan.hasThought && scan.controlCount > 0;
  return !calls.some((call) => call.name !== null || namesTool(text, call));
}

/**
 * Whether a person can read which tool was meant although no parser can: single quotes, a list of calls, a name that is
 * cut off, another model's `<function=NAME>`, a name with a tag right behind it. Such a call is broken, yet no
 * meaningless string.
 */
function namesTool(text: string, call: Call): boolean {
  // A name stands at the beginning; the arguments before it are rarely longer than this.
  const body = text.slice(call.bodyStart, Math.min(call.bodyEnd, call.bodyStart + 2000));
  return namings.some((naming) => naming.test(body));
}

const namings: readonly RegExp[] = [
  /^\s*<function=[^\s<>=]/u,
  /^\s*[\p{L}_][\p{L}\p{N}_.-]*<\/?[a-z]/u,
  /["']?name["']?\s*[:=]\s*["'][\p{L}\p{N}]/u,
  // Hermes writes the name behind the arguments, which a length limit may cut off.
  /["'](?:arguments|parameters)["']\s*:\s*\{\s*["'][\p{L}\p{N}]/u,
];
