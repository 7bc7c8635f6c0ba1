import { states } from "../grammar/family.ts";
import { signals, type Signal, type SignalColumns } from "./signals.ts";

/** How a spike is told. Both are settings. */
export interface ThresholdSettings {
  /** No probability below this is a spike, however quiet the state usually is. */
  readonly floor: number;
  /** Robust sigmas (1.4826 x median absolute deviation) above the median. */
  readonly sigmas: number;
}

/** What is usual of one signal in each state. Index: state number; NaN where too little was scored to say. */
export interface UsualByState {
  readonly median: Float32Array;
  readonly robustSigma: Float32Array;
  readonly percentile99: Float32Array;
  readonly count: Uint32Array;
  readonly threshold: Float32Array;
}

export type Usual = Readonly<Record<Signal, UsualByState>>;

/** Values kept for each signal and state: of 20,000 two hundred lie above the 99th percentile, and sorting takes 5 ms. */
const maxValues = 20_000;

/** A sampled control token is a surprise below a probability of 0.05, whatever floor the masses have. */
const surpriseFloorNats = -Math.log(0.05);

/** With fewer values the median may be the spike itself: the floor alone decides then. */
const minValues = 30;

/** Illegal mass above a half is a spike however usual it is: a file of collapsed rollouts must not call itself normal. */
const ceiling = 0.5;

/** The file's values so far. Mutable: it grows while the file is scored. */
export interface SignalSamples {
  readonly values: Readonly<Record<Signal, readonly Sample[]>>;
}

/** Every `every`-th value of those that came; when it is full every other one is dropped, so that all of the file counts. */
interface Sample {
  kept: number[];
  every: number;
  seen: number;
}

export function startSamples(): SignalSamples {
  return {
    values: {
      "illegal-mass": emptyByState(),
      "premature-stop": emptyByState(),
      "early-open": emptyByState(),
      surprise: emptyByState(),
    },
  };
}

function emptyByState(): Sample[] {
  return states.map(() => ({ kept: [], every: 1, seen: 0 }));
}

function keep(sample: Sample, value: number): void {
  if (sample.seen++ % sample.every !== 0) return;
  sample.kept.push(value);
  if (sample.kept.length < maxValues) return;
  sample.kept = sample.kept.filter((_, index) => index % 2 === 0);
  sample.every *= 2;
}

export function addSamples(
  samples: SignalSamples,
  columns: SignalColumns,
  stateBefore: Uint8Array,
): void {
  for (const signal of signals) {
    const column = columns[signal];
    for (let token = 0; token < column.length; token++) {
      const value = column[token] ?? NaN;
      const kept = samples.values[signal][stateBefore[token] ?? 0];
      if (!Number.isNaN(value) && kept) keep(kept, value);
    }
  }
}

/** Median, spread and threshold of each state, from what has been scored so far. */
export function summarise(samples: SignalSamples, settings: ThresholdSettings): Usual {
  const of = (signal: Signal): UsualByState =>
    summariseSignal(samples.values[signal], signal, settings);
  return {
    "illegal-mass": of("illegal-mass"),
    "premature-stop": of("premature-stop"),
    "early-open": of("early-open"),
    surprise: of("surprise"),
  };
}

function summariseSignal(
  byState: readonly Sample[],
  signal: Signal,
  settings: ThresholdSettings,
): UsualByState {
  const usual = {
    median: unknownByState(),
    robustSigma: unknownByState(),
    percentile99: unknownByState(),
    count: new Uint32Array(states.length),
    threshold: unknownByState(),
  };
  const floor = signal === "surprise" ? surpriseFloorNats : settings.floor;
  for (const [state, { kept, seen }] of byState.entries()) {
    const sorted = Float64Array.from(kept).toSorted();
    const median = quantile(sorted, 0.5);
    const deviations = sorted.map((value) => Math.abs(value - median)).toSorted();
    const sigma = 1.4826 * quantile(deviations, 0.5);
    usual.count[state] = seen;
    usual.threshold[state] = floor;
    if (sorted.length < minValues) continue;
    usual.median[state] = median;
    usual.robustSigma[state] = sigma;
    usual.percentile99[state] = quantile(sorted, 0.99);
    const raised = median + settings.sigmas * sigma;
    usual.threshold[state] = Math.max(
      floor,
      signal === "surprise" ? raised : Math.min(raised, ceiling),
    );
  }
  return usual;
}

function unknownByState(): Float32Array {
  return new Float32Array(states.length).fill(NaN);
}

function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
