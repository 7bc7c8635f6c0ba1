import { findingsFromAudits, findingsFromBreaks } from "../findings/from-breaks.ts";
import { findingsFromSpikes } from "../findings/from-spikes.ts";
import type { Finding } from "../findings/finding.ts";
import { auditTrajectory } from "../findings/trajectory-rules/index.ts";
import { resolveControls } from "../grammar/controls.ts";
import { states, type Family } from "../grammar/family.ts";
import { legalControls } from "../grammar/legal.ts";
import type { Structure } from "../grammar/structure.ts";
import { parseTurn } from "./parse-turn.ts";
import type { Scores } from "../tokens/channel.ts";
import { computeSignals, type SignalInput } from "../scoring/compute-signals.ts";
import { findSpikes } from "../scoring/find-spikes.ts";
import { startSamples, summarise, type Usual } from "../scoring/baseline.ts";
import type { TokenTable } from "../tokens/token-table.ts";
import type { Trajectory } from "../trajectory/trajectory.ts";
import { alignRecorded, tokenize } from "../transcript/build.ts";
import type { Analysis } from "./analysis.ts";
import { readTranscript, type ReadContext } from "./read-transcript.ts";
import { toolsOf } from "./tools-of.ts";

export type AnalysisContext = ReadContext;

/** Everything that can be told of a trajectory without a model. */
export function analyse(trajectory: Trajectory, context: AnalysisContext): Analysis {
  const { tokenizer } = context;
  const { transcript: read, guess, problems } = readTranscript(trajectory, context);
  const { family } = guess;
  const tools = toolsOf(trajectory, read, family);
  // Ids that nothing decodes have no structure that could be judged.
  const isDecoded = read.origin !== "undecoded";
  const controlIds = resolveControls(family, isDecoded ? tokenizer : null);
  const tokens = tokenize(
    read,
    tokenizer,
    family.controls.map((control) => control.text),
  );
  const transcript = alignRecorded(read, tokens);
  const turnEndsAreReal =
    transcript.specialTokens === "kept" &&
    transcript.origin !== "rendered" &&
    transcript.lacksStopTokens !== true;
  const structures = transcript.turns
    .filter((turn) => turn.sampled && isDecoded)
    .map((turn) =>
      parseTurn({
        family,
        text: transcript.text,
        turn,
        turnEndsAreReal,
        tokens,
        controlIds,
        tools,
      }),
    );
  const known = {
    trajectory: { ...trajectory, tools },
    transcript,
    tokens,
    family,
    controlIds,
    structures,
  };
  const analysis: Analysis = {
    ...known,
    familyGuess: guess,
    audits: auditTrajectory({ ...known, tokenizer }),
    stateBefore: statesBefore(tokens, structures),
    scores: null,
    signals: null,
    spikes: [],
    findings: [],
    baseline: null,
    problems,
  };
  if (!recordedLogProbs(analysis)) return { ...analysis, findings: assemble(analysis) };
  const signals = computeSignals(signalInput(analysis));
  const spikes = findSpikes(signalInput(analysis), signals, nothingUsual);
  const recorded = { ...analysis, signals, spikes };
  return { ...recorded, findings: assemble(recorded) };
}

/** Recorded log-probabilities speak without a model; what is usual of them is not known, so the floors decide. */
const nothingUsual = summarise(startSamples(), { floor: 0.05, sigmas: 4 });

/** The same analysis with a policy's scores; spikes come with `withUsual`, when it is known what is usual. */
export function withScores(analysis: Analysis, scores: Scores): Analysis {
  const scored = { ...analysis, scores };
  return { ...scored, signals: computeSignals(signalInput(scored)) };
}

/** The same analysis with spikes, told against what is usual in the file. */
export function withUsual(analysis: Analysis, usual: Usual): Analysis {
  if (!analysis.signals) return analysis;
  const spikes = findSpikes(signalInput(analysis), analysis.signals, usual);
  const spiked = { ...analysis, spikes, baseline: usual["illegal-mass"] };
  return { ...spiked, findings: assemble(spiked) };
}

/** Log-probability of each token as the rollout engine recorded it, or null. */
function recordedLogProbs(analysis: Analysis): Float32Array | null {
  return (
    analysis.transcript.recorded.find((channel) => channel.name === "log-probability")?.values ??
    null
  );
}

/** Legal controls by state number, as bit masks. */
export function legalMasks(family: Family): Uint32Array {
  return Uint32Array.from(states, (_name, state) => legalControls(family, state));
}

function signalInput(analysis: Analysis): SignalInput {
  return {
    family: analysis.family,
    controlIds: analysis.controlIds,
    tokens: analysis.tokens,
    stateBefore: analysis.stateBefore,
    legal: legalMasks(analysis.family),
    scores: analysis.scores,
    recorded: recordedLogProbs(analysis),
  };
}

function assemble(analysis: Analysis): readonly Finding[] {
  const { family, tokens, scores } = analysis;
  const recorded = recordedLogProbs(analysis);
  const context = { family, tokens, scores, recorded };
  const breaks = findingsFromBreaks(analysis.structures, context);
  const audits = findingsFromAudits(analysis.audits, context);
  const spikes = findingsFromSpikes(analysis.spikes, {
    family,
    tokens,
    turns: analysis.transcript.turns,
  });
  return [...breaks, ...audits, ...spikes].toSorted((a, b) => a.start - b.start);
}

/** One forward walk: tokens and runs both ascend. */
function statesBefore(tokens: TokenTable, structures: readonly Structure[]): Uint8Array {
  const before = new Uint8Array(tokens.ids.length);
  let structure = 0;
  let run = 0;
  for (let token = 0; token < before.length; token++) {
    if (tokens.sampled[token] !== 1) continue;
    const offset = tokens.start[token] ?? 0;
    while (structure < structures.length && offset >= (structures[structure]?.runs.end ?? 0)) {
      structure++;
      run = 0;
    }
    const runs = structures[structure]?.runs;
    if (!runs || offset < (runs.start[0] ?? 0)) continue;
    while (run + 1 < runs.start.length && (runs.start[run + 1] ?? 0) <= offset) run++;
    before[token] = runs.state[run] ?? 0;
  }
  return before;
}
