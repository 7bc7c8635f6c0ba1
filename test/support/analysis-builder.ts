import { identityMap } from "../../src/core/text/source-map.ts";
import type { Analysis } from "../../src/core/analysis/analysis.ts";
import { findingsFromBreaks } from "../../src/core/findings/from-breaks.ts";
import { findingsFromSpikes } from "../../src/core/findings/from-spikes.ts";
import { chosenFamily } from "../../src/core/grammar/detect-family.ts";
import { qwen3Hermes } from "../../src/core/grammar/families.ts";
import { states } from "../../src/core/grammar/family.ts";
import { legalControls } from "../../src/core/grammar/legal.ts";
import { computeSignals, type SignalInput } from "../../src/core/scoring/compute-signals.ts";
import { findSpikes } from "../../src/core/scoring/find-spikes.ts";
import type { Usual } from "../../src/core/scoring/baseline.ts";
import type { Channel, Scores } from "../../src/core/tokens/channel.ts";
import type { Trajectory } from "../../src/core/trajectory/trajectory.ts";
import { readNotation, type WrittenToken } from "./rollout-notation.ts";

export interface BuilderOptions {
  /** What the probabilities of the notation are: `scored` where there are any, else `none`. */
  readonly numbers?: "scored" | "recorded" | "none";
  readonly recordedBy?: "rollout" | "trainer";
  /** `file` unless said otherwise; `words` leaves no ids. */
  readonly tokensFrom?: "file" | "retokenized" | "words";
  /** Names of the declared tools; unknown tools where left out. */
  readonly tools?: readonly string[];
  readonly trajectory?: Partial<Trajectory>;
}

const family = qwen3Hermes;

/** Legal controls by state number, as the surfaces ask for them. */
export const legalMask = (state: number): number => legalControls(family, state);

/** An `Analysis` from a rollout in notation (see `readNotation`), so that a test names only what it is about. */
export function analysisOf(notation: string, options: BuilderOptions = {}): Analysis {
  const written = readNotation(notation, family);
  const tokensFrom = options.tokensFrom ?? "file";
  const numbers =
    options.numbers ??
    (written.tokens.some(({ probabilities }) => probabilities.size > 0) ? "scored" : "none");
  const ids = new Map<string, number>();
  const controlIds = Int32Array.from(family.controls, (_control, index) =>
    tokensFrom === "words" ? -1 : 1000 + index,
  );
  const tokens = {
    origin: tokensFrom,
    ids: Int32Array.from(written.tokens, ({ text, control }) => {
      if (tokensFrom === "words") return -1;
      if (control >= 0) return 1000 + control;
      if (!ids.has(text)) ids.set(text, ids.size);
      return ids.get(text) ?? -1;
    }),
    start: Uint32Array.from(written.tokens, ({ start }) => start),
    end: Uint32Array.from(written.tokens, ({ start, text }) => start + text.length),
    sampled: Uint8Array.from(written.tokens, ({ sampled }) => (sampled ? 1 : 0)),
  };
  const recorded = numbers === "recorded" ? [recordedOf(written.tokens, options)] : [];
  const scores = numbers === "scored" ? scoresOf(written.tokens, tokens.ids, controlIds) : null;
  const input: SignalInput = {
    family,
    controlIds,
    tokens,
    stateBefore: Uint8Array.from(written.tokens, ({ state }) => states.indexOf(state)),
    legal: Uint32Array.from(states, (_state, index) => legalMask(index)),
    scores,
    recorded: null,
  };
  const signals = scores ? computeSignals(input) : null;
  const spikes = signals ? findSpikes(input, signals, usual) : [];
  const turns = written.turns;
  const findings = [
    ...findingsFromBreaks(written.structures, {
      family,
      tokens,
      scores,
      recorded: recorded[0]?.values ?? null,
    }),
    ...findingsFromSpikes(spikes, { family, tokens, turns }),
  ];
  return {
    trajectory: trajectoryOf(options),
    transcript: {
      text: written.text,
      origin: "raw",
      map: identityMap(written.text.length, 0),
      turns,
      specialTokens: "kept",
      tokens: null,
      recorded,
    },
    tokens,
    family,
    familyGuess: chosenFamily(family),
    controlIds,
    structures: written.structures,
    audits: [],
    stateBefore: input.stateBefore,
    scores,
    signals,
    spikes,
    findings: findings.toSorted((a, b) => a.start - b.start),
    baseline: scores ? usual["illegal-mass"] : null,
    problems: [],
  };
}

function trajectoryOf(options: BuilderOptions): Trajectory {
  return {
    id: "r1",
    step: null,
    group: null,
    sample: null,
    reward: null,
    tools: options.tools
      ? { kind: "declared", tools: options.tools.map((name) => ({ name, parameters: {} })) }
      : { kind: "unknown" },
    specialTokens: "kept",
    body: { kind: "wire", pieces: [] },
    source: { startByte: 0, endByte: 0 },
    line: 0,
    ...options.trajectory,
  };
}

const column = (value: number): Float32Array => new Float32Array(states.length).fill(value);
const quiet = {
  median: column(0.001),
  robustSigma: column(0.006),
  percentile99: column(0.006),
  count: new Uint32Array(states.length).fill(400),
  threshold: column(0.05),
};

/** A quiet file: 0.001 is usual in every state and 0.05 is a spike; surprise never is. */
const usual: Usual = {
  "illegal-mass": quiet,
  "premature-stop": quiet,
  "early-open": quiet,
  surprise: { ...quiet, threshold: column(1000) },
};

const topCount = 3;

/** A control without a number has 0.0001; a token without one 0.9. */
function scoresOf(
  written: readonly WrittenToken[],
  ids: Int32Array,
  controlIds: Int32Array,
): Scores {
  const controlCount = controlIds.length;
  const scores = {
    policy: "test-policy",
    tokenCount: written.length,
    controlIds,
    controlLogProbs: new Float32Array(written.length * controlCount).fill(Math.log(0.0001)),
    targetLogProbs: new Float32Array(written.length).fill(Math.log(0.9)),
    entropy: new Float32Array(written.length).fill(0.5),
    topCount,
    topIds: new Int32Array(written.length * topCount).fill(-1),
    topLogProbs: new Float32Array(written.length * topCount).fill(NaN),
  };
  for (const [token, { probabilities, control }] of written.entries()) {
    const own = probabilities.get(control) ?? 0.9;
    const ranked: [id: number, probability: number][] = [[ids[token] ?? -1, own]];
    for (const [other, probability] of probabilities) {
      scores.controlLogProbs[token * controlCount + other] = Math.log(probability);
      if (other !== control) ranked.push([controlIds[other] ?? -1, probability]);
    }
    if (control >= 0) scores.controlLogProbs[token * controlCount + control] = Math.log(own);
    scores.targetLogProbs[token] = Math.log(own);
    for (const [rank, [id, probability]] of ranked.toSorted((a, b) => b[1] - a[1]).entries()) {
      if (rank >= topCount) break;
      scores.topIds[token * topCount + rank] = id;
      scores.topLogProbs[token * topCount + rank] = Math.log(probability);
    }
  }
  return scores;
}

function recordedOf(written: readonly WrittenToken[], options: BuilderOptions): Channel {
  return {
    name: "log-probability",
    origin: { kind: "recorded", by: options.recordedBy ?? "rollout" },
    values: Float32Array.from(written, ({ probabilities, control, sampled }) =>
      sampled ? Math.log(probabilities.get(control) ?? 0.9) : NaN,
    ),
  };
}
