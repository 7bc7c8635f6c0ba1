import { isNextRole, opensCall } from "../grammar/call-markers.ts";
import { states, type ControlToken, type Family } from "../grammar/family.ts";
import type { TokenTable } from "../tokens/token-table.ts";
import type { Scores } from "../tokens/channel.ts";
import type { Signal, SignalColumns } from "./signals.ts";

export interface SignalInput {
  readonly family: Family;
  /** Ids of `family.controls`; -1 where the tokenizer has no single id. */
  readonly controlIds: Int32Array;
  readonly tokens: TokenTable;
  /** Index into `states` before each token. */
  readonly stateBefore: Uint8Array;
  /** Bit mask of legal controls by state number. */
  readonly legal: Uint32Array;
  readonly scores: Scores | null;
  /** Recorded log-probability of each token. It is what was sampled from, so surprise is told by it where it is known. */
  readonly recorded: Float32Array | null;
}

const prematureStates = statesNamed(
  "think",
  "call-start",
  "call-body",
  "call-string",
  "call-done",
  "call-broken",
  "call-name",
  "call-argument",
  "section",
);
// A line start is a decision point: calling there is ordinary.
const proseStates = statesNamed("prose");

/** The four signals of every sampled token: arXiv 2606.26027 section 4.3 as told in `docs/signals.md`. */
export function computeSignals(input: SignalInput): SignalColumns {
  const { tokens, scores } = input;
  const count = tokens.ids.length;
  const columns: Record<Signal, Float32Array> = {
    "illegal-mass": new Float32Array(count).fill(NaN),
    "premature-stop": new Float32Array(count).fill(NaN),
    "early-open": new Float32Array(count).fill(NaN),
    surprise: surpriseOfControls(input),
  };
  if (!scores) return columns;
  const { family } = input;
  const turnEnds = controlsThat(
    family,
    (control) => control.role === "turn-end" || isNextRole(family, control),
  );
  const callBegins = controlsThat(
    family,
    ({ role }) => opensCall(family, role) || role === "section-begin",
  );
  for (let token = 0; token < Math.min(count, scores.tokenCount); token++) {
    if (tokens.sampled[token] !== 1) continue;
    const state = input.stateBefore[token] ?? 0;
    const mass = massOutside(scores, token, input.legal[state] ?? 0);
    if (Number.isNaN(mass)) continue;
    columns["illegal-mass"][token] = mass;
    if (prematureStates.has(state))
      columns["premature-stop"][token] = massOf(scores, token, turnEnds);
    if (proseStates.has(state)) columns["early-open"][token] = massOf(scores, token, callBegins);
  }
  return columns;
}

/** P of one control at one token; 0 where it has no single id. */
export function controlProbability(scores: Scores, token: number, control: number): number {
  if ((scores.controlIds[control] ?? -1) < 0) return 0;
  return Math.exp(scores.controlLogProbs[token * scores.controlIds.length + control] ?? NaN);
}

function massOutside(scores: Scores, token: number, legal: number): number {
  let mass = 0;
  for (let control = 0; control < scores.controlIds.length; control++) {
    if ((legal & (1 << control)) === 0) mass += controlProbability(scores, token, control);
  }
  return mass;
}

function massOf(scores: Scores, token: number, controls: readonly number[]): number {
  return controls.reduce((mass, control) => mass + controlProbability(scores, token, control), 0);
}

function surpriseOfControls(input: SignalInput): Float32Array {
  const { tokens, scores, recorded } = input;
  const surprise = new Float32Array(tokens.ids.length).fill(NaN);
  const controls = new Set(input.controlIds);
  controls.delete(-1);
  for (let token = 0; token < surprise.length; token++) {
    if (tokens.sampled[token] !== 1 || !controls.has(tokens.ids[token] ?? -1)) continue;
    const known = recorded?.[token] ?? NaN;
    surprise[token] = -(Number.isNaN(known) ? (scores?.targetLogProbs[token] ?? NaN) : known);
  }
  return surprise;
}

function controlsThat(family: Family, fits: (control: ControlToken) => boolean): readonly number[] {
  return family.controls.flatMap((control, index) => (fits(control) ? [index] : []));
}

function statesNamed(...names: readonly (typeof states)[number][]): ReadonlySet<number> {
  return new Set(names.map((name) => states.indexOf(name)));
}
