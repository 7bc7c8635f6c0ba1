import path from "node:path";
import {
  reportProblem,
  reportRate,
  reportTrajectory,
  type FileReport,
  type TrajectoryReport,
} from "../core/report/report.ts";
import type { RememberedMapping } from "../core/formats/mapping/remembered.ts";
import type { Analysis } from "../core/analysis/analysis.ts";
import { sumRates } from "../core/grammar/recoveries.ts";
import type { Problem } from "../core/result.ts";
import { startLocating } from "../core/text/positions.ts";
import type { ScoringProgress } from "../core/views/document.ts";
import type { Engine } from "../node/engine/engine.ts";
import { mappableFields } from "../node/engine/mappable-fields.ts";
import { listFolder } from "./list-folder.ts";
import { suggestMap } from "./map-fields.ts";

export type Analyzed =
  | AnalyzedFile
  /** Healthy files of a folder that are something else: configurations, metrics, a tokenizer. */
  | { readonly kind: "not-rollouts"; readonly paths: readonly string[] }
  /** Links out of a folder, which are not followed. */
  | { readonly kind: "links"; readonly paths: readonly string[] };

export interface AnalyzedFile {
  readonly kind: "file";
  readonly report: FileReport;
  /** What the user must know beside the report, such as a policy that can't score it. */
  readonly complaints: readonly string[];
  /** That the policy would not write this itself, in words; null where it would, or where nobody knows. */
  readonly misfit: string | null;
  /** The file, or a record of it, could not be read. */
  readonly isComplete: boolean;
}

export interface AnalyzeOptions {
  readonly signal: AbortSignal;
  /** For files of no known format. */
  readonly mappings?: readonly RememberedMapping[];
  readonly onProgress: (file: string, progress: ScoringProgress | null) => void;
  /** Called with every trajectory once its file is done. */
  readonly onAnalysis?: (analysis: Analysis, file: string) => void;
}

/** Analyse files one after another; a folder stands for the rollout files directly in it. */
export async function* analyzeFiles(
  engine: Engine,
  paths: readonly string[],
  options: AnalyzeOptions,
): AsyncGenerator<Analyzed> {
  for (const given of paths) {
    const folder = await listFolder(given);
    if (folder === null) {
      yield await analyzeFile(engine, given, options);
      continue;
    }
    const { files, links } = folder;
    if (links.length > 0) yield { kind: "links", paths: links };
    const others: string[] = [];
    for (const file of files) {
      const analyzed = await analyzeFile(engine, file, options);
      if (isSomethingElse(analyzed.report)) others.push(file);
      else yield analyzed;
    }
    if (others.length === files.length) yield nothingIn(given, files.length);
    if (others.length > 0) yield { kind: "not-rollouts", paths: others };
  }
}

/** Not a damaged file: a healthy one that was found in a folder and asked for by nobody. */
function isSomethingElse({ format, problems }: FileReport): boolean {
  return format === null && problems.some(({ code }) => code === "unknown-format");
}

async function analyzeFile(
  engine: Engine,
  file: string,
  { signal, mappings = [], onProgress, onAnalysis }: AnalyzeOptions,
): Promise<AnalyzedFile> {
  let id: number;
  try {
    id = await engine.open(file, signal, mappings);
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return damaged(file, message);
  }
  try {
    // Without scores each trajectory stands alone: collecting them is the analysis, and a pass before it would do it twice.
    if (engine.document(id).context.directory === null) await engine.document(id).file.indexed;
    else
      await engine.analyse(id, 0, signal, (progress) => {
        onProgress(path.basename(file), progress);
      });
    const { trajectories, problems, unreadCount } = await collect(
      engine,
      id,
      (analysis) => onAnalysis?.(analysis, file),
      signal,
    );
    const info = await engine.info(id, signal);
    const suggestion =
      info.format === null
        ? suggestMap(file, await mappableFields(engine.document(id).file), mappings)
        : null;
    return {
      kind: "file",
      report: {
        path: file,
        format: info.format,
        packed: info.packed,
        fidelity: info.fidelity,
        specialTokens: info.specialTokens,
        tokens: info.tokens,
        problems: [...info.problems, ...problems].map(reportProblem),
        recoverable: reportRate(sumRates(trajectories.map(({ recoverable }) => recoverable))),
        trajectories,
      },
      complaints: [info.scoringProblem, suggestion].filter((each) => each !== null),
      misfit: info.misfit,
      isComplete: info.format !== null && unreadCount === 0 && info.scoringProblem === null,
    };
  } finally {
    await engine.close(id);
  }
}

async function collect(
  engine: Engine,
  id: number,
  visit: (analysis: Analysis) => void,
  signal: AbortSignal,
): Promise<{ trajectories: TrajectoryReport[]; problems: Problem[]; unreadCount: number }> {
  const document = engine.document(id);
  const trajectories: TrajectoryReport[] = [];
  const problems: Problem[] = [];
  let unreadCount = 0;
  if (!document.format) return { trajectories, problems, unreadCount };
  for (let index = 0; index < document.trajectoryCount; index++) {
    signal.throwIfAborted();
    const entry = await document.glance(index, signal);
    if (entry.kind === "unreadable") {
      problems.push(entry.problem);
      unreadCount++;
      continue;
    }
    problems.push(...entry.analysis.problems);
    const locate = startLocating(await entry.bytes(), entry.anchor);
    trajectories.push(reportTrajectory(entry.analysis, locate));
    visit(entry.analysis);
  }
  return { trajectories, problems, unreadCount };
}

function unreadable(file: string, message: string): FileReport {
  return {
    path: file,
    format: null,
    packed: null,
    fidelity: "parsed-only",
    specialTokens: "unknown",
    tokens: "words",
    problems: [{ code: "not-readable", message, line: 1 }],
    recoverable: reportRate(sumRates([])),
    trajectories: [],
  };
}

function damaged(file: string, message: string): AnalyzedFile {
  return {
    kind: "file",
    report: unreadable(file, message),
    complaints: [],
    misfit: null,
    isComplete: false,
  };
}

function nothingIn(folder: string, fileCount: number): AnalyzedFile {
  const message =
    fileCount === 0
      ? `${folder} holds no .jsonl, .json, .traj, .eval or .parquet file (folders in it are not looked into)`
      : `${folder} holds no rollouts: its files are something else`;
  return damaged(folder, message);
}
