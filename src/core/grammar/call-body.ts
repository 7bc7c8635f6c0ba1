import type { Marker } from "./markers.ts";
import type { NearMiss } from "./near-miss.ts";

/** Half-open UTF-16 range in the transcript. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where a call's body left its path. */
export interface BodyError {
  /**
   * `syntax`: something else was due; `trailing`: the body was complete and goes on; `truncated`: it stops too early;
   * `markup`: a parameter's or call's own tag is missing, doubled or in the wrong place (F13).
   */
  readonly kind: "syntax" | "trailing" | "truncated" | "markup";
  readonly at: number;
  readonly expected: string;
  /** What exactly is wrong, as a sentence, where `came X where Y was due` would not say it. */
  readonly message?: string;
}

/** Why a complete body is no call, and where. */
export interface ShapeFault {
  readonly at: Range;
  readonly expected: string;
  readonly message: string;
}

/** Text that a tool's schema gives a type to; elements may nest it. */
export type RawValue = string | readonly RawValue[] | { readonly [key: string]: RawValue };

/** Arguments whose text alone does not tell their type: `42` may be a number or a string. Read by `typedArguments`. */
export type RawArguments = ReadonlyMap<string, RawValue>;

/** A call that a body holds. A list or a block of lines holds several. */
export interface BodyCall extends Range {
  readonly name: (Range & { readonly text: string }) | null;
  /** `value` is what a harness would hand to the tool; undefined where it cannot be read. */
  readonly arguments: (Range & { readonly value: unknown; readonly raw?: RawArguments }) | null;
  /** Where each argument's value stands, by name, for syntaxes that are no JSON; null for JSON, which is looked up. */
  readonly argumentRanges: ReadonlyMap<string, Range> | null;
  readonly fault: ShapeFault | null;
  /** A tool of the model's own, which needs no declaration. */
  readonly isBuiltIn?: true;
}

/** What lies between a call's begin and whatever ended it, whatever its syntax. */
export interface CallBody extends Range {
  /** The control token that ended it, legal or not; null at the text's end or where the body ends by itself. */
  readonly closer: Marker | null;
  /** A broken closing marker right after the complete body, which was surely meant as the end. */
  readonly nearCloser: NearMiss | null;
  readonly verdict: "empty" | "valid" | "truncated" | "invalid";
  readonly error: BodyError | null;
  /** Offset after the complete body, or -1. */
  readonly done: number;
  readonly calls: readonly BodyCall[];
  /** What should have closed the complete body beside a control token, and did not come: a code fence. */
  readonly unclosed?: string;
  /** It is written in another notation than the family's own, as the prompt wants it. */
  readonly isTaught?: true;
  /** Broken markers inside it that were taken for what they were meant as. */
  readonly nearMisses?: readonly NearMiss[];
  /** What was due first, in words (`a JSON object: {`), for calls in which nothing came. */
  readonly opens: string;
}
