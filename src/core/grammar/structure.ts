import type { Range } from "./call-body.ts";
import type { RuleId, Severity } from "./rule-id.ts";
import type { Recovery } from "./recovery.ts";

/** State of a sampled turn (reference: arXiv 2606.26027, table 3). */
export const turnStates = ["healthy-call", "healthy-response", "polluted", "collapsed"] as const;
export type TurnState = (typeof turnStates)[number];

/** The machine's state over a turn's body, as runs of UTF-16 offsets in the transcript; each run ends where the next begins. */
export interface StateRuns {
  readonly start: Uint32Array;
  /** Index into `states`. */
  readonly state: Uint8Array;
  readonly end: number;
}

/** A call found in a sampled turn. Ranges are UTF-16 offsets in the transcript. */
export interface Call {
  readonly start: number;
  readonly end: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly closed: boolean;
  readonly body: "valid" | "truncated" | "invalid" | "empty";
  readonly name: { readonly text: string; readonly start: number; readonly end: number } | null;
  readonly arguments: {
    readonly value: unknown;
    readonly start: number;
    readonly end: number;
  } | null;
  /** Where each argument's value stands, by name, in syntaxes that are no JSON; null for JSON. */
  readonly argumentRanges: ReadonlyMap<string, Range> | null;
  /** A tool of the model's own, which needs no declaration. */
  readonly isBuiltIn?: true;
}

/** Where structure left the legal path. */
export interface Break {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** UTF-16 range in the transcript; `start` is where the first offending token begins. */
  readonly start: number;
  readonly end: number;
  /** State before it, in words (`call > arguments > string`). */
  readonly state: string;
  readonly expected: string;
  readonly came: string;
  /** Index of the control token in the family, or null. */
  readonly control: number | null;
  /** UTF-16 offset where the structure is legal again, or null. */
  readonly recoversAt: number | null;
  /** One sentence in plain words. */
  readonly message: string;
}

/** The parse of one sampled turn. */
export interface Structure {
  readonly turn: number;
  readonly runs: StateRuns;
  readonly calls: readonly Call[];
  readonly breaks: readonly Break[];
  readonly state: TurnState;
  /** Its broken calls, read again leniently. */
  readonly recoveries: readonly Recovery[];
}
