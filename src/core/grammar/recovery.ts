import type { RuleId } from "./rule-id.ts";

/**
 * A broken call read again as a forgiving parser would: whether the policy still knew what to call and with what, so that
 * only the format is gone.
 */
export interface Recovery {
  /** The broken call, or the text that was meant as one; UTF-16 in the transcript. */
  readonly start: number;
  readonly end: number;
  /** The break that it is about, and where that is. */
  readonly rule: RuleId;
  readonly breakStart: number;
  /** `yes`: it names a declared tool with arguments valid for its schema. `unknown`: nothing tells. */
  readonly recoverable: "yes" | "no" | "unknown";
  /** One plain sentence: how it can be read, or why it cannot. */
  readonly how: string;
  readonly name: string | null;
  /** What would be handed to the tool; null where nothing was read. */
  readonly arguments: unknown;
}
