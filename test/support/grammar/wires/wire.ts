import type { Notation } from "../notations/notation.ts";
import type { Part } from "../part.ts";
import type { Random } from "../random.ts";
import type { CallPlan } from "../tools.ts";

/** What an assistant's turn should hold. */
export interface TurnPlan {
  readonly thought: string | null;
  readonly prose: string | null;
  readonly calls: readonly CallPlan[];
  /** Text behind the calls, where the family has nothing against it. */
  readonly after: string | null;
}

/**
 * How a family writes a turn, taken from the sources in docs/families.md and nothing else: the readers' data and code are never looked at,
 * so that a mistake in them cannot hide in the bench.
 */
export interface Wire {
  readonly id: string;
  /** A prompt up to where the assistant's turn begins; empty where they do not say the turn markers. */
  readonly prompt: string;
  /** What opens a turn of the user inside of another, or null where no such token is known. */
  readonly turnStart: string | null;
  readonly turnEnd: string | null;
  readonly think: Think | null;
  readonly calls: Notation;
  /** Several calls in one turn. */
  readonly parallel: boolean;
  /** Prose may stand before calls in one turn. */
  readonly mixes: boolean;
  /** Texts that cannot stand in a string, since the string has no escape. */
  readonly closers: readonly string[];
  /** Markers of the family that may stand in strings because those are delimited. */
  readonly inStrings: readonly string[];
  /** Text around plain answers. */
  readonly answer?: readonly [open: string, close: string];
  /** What a policy would write that begins a tool's result, or why there is none to expect. */
  readonly result: string | { readonly none: string };
  /** Whole texts that begin and end a call anew; null where a call has no such marker. */
  readonly opener: string | null;
  readonly closer: string | null;
  /**
   * Text behind calls: `usual` and no finding, or `unknown` where the reference neither forbids it (as for Qwen3-Coder's
   * "NO suffix") nor has a machine without such a path (section, open-call, bare).
   */
  readonly textAfterCalls?: "usual" | "unknown";
  /** The environment writes results into the assistant's own turn. */
  readonly sameTurn?: true;
  /** Puts the turn together where it is not thought, prose, calls, end. */
  readonly compose?: (plan: TurnPlan, random: Random) => readonly Part[];
  /** Turn ends that are legal beside the usual one, by what the turn ends with. */
  readonly endAfterCalls?: string;
}

export interface Think {
  readonly open: string;
  readonly close: string;
  /** `prompt`: the prompt wrote the opener, the policy only closes. `either`: both are seen. */
  readonly by: "policy" | "prompt" | "either";
}
