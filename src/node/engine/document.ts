import { analyse, withScores, withUsual } from "../../core/analysis/analyse.ts";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Format } from "../../core/formats/format.ts";
import type { RememberedMapping } from "../../core/formats/mapping/remembered.ts";
import { buildRow } from "../../core/views/build-row.ts";
import type { TrajectoryRow } from "../../core/views/document.ts";
import type { EngineSettings } from "../../protocol/engine.ts";
import { makeEntry, weighEntry, type Entry } from "./entry.ts";
import { locateFindings } from "./locate-findings.ts";
import { keepRecent } from "./lru.ts";
import { findTrajectory } from "./find-trajectory.ts";
import { followFile, type Following } from "./follow-file.ts";
import { openRollouts, type OpenOptions, type RolloutFile } from "./open-rollouts.ts";
import type { PolicyContext } from "./policy-context.ts";
import { createTrajectoryReader } from "./read-trajectories.ts";
import { fidelityOf, type FidelityFacts } from "../../core/views/fidelity.ts";
import { ScoringState } from "./scoring-state.ts";
import { Summaries } from "./summary.ts";

/** What is told of a file by one of its trajectories. */
export interface Example extends FidelityFacts {
  /** Title of the grammar it is written in. */
  readonly family: string;
}

/** Text kept analysed, in UTF-16 units: with records and columns some 200 MB at the very most. */
const maxKeptUnits = 8_000_000;

/** An open rollout file: its index, and what has been found in it so far. */
export class RolloutDocument {
  readonly path: string;
  readonly scoring = new ScoringState();
  readonly summaries = new Summaries();
  revision = 0;
  #file: RolloutFile;
  /** Counts up when what was read may no longer be so. */
  #generation = 0;
  #example: Example | null = null;
  #context: PolicyContext;
  #settings: EngineSettings;
  readonly #entries = keepRecent<Entry>(maxKeptUnits, weighEntry);
  readonly #reader = createTrajectoryReader();
  readonly #environment: DocumentEnvironment;
  readonly #following: Following;

  private constructor(path: string, file: RolloutFile, environment: DocumentEnvironment) {
    this.path = path;
    this.#file = file;
    this.#context = environment.context;
    this.#settings = environment.settings;
    this.#environment = environment;
    this.#following = followFile(this, environment.followEveryMs ?? null);
  }

  /** Open a file and find its format. Rejects with a reason when the file can't be opened. */
  static async open(
    path: string,
    environment: DocumentEnvironment,
    signal: AbortSignal,
  ): Promise<RolloutDocument> {
    const file = await openRollouts(path, openOptions(environment), signal);
    return new RolloutDocument(path, file, environment);
  }

  /** The file as it is now: another one where it was replaced on disk. */
  get file(): RolloutFile {
    return this.#file;
  }

  get format(): Format | null {
    return this.file.format;
  }

  /** What its first trajectory says of the file as a whole; null before one was read. */
  get example(): Example | null {
    return this.#example;
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
    this.#environment.changed();
  }

  /** Look whether the file on disk has grown, or is another one. */
  async look(): Promise<void> {
    await this.#following.look();
  }

  /** Read on at the end that the file had. Trajectories that were complete stay as they are. */
  async grow(): Promise<void> {
    const first = this.#file.firstOpen;
    this.#forgetFrom(first);
    await this.#file.goOn();
    // Asked for meanwhile, they were read in part.
    this.#forgetFrom(first);
    this.change();
    this.#environment.grown?.();
  }

  async rest(): Promise<void> {
    if (await this.#file.rest()) this.change();
  }

  /** The file was replaced or cut: read it anew. As long as there is none to read, what is known stays. */
  async replace(): Promise<void> {
    const old = this.#file;
    const options = openOptions(this.#environment);
    const next = await openRollouts(this.path, options, never).catch(() => null);
    if (!next) return;
    this.#file = next;
    this.#example = null;
    this.scoring.clear();
    this.#generation++;
    this.#reader.forget();
    this.forget();
    await old.close();
    this.#environment.grown?.();
  }

  #forgetFrom(trajectory: number): void {
    this.#generation++;
    this.#reader.forget();
    this.#entries.deleteFrom(trajectory);
    this.summaries.deleteFrom(trajectory);
    this.scoring.deleteFrom(trajectory);
  }

  /** Analyse one trajectory, with scores where there are some. */
  async entry(trajectory: number, signal: AbortSignal): Promise<Entry> {
    const kept = this.#entries.get(trajectory);
    if (kept) return kept;
    signal.throwIfAborted();
    const generation = this.#generation;
    const entry = await this.#read(trajectory);
    if (generation === this.#generation) this.#entries.set(trajectory, entry);
    return entry;
  }

  /** Put fresh scores in; spikes follow from what is usual so far. */
  addScores(trajectory: number, scored: Analysis): void {
    const { scores, signals, stateBefore, tokens } = scored;
    if (scores && signals) this.scoring.add(trajectory, { scores, signals, stateBefore, tokens });
  }

  /** Make the row and the findings of a trajectory anew. */
  async summarise(trajectory: number, signal: AbortSignal): Promise<TrajectoryRow> {
    const entry = await this.glance(trajectory, signal);
    if (entry.kind === "unreadable") {
      const record = this.file.trajectories.at(trajectory)?.record ?? trajectory;
      const problem = entry.problem.message;
      const row = buildRow(trajectory, { kind: "unreadable", problem, record });
      this.summaries.set(row, 0, []);
      return row;
    }
    const row = buildRow(trajectory, entry);
    const tokens = entry.analysis.tokens;
    this.summaries.set(
      row,
      tokens.ids.length,
      await locateFindings(trajectory, entry, this.file.source.packed ?? null),
    );
    return row;
  }

  /** As `entry`; of a file that can't be kept as a whole it keeps nothing, so that what is on screen stays kept. */
  async glance(trajectory: number, signal: AbortSignal): Promise<Entry> {
    if (this.file.sizeBytes <= maxKeptUnits) return this.entry(trajectory, signal);
    signal.throwIfAborted();
    return this.#entries.get(trajectory) ?? this.#read(trajectory);
  }

  /** Rebuild an entry whose scores or usual values changed. */
  async refresh(trajectory: number, signal: AbortSignal): Promise<void> {
    const kept = this.#entries.get(trajectory);
    if (kept?.kind === "analysed") {
      this.#entries.set(
        trajectory,
        makeEntry(this.#measured(trajectory, kept.analysis), kept.bytes, kept.anchor),
      );
    }
    await this.summarise(trajectory, signal);
  }

  /** What is usual changed: entries are told anew when asked for; rows stay until they are refreshed. */
  retell(): void {
    this.#entries.clear();
  }

  async dispose(): Promise<void> {
    this.#following.stop();
    this.#entries.clear();
    this.#reader.forget();
    await this.#file.close();
  }

  async #read(trajectory: number): Promise<Entry> {
    const found = await findTrajectory(this.file, this.#reader, trajectory);
    if (found.kind === "unreadable") return found;
    const analysis = lean(analyse(found.own, this.#context));
    const all = { ...analysis, problems: [...found.problems, ...analysis.problems] };
    this.#example ??= { ...fidelityOf(all), family: all.family.title };
    return makeEntry(this.#measured(trajectory, all), found.bytes, found.anchor);
  }

  #measured(trajectory: number, analysis: Analysis): Analysis {
    const known = this.scoring.get(trajectory);
    // Made of what the file was before it changed, they are of other tokens.
    const scores = known?.tokenCount === analysis.tokens.ids.length ? known : undefined;
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
  /** The file on disk has more trajectories than were looked at, or others. */
  readonly grown?: () => void;
  /** Between two looks at whether the file has changed on disk; null or absent: only `look` looks. */
  readonly followEveryMs?: number | null;
  /** The file may be written by others while it is open. */
  readonly isFollowed?: boolean;
  /** For a file of no known format. */
  readonly mappings?: readonly RememberedMapping[];
}

const never = new AbortController().signal;

function openOptions({ changed, isFollowed, mappings }: DocumentEnvironment): OpenOptions {
  return { onIndexed: changed, isFollowed: isFollowed ?? false, mappings: mappings ?? [] };
}

export function thresholds(settings: EngineSettings): { floor: number; sigmas: number } {
  return { floor: settings.thresholdFloor, sigmas: settings.thresholdSigmas };
}

/** Without the file's own text where that was not changed: the transcript is it. */
function lean(analysis: Analysis): Analysis {
  const { trajectory } = analysis;
  if (trajectory.body.kind !== "wire") return analysis;
  return { ...analysis, trajectory: { ...trajectory, body: { kind: "wire", pieces: [] } } };
}
