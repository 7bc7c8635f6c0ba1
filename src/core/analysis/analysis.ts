import type { Finding } from "../findings/finding.ts";
import type { Audit } from "../findings/trajectory-rules/trajectory-rule.ts";
import type { FamilyGuess } from "../grammar/detect-family.ts";
import type { Family } from "../grammar/family.ts";
import type { Structure } from "../grammar/structure.ts";
import type { Problem } from "../result.ts";
import type { Scores } from "../tokens/channel.ts";
import type { SignalColumns, Spike } from "../scoring/signals.ts";
import type { TokenTable } from "../tokens/token-table.ts";
import type { Trajectory } from "../trajectory/trajectory.ts";
import type { Transcript } from "../transcript/transcript.ts";

/** Everything known of one trajectory; every view is built from it. */
export interface Analysis {
  readonly trajectory: Trajectory;
  readonly transcript: Transcript;
  readonly tokens: TokenTable;
  readonly family: Family;
  /** Why it is taken for this family, and how sure that is. */
  readonly familyGuess: FamilyGuess;
  /** Token ids of family.controls; -1 where there is no single id. */
  readonly controlIds: Int32Array;
  /** One per sampled turn, in order. */
  readonly structures: readonly Structure[];
  /** What only the whole trajectory shows; it breaks no turn's structure. In the order of the text. */
  readonly audits: readonly Audit[];
  /** Index into `states` of the machine before each token; 0 (outside) in turns that are not sampled. */
  readonly stateBefore: Uint8Array;
  readonly scores: Scores | null;
  readonly signals: SignalColumns | null;
  readonly spikes: readonly Spike[];
  readonly findings: readonly Finding[];
  readonly baseline: Baseline | null;
  readonly problems: readonly Problem[];
}

/** What is usual of illegal control mass in each state, over the file's scored tokens. Index: state number. NaN where too few. */
export interface Baseline {
  readonly median: Float32Array;
  readonly robustSigma: Float32Array;
  readonly percentile99: Float32Array;
  readonly count: Uint32Array;
  readonly threshold: Float32Array;
}
