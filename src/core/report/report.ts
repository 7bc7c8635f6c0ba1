import type { Analysis } from "../analysis/analysis.ts";
import type { Finding } from "../findings/finding.ts";
import type { FamilyGuess } from "../grammar/detect-family.ts";
import {
  recoverableRate,
  recoveryOf,
  shareOfRecoverable,
  type RecoverableRate,
} from "../grammar/recoveries.ts";
import type { Recovery } from "../grammar/recovery.ts";
import type { TurnState } from "../grammar/structure.ts";
import type { Packed } from "../records/packed.ts";
import type { Problem } from "../result.ts";
import type { Channel } from "../tokens/channel.ts";
import type { SpecialTokens, Role } from "../trajectory/trajectory.ts";
import type { Transcript } from "../transcript/transcript.ts";
import { fidelityOf, type Fidelity, type FidelityFacts } from "../views/fidelity.ts";
import { toByteRange, type ByteRange } from "../text/source-map.ts";

/** What `derail analyze --format json` prints, version 1; its schema is `media/analysis.schema.json`. */
export interface Report {
  readonly version: 1;
  readonly files: readonly FileReport[];
  /** Files of the folders that were asked for which are something else, such as a configuration. */
  readonly notRollouts: readonly string[];
}

export interface FileReport {
  readonly path: string;
  readonly format: string | null;
  /** Null: the file is read as it is. Else bytes, lines and columns are those of the unpacked text. */
  readonly packed: Packed | null;
  /** Of its first trajectory, as are the next two. */
  readonly fidelity: Fidelity;
  readonly specialTokens: SpecialTokens;
  /** `file`: not re-tokenized. */
  readonly tokens: FidelityFacts["tokens"];
  readonly problems: readonly ProblemReport[];
  readonly recoverable: RecoverableReport;
  readonly trajectories: readonly TrajectoryReport[];
}

/** Broken calls that still name a declared tool with valid arguments, read leniently. */
export interface RecoverableReport extends RecoverableRate {
  /** `recoverable` of those that could be judged; null where none could. */
  readonly share: number | null;
}

/** `line` counts from one, as editors show it. */
export interface ProblemReport {
  readonly code: string;
  readonly message: string;
  readonly line: number;
}

export interface TrajectoryReport {
  readonly id: string;
  readonly step: number | null;
  readonly group: string | null;
  readonly sample: number | null;
  readonly reward: number | null;
  readonly fidelity: Fidelity;
  readonly specialTokens: SpecialTokens;
  readonly tokens: FidelityFacts["tokens"];
  readonly channels: readonly ChannelReport[];
  /** Other tokens that the file names, and at how many tokens it does; null where it names none. */
  readonly alternatives: { readonly key: string; readonly tokens: number } | null;
  /** The tool-call grammar it was read in; `reason` is a clause. */
  readonly family: {
    readonly id: string;
    readonly confidence: FamilyGuess["confidence"];
    readonly reason: string;
  };
  readonly turns: readonly {
    readonly index: number;
    readonly role: Role;
    readonly sampled: boolean;
    readonly state: TurnState | null;
  }[];
  readonly recoverable: RecoverableReport;
  readonly findings: readonly FindingReport[];
}

/** A number a token that the file recorded. */
export interface ChannelReport {
  readonly name: Channel["name"];
  /** The field's own name in the file; null where it is not known. */
  readonly key: string | null;
  readonly by: "rollout" | "trainer";
  /** Tokens that have a value. */
  readonly count: number;
}

export interface FindingReport {
  readonly kind: Finding["kind"];
  readonly rule: string;
  readonly severity: Finding["severity"];
  readonly turn: number;
  readonly token: number | null;
  readonly control: string | null;
  readonly probability: number | null;
  readonly origin: Finding["origin"];
  readonly fired: boolean | null;
  readonly message: string;
  /** Of a break in a call: whether a forgiving parser can still read it. */
  readonly recovery: Pick<Recovery, "recoverable" | "how" | "name"> | null;
  readonly source: SourceReport;
}

/** Bytes in the file, half-open; line and column count from one, columns in UTF-16 units. */
export interface SourceReport {
  readonly startByte: number;
  readonly endByte: number;
  readonly line: number;
  readonly column: number;
}

/** Zero-based line and UTF-16 column of a byte in the file. */
export type Locate = (byte: number) => { readonly line: number; readonly column: number };

export function reportTrajectory(analysis: Analysis, locate: Locate): TrajectoryReport {
  const { trajectory, transcript, structures, familyGuess } = analysis;
  const stateOf = new Map(structures.map((structure) => [structure.turn, structure.state]));
  return {
    id: trajectory.id,
    step: trajectory.step,
    group: trajectory.group,
    sample: trajectory.sample,
    reward: trajectory.reward,
    ...fidelityOf(analysis),
    channels: transcript.recorded.flatMap(reportChannel),
    alternatives: reportAlternatives(transcript),
    family: {
      id: familyGuess.family.id,
      confidence: familyGuess.confidence,
      reason: familyGuess.reason,
    },
    turns: transcript.turns.map(({ index, role, sampled }) => ({
      index,
      role,
      sampled,
      state: stateOf.get(index) ?? null,
    })),
    recoverable: reportRate(recoverableRate(structures)),
    findings: analysis.findings.map((finding) => reportFinding(analysis, finding, locate)),
  };
}

function reportChannel({ name, key, origin, values }: Channel): readonly ChannelReport[] {
  if (origin.kind !== "recorded") return [];
  const count = values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
  return [{ name, key: key ?? null, by: origin.by, count }];
}

function reportAlternatives({ alternatives }: Transcript): TrajectoryReport["alternatives"] {
  if (!alternatives) return null;
  const { key, row } = alternatives;
  return { key, tokens: row.filter((end, at) => at > 0 && end > (row[at - 1] ?? 0)).length };
}

/** A rate with its share, for one trajectory or the sum of a file's. */
export function reportRate(rate: RecoverableRate): RecoverableReport {
  const { broken, recoverable, unrecoverable, unknown } = rate;
  return { broken, recoverable, unrecoverable, unknown, share: shareOfRecoverable(rate) };
}

export function reportProblem({ code, message, line }: Problem): ProblemReport {
  return { code, message, line: line + 1 };
}

function reportFinding(analysis: Analysis, finding: Finding, locate: Locate): FindingReport {
  const { kind, rule, severity, turn, token, control, probability, origin, fired, message } =
    finding;
  const { startByte, endByte } = findingBytes(analysis, finding);
  const { line, column } = locate(startByte);
  const recovery = recoveryOf(analysis.structures, finding);
  return {
    kind,
    rule,
    severity,
    turn,
    token,
    control,
    probability,
    origin,
    fired,
    message,
    recovery: recovery
      ? { recoverable: recovery.recoverable, how: recovery.how, name: recovery.name }
      : null,
    source: { startByte, endByte, line: line + 1, column: column + 1 },
  };
}

/** The bytes of the file a finding speaks of. */
export function findingBytes({ transcript }: Analysis, { start, end }: Finding): ByteRange {
  return toByteRange(transcript.map, start, end);
}
