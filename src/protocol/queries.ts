import type { Mapping } from "../core/formats/mapping/mapping.ts";
import type { Candidate } from "../core/formats/mapping/suggest.ts";
import type { RawFinding, TranscriptMarks } from "../core/marks/marks.ts";
import type { TokenCard } from "../core/views/card.ts";
import type { DocumentInfo, TrajectoryRow } from "../core/views/document.ts";
import type { LineSlice } from "../core/views/lines.ts";
import type { Series } from "../core/views/series.ts";
import type { TrajectoryView } from "../core/views/trajectory.ts";

/** What may be asked of one open file. Everything is pulled by range; nobody gets the whole file. */
export interface DocumentQueries {
  info(params: object, signal: AbortSignal): Promise<DocumentInfo>;
  rows(params: Range, signal: AbortSignal): Promise<RowSlice>;
  trajectory(params: Which, signal: AbortSignal): Promise<TrajectoryView>;
  /** `control`: heat of one control token where it is illegal; null or absent: of all of them together. */
  lines(
    params: Which & Range & { readonly control?: number | null },
    signal: AbortSignal,
  ): Promise<LineSlice>;
  card(params: Which & { readonly token: number }, signal: AbortSignal): Promise<TokenCard>;
  /** At most `width` points a curve, between two tokens. */
  series(
    params: Which & {
      readonly startToken: number;
      readonly endToken: number | null;
      readonly width: number;
    },
    signal: AbortSignal,
  ): Promise<Series>;
}

export interface Which {
  readonly trajectory: number;
}

/** Clamped by the host to what exists and to at most 500 entries a call. */
export interface Range {
  readonly from: number;
  readonly count: number;
}

export interface RowSlice {
  readonly revision: number;
  readonly from: number;
  readonly rows: readonly TrajectoryRow[];
}

/** What the text editors need beside the queries of the page. */
export interface EditorQueries {
  marks(params: Which, signal: AbortSignal): Promise<TranscriptMarks>;
  /** Findings of the trajectories analysed so far, at most `limit`, worst first within a trajectory. */
  rawFindings(
    params: { readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly RawFinding[]>;
  /** The token at an offset of the transcript, or the place of a token there; null outside. */
  locate(
    params: Which & { readonly at: { readonly offset: number } | { readonly token: number } },
    signal: AbortSignal,
  ): Promise<TokenPlace | null>;
  /** Where the record, or one of its findings, is in the raw file; null where it isn't known, or the file is packed. */
  source(
    params: Which & { readonly finding: number | null },
    signal: AbortSignal,
  ): Promise<RawPlace | null>;
  /** Records that begin on the given zero-based lines of the raw file, for CodeLens. */
  records(
    params: { readonly fromLine: number; readonly toLine: number },
    signal: AbortSignal,
  ): Promise<readonly RecordLens[]>;
  /** What of the first record that has fields may be mapped; null where none has. */
  fields(params: object, signal: AbortSignal): Promise<MappableFields | null>;
}

/** The fields of a record, for a person to say which is what. */
export interface MappableFields {
  /** What other records of the same program share with it. */
  readonly shape: string;
  readonly candidates: readonly Candidate[];
  /** A first guess; null where nothing looks like a rollout. */
  readonly suggestion: Mapping | null;
}

export interface RecordLens {
  readonly trajectory: number;
  readonly line: number;
  readonly text: string;
}

/** A token in the transcript, UTF-16. */
export interface TokenPlace {
  readonly token: number;
  readonly start: number;
  readonly end: number;
}

/** A place in the raw file: zero-based lines, UTF-16 columns in those lines. */
export interface RawPlace {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
