import { withScores } from "../../core/analysis/analyse.ts";
import type { ScoringProgress } from "../../core/views/document.ts";
import type { Scores } from "../../core/tokens/channel.ts";
import { thresholds, type RolloutDocument } from "./document.ts";
import { startPacing } from "./pace.ts";
import { mostCounted } from "./totals.ts";

/** Scores one sequence; the process behind it is the scorer's. */
export type ScoreSequence = (
  ids: Int32Array,
  controlIds: Int32Array,
  onProgress: (doneTokens: number) => void,
  signal: AbortSignal,
) => Promise<Scores>;

export interface AnalyseOptions {
  /** Trajectory to score before the others: the one on screen. */
  readonly first: number;
  /** Null: structure only. */
  readonly score: ScoreSequence | null;
  readonly onProgress: (progress: ScoringProgress | null) => void;
  /** What could not be scored and why, once all is done. */
  readonly onUnscored: (message: string) => void;
}

/** What is usual settles quickly; sorting all values again after every trajectory would not pay, nor as often later on. */
const firstRefreshMs = 1000;
const refreshGrowth = 1.5;

/**
 * Analyse every trajectory of a file, then score each. The scores of all of them together say what is usual, so
 * spikes are told provisionally while scoring goes on and for good at its end.
 */
export async function analyseFile(
  document: RolloutDocument,
  options: AnalyseOptions,
  signal: AbortSignal,
): Promise<void> {
  const breathe = startPacing(signal);
  await document.file.indexed;
  // What is added meanwhile is looked at in another round.
  for (let seen = -1; seen < analysable(document);) {
    seen = analysable(document);
    for (const trajectory of inOrder(seen, options.first)) {
      await breathe();
      if (document.summaries.isAnalysed(trajectory)) continue;
      if (trajectory >= document.trajectoryCount) break;
      await document.summarise(trajectory, signal);
      document.change();
    }
  }
  if (options.score) await scoreAll(document, options, options.score, signal);
}

async function scoreAll(
  document: RolloutDocument,
  options: AnalyseOptions,
  score: ScoreSequence,
  signal: AbortSignal,
): Promise<void> {
  const count = analysable(document);
  const meter = startMeter(document.summaries.totalTokens);
  const unscored: string[] = [];
  let refreshedAt = -Infinity;
  let refreshEveryMs = firstRefreshMs;
  try {
    for (const trajectory of inOrder(count, options.first)) {
      signal.throwIfAborted();
      if (trajectory >= document.trajectoryCount) continue;
      const before = meter.doneTokens;
      const tell = (done: number): void => {
        options.onProgress(meter.at(before + done));
      };
      const problem = await scoreOne(document, trajectory, { score, tell, signal });
      if (problem !== null) unscored.push(problem);
      options.onProgress(meter.at(before + document.summaries.tokenCount(trajectory)));
      if (performance.now() - refreshedAt > refreshEveryMs) {
        document.scoring.refresh(thresholds(document.settings));
        refreshedAt = performance.now();
        refreshEveryMs *= refreshGrowth;
      }
      await document.refresh(trajectory, signal);
      document.change();
    }
  } finally {
    options.onProgress(null);
  }
  const [why] = unscored;
  if (why !== undefined)
    options.onUnscored(`${String(unscored.length)} of ${String(count)} not scored: ${why}`);
  document.scoring.refresh(thresholds(document.settings));
  document.retell();
  const breathe = startPacing(signal);
  for (const trajectory of inOrder(count, options.first)) {
    await breathe();
    if (trajectory >= document.trajectoryCount) break;
    await document.refresh(trajectory, signal);
  }
  document.change();
}

/** Failures that are one sequence's own: the others can still be scored. */
const ownReasons: ReadonlySet<string> = new Set(["too-long", "vocabulary-mismatch"]);

const full =
  "Derail keeps the scores of about two million tokens in memory; the rest of the file is not scored. Split the file to see it";

/** Score one trajectory; gives why it can't be, or null. */
async function scoreOne(
  document: RolloutDocument,
  trajectory: number,
  run: {
    readonly score: ScoreSequence;
    readonly tell: (doneTokens: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<string | null> {
  if (document.scoring.get(trajectory)) return null;
  const { context } = document;
  const entry = await document.entry(trajectory, run.signal);
  if (entry.kind === "unreadable") return null;
  const { tokens, controlIds, transcript } = entry.analysis;
  // Ids beyond the policy's vocabulary are another model's; without any tokenizer nobody can say so beforehand.
  if (transcript.origin === "undecoded" && context.tokenizer !== null) return null;
  // Words have no ids, and of what is not spelled in the file only a tokenizer gives them.
  if (tokens.ids.length === 0 || tokens.ids.includes(-1)) return null;
  if (document.scoring.isFull) return full;
  const known = controlIds.filter((id) => id >= 0);
  try {
    const scores = await run.score(tokens.ids, known, run.tell, run.signal);
    // Another policy was chosen meanwhile: these numbers are nobody's.
    if (document.context !== context) return null;
    document.addScores(trajectory, withScores(entry.analysis, spread(scores, controlIds)));
    return null;
  } catch (error) {
    if (reasonOf(error) === null || !ownReasons.has(reasonOf(error) ?? "")) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

function reasonOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("reason" in error)) return null;
  return typeof error.reason === "string" ? error.reason : null;
}

/** One column for every control of the family, so that a control's number is its column; NaN where it has no single id. */
function spread(scores: Scores, controlIds: Int32Array): Scores {
  if (!controlIds.includes(-1)) return scores;
  const width = controlIds.length;
  const controlLogProbs = new Float32Array(scores.tokenCount * width).fill(NaN);
  for (const [control, id] of controlIds.entries()) {
    const from = scores.controlIds.indexOf(id);
    if (id < 0 || from < 0) continue;
    for (let token = 0; token < scores.tokenCount; token++) {
      controlLogProbs[token * width + control] =
        scores.controlLogProbs[token * scores.controlIds.length + from] ?? NaN;
    }
  }
  return { ...scores, controlIds, controlLogProbs };
}

/** What is beyond is analysed when it is shown. */
function analysable(document: RolloutDocument): number {
  return Math.min(document.trajectoryCount, mostCounted);
}

/** All numbers below `count`, `first` first. */
function* inOrder(count: number, first: number): Generator<number> {
  if (first >= 0 && first < count) yield first;
  for (let index = 0; index < count; index++) if (index !== first) yield index;
}

function startMeter(totalTokens: number): {
  readonly doneTokens: number;
  at(doneTokens: number): ScoringProgress;
} {
  const start = performance.now();
  let done = 0;
  return {
    get doneTokens() {
      return done;
    },
    at(doneTokens) {
      done = doneTokens;
      const seconds = (performance.now() - start) / 1000;
      const tokensPerSecond = seconds > 0 ? doneTokens / seconds : 0;
      const left = (totalTokens - doneTokens) / tokensPerSecond;
      return { doneTokens, totalTokens, tokensPerSecond, secondsLeft: left };
    },
  };
}
