import type { Usual } from "./baseline.ts";
import { controlProbability, type SignalInput } from "./compute-signals.ts";
import type { Signal, SignalColumns, Spike } from "./signals.ts";

/** Tokens below the threshold that may lie inside one spike: a rise that dips for a token is still one rise. */
const maxGapTokens = 1;

/**
 * Stretches above the threshold, in order of their first token. Where two signals speak of the same peak only the
 * more telling one stays: a premature stop is also illegal mass, and a fired spike is also a surprise.
 */
export function findSpikes(
  input: SignalInput,
  columns: SignalColumns,
  usual: Usual,
): readonly Spike[] {
  const kept: Spike[] = [];
  const taken = new Uint8Array(input.tokens.ids.length);
  for (const signal of mostTellingFirst) {
    for (const spike of spikesOf(signal, input, columns[signal], usual)) {
      if (taken[spike.peakToken] === 1) continue;
      kept.push(spike);
      taken.fill(1, spike.startToken, spike.endToken);
    }
  }
  return kept.toSorted((a, b) => a.startToken - b.startToken);
}

const mostTellingFirst: readonly Signal[] = [
  "premature-stop",
  "early-open",
  "illegal-mass",
  "surprise",
];

function spikesOf(
  signal: Signal,
  input: SignalInput,
  column: Float32Array,
  usual: Usual,
): readonly Spike[] {
  const spikes: Spike[] = [];
  let start = -1;
  let last = -1;
  const close = (): void => {
    if (start >= 0) spikes.push(describe(signal, input, column, usual, { start, end: last + 1 }));
    start = -1;
  };
  for (let token = 0; token < column.length; token++) {
    if (input.tokens.sampled[token] !== 1 || token - last > maxGapTokens + 1) close();
    const threshold = usual[signal].threshold[input.stateBefore[token] ?? 0] ?? NaN;
    // Written so that NaN is not above.
    if (!((column[token] ?? NaN) > threshold)) continue;
    if (start < 0) start = token;
    last = token;
  }
  close();
  return spikes;
}

function describe(
  signal: Signal,
  input: SignalInput,
  column: Float32Array,
  usual: Usual,
  range: { readonly start: number; readonly end: number },
): Spike {
  let peakToken = range.start;
  for (let token = range.start; token < range.end; token++) {
    if ((column[token] ?? 0) > (column[peakToken] ?? 0)) peakToken = token;
  }
  const state = input.stateBefore[peakToken] ?? 0;
  const control = leadingControl(signal, input, peakToken);
  return {
    signal,
    startToken: range.start,
    endToken: range.end,
    peakToken,
    peak: column[peakToken] ?? NaN,
    usual: usual[signal].median[state] ?? NaN,
    threshold: usual[signal].threshold[state] ?? NaN,
    control,
    ...measure(signal, input, column, { token: peakToken, control }),
    fired: isFired(signal, input, range),
  };
}

function leadingControl(signal: Signal, input: SignalInput, token: number): number {
  if (signal === "surprise") return Math.max(0, controlAt(input, token));
  let best = 0;
  let most = -1;
  for (let control = 0; control < input.controlIds.length; control++) {
    const probability = counts(signal, input, token, control)
      ? scoredProbability(input, token, control)
      : -1;
    if (probability <= most) continue;
    best = control;
    most = probability;
  }
  return best;
}

/** Whether a control's mass is part of the signal at a token. */
function counts(signal: Signal, input: SignalInput, token: number, control: number): boolean {
  const role = input.family.controls[control]?.role;
  if (signal === "premature-stop") return role === "turn-end";
  if (signal === "early-open") return role === "call-begin";
  return ((input.legal[input.stateBefore[token] ?? 0] ?? 0) & (1 << control)) === 0;
}

function isFired(
  signal: Signal,
  input: SignalInput,
  range: { readonly start: number; readonly end: number },
): boolean {
  if (signal === "surprise") return true;
  for (let token = range.start; token < range.end; token++) {
    const control = controlAt(input, token);
    if (control >= 0 && counts(signal, input, token, control)) return true;
  }
  return false;
}

/** The control's own probability at the peak, and whose number it is. A surprise is about what was sampled. */
function measure(
  signal: Signal,
  input: SignalInput,
  column: Float32Array,
  at: { readonly token: number; readonly control: number },
): Pick<Spike, "probability" | "origin"> {
  if (signal !== "surprise")
    return { probability: scoredProbability(input, at.token, at.control), origin: "scored" };
  const isRecorded = !Number.isNaN(input.recorded?.[at.token] ?? NaN);
  const probability = Math.exp(-(column[at.token] ?? NaN));
  return { probability, origin: isRecorded ? "recorded" : "scored" };
}

function scoredProbability(input: SignalInput, token: number, control: number): number {
  return input.scores ? controlProbability(input.scores, token, control) : NaN;
}

/** The control token that stands there, or -1. Ids of -1 (no tokenizer, no single id) are nobody's. */
function controlAt(input: SignalInput, token: number): number {
  const id = input.tokens.ids[token] ?? -1;
  return id < 0 ? -1 : input.controlIds.indexOf(id);
}
