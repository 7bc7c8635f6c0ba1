import type { DocumentInfo, ScoringProgress } from "../../core/views/document.ts";
import { misfitSentence } from "../../core/scoring/policy-fit.ts";
import type { Example, RolloutDocument } from "./document.ts";

export interface ScoringStatus {
  readonly progress: ScoringProgress | null;
  readonly problem: string | null;
}

/** Problems sent along; the others are counted. */
const maxProblems = 100;

const nothingKnown: Example = {
  family: "",
  fidelity: "parsed-only",
  specialTokens: "unknown",
  tokens: "words",
};

/** A file as a whole, at this moment. */
export function describeDocument(document: RolloutDocument, status: ScoringStatus): DocumentInfo {
  const { file, format, context, summaries, scoring } = document;
  const { index } = file;
  const { filling } = file.source;
  // While a packed file is unpacked, only its packed size is known.
  const read = filling
    ? { indexedBytes: filling.doneBytes, sizeBytes: filling.totalBytes }
    : { indexedBytes: index.indexedBytes, sizeBytes: file.sizeBytes };
  const totals = summaries.count();
  const problems = [...file.problems, ...index.problems];
  return {
    path: document.path,
    name: file.source.name,
    revision: document.revision,
    format: format?.id ?? null,
    formatTitle: format?.title ?? "no known format",
    container: file.container,
    packed: file.source.packed ?? null,
    ...read,
    trajectoryCount: format ? document.trajectoryCount : 0,
    indexing: !index.complete && !index.stopped,
    indexBytesPerSecond:
      index.indexedBytes === 0
        ? 0
        : index.bytesPerSecond * (read.indexedBytes / index.indexedBytes),
    indexingStopped: index.stopped,
    ...(document.example ?? nothingKnown),
    policy: context.policyName,
    tokenizer: context.tokenizerName,
    thresholdFloor: document.settings.thresholdFloor,
    problemCount: problems.length,
    problems: problems.slice(0, maxProblems),
    turnsByState: totals.turnsByState,
    analysedCount: summaries.analysedCount,
    scoredCount: scoring.count,
    spikeCount: totals.spikes,
    breakCount: totals.breaks,
    scoring: status.progress,
    scoringProblem: status.problem ?? context.problem,
    misfit: status.progress ? null : misfitSentence(scoring.fit, context.policyName),
  };
}
