import type { RuleId } from "../../grammar/rule-id.ts";

/** What a rule means, for people. Texts are Markdown with nothing but `code` in it. */
export interface Explanation {
  readonly rule: RuleId;
  readonly title: string;
  /** Severity, and what becomes of the turn's state. */
  readonly level: string;
  readonly what: string;
  /** Family whose turn or rollout the example is. */
  readonly family: string;
  readonly example: string;
  /** Where it stands, what was due and where structure is legal again. */
  readonly place: string;
  readonly why: string;
  readonly remedy: string;
  /** What looks alike and is not reported; null where there is nothing to say. */
  readonly silent: string | null;
  /** Public reports of it. */
  readonly seen: string;
}
