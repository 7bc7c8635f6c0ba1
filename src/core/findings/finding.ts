import type { Severity } from "../grammar/rule-id.ts";

/** A break, a spike or an audit remark: what Problems, the command line and the views show. */
export interface Finding {
  readonly kind: "break" | "spike" | "audit";
  /** `F02`, or `spike/illegal-mass`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly turn: number;
  /** Token number; null where no tokenizer is known. */
  readonly token: number | null;
  /** UTF-16 range in the transcript. */
  readonly start: number;
  readonly end: number;
  /** Text of the control token it is about. */
  readonly control: string | null;
  readonly probability: number | null;
  /** `recorded` or `scored`: where the probability comes from. */
  readonly origin: "recorded" | "scored" | null;
  /** The control token was sampled; false: latent; null: not about sampling. */
  readonly fired: boolean | null;
  readonly message: string;
}
