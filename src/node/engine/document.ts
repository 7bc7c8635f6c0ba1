import { analyse, withScores, withUsual } from "../../core/analysis/analyse.ts";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Format } from "../../core/formats/format.ts";
import { tell, tellingFindings } from "../../core/findings/telling.ts";
import type { RawFinding } from "../../core/marks/marks.ts";
import type { RecordBytes } from "../../core/records/record.ts";
import { findingBytes } from "../../core/report/report.ts";
import type { Problem } from "../../core/result.ts";
import { startLocating, type Anchor } from "../../core/text/positions.ts";
import { buildRow } from "../../core/views/build-row.ts";
import { layOutLines, type LineLayout } from "../../core/views/line-layout.ts";
import type { TrajectoryRow } from "../../core/views/document.ts";
import type { EngineSettings } from "../../protocol/engine.ts";
import { keepRecent } from "./lru.ts";
import { openRollouts, type RolloutFile } from "./open-rollouts.ts";
import type { PolicyContext } from "./policy-context.ts";
import { createTrajectoryReader } from "./read-trajectories.ts";
import { ScoringState } from "./scoring-state.ts";
import { Summaries } from "./summary.ts";

/** One trajectory as far as it could be read. */
export type Entry =
  | {
      readonly kind: "analysed";
      readonly analysis: Analysis;
      readonly record: RecordBytes;
      readonly anchor: Anchor;
      /** Lines of the transcript view; laid out when first asked for. */
      layout(): LineLayout;
    }
  | { readonly kind: "unreadable"; readonly problem: Problem; readonly anchor: Anchor | null };

/** Text kept analysed, in UTF-16 units: with records and columns some 200 MB at the very most. */
const maxKeptUnits = 8_000_000;

/** An open rollout file: its index, and what has been found in it so far. */
export class RolloutDocument {
  readonly path: string;
  readonly file: RolloutFile;
  readonly scoring = new ScoringState();
  readonly summaries = new Summaries();
  revision = 0;
  #first: Analysis | null = null;
  #context: PolicyContext;
  #settings: EngineSettings;
  readonly #entries = keepRecent<Entry>(maxKeptUnits, weigh);
  readonly #reader = createTrajectoryReader();
  readonly #changed: () => void;

  private constructor(path: string, file: RolloutFile, environment: DocumentEnvironment) {
    this.path = path;
    this.file = file;
    this.#context = environment.context;
    this.#settings = environment.settings;
    this.#changed = environment.changed;
  }

  /** Open a file and find its format. Rejects with a reason when the file can't be opened. */
  static async open(
    path: string,
    environment: DocumentEnvironment,
    signal: AbortSignal,
  ): Promise<RolloutDocument> {
    const file = await openRollouts(path, environment.changed, signal);
    return new RolloutDocument(path, file, environment);
  }

  get format(): Format | null {
    return this.file.format;
  }

  /** A trajectory that stands for the file where it is described as a whole; null before one was read. */
  get example(): Analysis | null {
    return this.#first;
  }

  get context(): PolicyContext {
    return this.#context;
  }

  get settings(): EngineSettings {
    return this.#settings;
  }

  get trajectoryCount(): number {
    return this.file.trajectories.count;
  }

  /** Another policy or threshold. What is still true stays. */
  configure(context: PolicyContext, settings: EngineSettings): void {
    const samePolicy = context === this.#context;
    this.#context = context;
    this.#settings = settings;
    if (samePolicy) this.scoring.retell(thresholds(settings));
    else this.scoring.clear();
    this.forget();
  }

  /** Drop what depends on settings; it is made again when asked for. */
  forget(): void {
    this.#entries.clear();
    this.summaries.clear();
    this.change();
  }

  change(): void {
    this.revision++;
    this.#changed();
  }

  /** Analyse one trajectory, with scores where there are some. */
  async entry(trajectory: number, signal: AbortSignal): Promise<Entry> {
    const kept = this.#entries.get(trajectory);
    if (kept) return kept;
    signal.throwIfAborted();
    const entry = await this.#read(trajectory);
    this.#entries.set(trajectory, entry);
    return entry;
  }

  /** Put fresh scores in; spikes follow from what is usual so far. */
  addScores(trajectory: number, scored: Analysis): void {
    const { scores, signals, stateBefore, tokens } = scored;
    if (scores && signals) this.scoring.add(trajectory, { scores, signals, stateBefore, tokens });
  }

  /** Make the row and the findings of a trajectory anew. */
  async summarise(trajectory: number, signal: AbortSignal): Promise<TrajectoryRow> {
    const entry = await this.entry(trajectory, signal);
    if (entry.kind === "unreadable") {
      const record = this.file.trajectories.at(trajectory)?.record ?? trajectory;
      const problem = entry.problem.message;
      const row = buildRow(trajectory, { kind: "unreadable", problem, record });
      this.summaries.set(row, 0, []);
      return row;
    }
    const row = buildRow(trajectory, entry);
    const tokens = entry.analysis.tokens;
    this.summaries.set(row, tokens.ids.length, locateFindings(trajectory, entry));
    return row;
  }

  /** Rebuild an entry whose scores or usual values changed. */
  async refresh(trajectory: number, signal: AbortSignal): Promise<void> {
    const kept = this.#entries.get(trajectory);
    if (kept?.kind === "analysed") {
      this.#entries.set(
        trajectory,
        makeEntry(this.#measured(trajectory, kept.analysis), kept.record, kept.anchor),
      );
    }
    await this.summarise(trajectory, signal);
  }

  /** What is usual changed: entries are told anew when asked for; rows stay until they are refreshed. */
  retell(): void {
    this.#entries.clear();
  }

  async dispose(): Promise<void> {
    this.#entries.clear();
    this.#reader.forget();
    await this.file.close();
  }

  async #read(trajectory: number): Promise<Entry> {
    const { trajectories, index } = this.file;
    const place = trajectories.at(trajectory) ?? { record: index.records.count, part: 0 };
    const reading = await this.#reader.read(this.file, place.record);
    if (reading.kind === "unreadable") return { ...reading, anchor: null };
    const { record, anchor, parsed } = reading;
    const own = parsed.value[place.part];
    if (!own) {
      const problem = parsed.problems[0] ?? emptyRecord(record);
      return { kind: "unreadable", problem, anchor };
    }
    const analysis = analyse(own, this.#context);
    // What is wrong with a record is told once, with the first of its trajectories.
    const ofRecord = place.part === 0 ? parsed.problems : [];
    const all = { ...analysis, problems: [...ofRecord, ...analysis.problems] };
    this.#first ??= all;
    return makeEntry(this.#measured(trajectory, all), record, anchor);
  }

  #measured(trajectory: number, analysis: Analysis): Analysis {
    const scores = this.scoring.get(trajectory);
    const scored = scores ? withScores(analysis, scores) : analysis;
    const usual = this.scoring.usual;
    return usual && scores ? withUsual(scored, usual) : scored;
  }
}

export interface DocumentEnvironment {
  readonly context: PolicyContext;
  readonly settings: EngineSettings;
  /** Something about the document changed. */
  readonly changed: () => void;
}

export function thresholds(settings: EngineSettings): { floor: number; sigmas: number } {
  return { floor: settings.thresholdFloor, sigmas: settings.thresholdSigmas };
}

function makeEntry(analysis: Analysis, record: RecordBytes, anchor: Anchor): Entry {
  let layout: LineLayout | null = null;
  return {
    kind: "analysed",
    analysis,
    record,
    anchor,
    layout: () => (layout ??= layOutLines(analysis)),
  };
}

function weigh(entry: Entry): number {
  return entry.kind === "analysed" ? entry.analysis.transcript.text.length + 1 : 1;
}

function emptyRecord({ line, startByte }: RecordBytes): Problem {
  return { code: "empty-record", message: "The record holds no trajectory", line, startByte };
}

/** Findings at their place in the raw file. */
function locateFindings(
  trajectory: number,
  { analysis, record, anchor }: Extract<Entry, { readonly kind: "analysed" }>,
): readonly RawFinding[] {
  const locate = startLocating(record.bytes, anchor);
  const telling = new Set(tellingFindings(analysis.findings));
  return analysis.findings.flatMap((finding, index) => {
    if (!telling.has(finding)) return [];
    const { startByte, endByte } = findingBytes(analysis, finding);
    const start = locate(startByte);
    const end = locate(endByte);
    return {
      trajectory,
      index,
      kind: finding.kind,
      rule: finding.rule,
      severity: finding.severity,
      message: tell(finding),
      startByte,
      endByte,
      startLine: start.line,
      startColumn: start.column,
      endLine: end.line,
      endColumn: end.column,
    };
  });
}
