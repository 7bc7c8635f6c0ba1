import type { Finding } from "../findings/finding.ts";
import type { FamilyGuess } from "../grammar/detect-family.ts";
import type { Problem } from "../result.ts";
import type { TurnState } from "../grammar/structure.ts";
import type { Role, SpecialTokens } from "../trajectory/trajectory.ts";
import type { Fidelity } from "./fidelity.ts";
import type { TokenTable } from "../tokens/token-table.ts";

/** A sentence as pieces: plain words, or code shown as such. Never markup. */
export type Prose = readonly ({ readonly text: string } | { readonly code: string })[];

export interface Verdict {
  readonly tone: TurnState | "latent" | "unreadable";
  /** The first sentence, shown strong. */
  readonly headline: Prose;
  readonly sentences: readonly Prose[];
}

export interface TurnView {
  readonly index: number;
  readonly role: Role;
  readonly sampled: boolean;
  /** `assistant 2`. */
  readonly label: string;
  readonly state: TurnState | null;
  readonly startToken: number;
  readonly endToken: number;
  /** Its lines in the transcript view. */
  readonly startLine: number;
  readonly lineCount: number;
}

export interface FindingView extends Finding {
  /** Index in the trajectory's list of findings. */
  readonly index: number;
  /** Token to show it at, also where `token` is null for want of a tokenizer. */
  readonly anchorToken: number;
  readonly line: number;
  /** Of a broken call: what a forgiving parser makes of it, as a sentence. */
  readonly recovery: string | null;
}

/** One trajectory, without its text. */
export interface TrajectoryView {
  readonly index: number;
  readonly revision: number;
  readonly id: string;
  readonly step: number | null;
  readonly group: string | null;
  readonly sample: number | null;
  readonly reward: number | null;
  readonly tokenCount: number;
  readonly tokensFrom: TokenTable["origin"];
  readonly fidelity: Fidelity;
  readonly specialTokens: SpecialTokens;
  /** The tool-call grammar it is read in; null where nothing could be read. */
  readonly family: {
    readonly title: string;
    readonly confidence: FamilyGuess["confidence"];
    /** Why, as a clause. */
    readonly reason: string;
  } | null;
  /** Texts of the family's control tokens; a control's index is its number everywhere. */
  readonly controls: readonly string[];
  /** Name of the policy whose scores are shown, or null while there are none. */
  readonly scoredBy: string | null;
  readonly verdict: Verdict;
  readonly turns: readonly TurnView[];
  readonly lineCount: number;
  readonly findings: readonly FindingView[];
  /** Why nothing of it can be shown; null where it is shown. */
  readonly problem: string | null;
  /** What could not be had though the rest is shown, such as ids that no tokenizer decodes. */
  readonly notes: readonly Pick<Problem, "code" | "message">[];
}
