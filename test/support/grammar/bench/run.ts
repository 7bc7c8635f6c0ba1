import type { RuleId } from "../../../../src/core/grammar/rule-id.ts";
import { resolveControls } from "../../../../src/core/grammar/controls.ts";
import type { Structure } from "../../../../src/core/grammar/structure.ts";
import type { Tokenizer } from "../../../../src/core/tokens/tokenizer.ts";
import { makeCase, type Case, type Corruption } from "../corruptions/corruption.ts";
import { corruptions } from "../corruptions/index.ts";
import { healthyTurn, turnText } from "../healthy.ts";
import { familyOf, judgeText, wordsOf, type JudgedText } from "../judge.ts";
import type { Wire } from "../wires/wire.ts";
import { wires } from "../wires/index.ts";
import { judgeCase, type Found, type Outcome } from "./outcome.ts";
import {
  healthyConversation,
  judgeTrajectories,
  qwenFamilies,
  type TrajectoryVerdict,
} from "./run-trajectories.ts";
import { encodeAll } from "./real-tokens.ts";
import { addOutcome, newTally, type Tally } from "./tally.ts";

export interface BenchOptions {
  readonly seed: number;
  /** Damaged turns for each family and each kind of damage. */
  readonly count: number;
  /** Healthy turns for each family. */
  readonly healthy: number;
  readonly family: string | null;
  readonly rule: string | null;
  readonly tokenizer: Tokenizer | null;
  /** Told of every turn that was not judged as expected. */
  readonly onMiss: (miss: Miss) => void;
}

export type Miss =
  | {
      readonly kind: "conversation";
      readonly family: string;
      readonly label: string;
      readonly text: string;
      readonly found: Found;
    }
  | { readonly kind: "trajectory"; readonly family: string; readonly verdict: TrajectoryVerdict }
  | {
      readonly kind: "alarm";
      readonly label: string;
      readonly input: JudgedText;
      readonly found: Found;
    }
  | {
      readonly kind: "case";
      readonly given: Case;
      readonly outcome: Outcome;
      readonly found: readonly Found[];
    };

export interface BenchResult {
  readonly overall: Tally;
  readonly families: ReadonlyMap<string, Tally>;
  readonly rules: ReadonlyMap<string, Tally>;
  /** Kinds of damage that cannot be done to a family, and why. */
  readonly unfit: readonly {
    readonly family: string;
    readonly rule: RuleId;
    readonly name: string;
    readonly why: string;
  }[];
}

/** Judges healthy and damaged turns of every family. */
export function runBench(options: BenchOptions): BenchResult {
  const overall = newTally();
  const families = new Map<string, Tally>();
  const rules = new Map<string, Tally>();
  const unfit: BenchResult["unfit"][number][] = [];
  for (const wire of wires) {
    if (options.family !== null && wire.id !== options.family) continue;
    const tallies = { overall, family: newTally(), rules };
    families.set(wire.id, tallies.family);
    if (options.rule === null) judgeHealthy(wire, options, tallies);
    for (const corruption of corruptions) {
      if (options.rule !== null && corruption.rule !== options.rule) continue;
      const why = corruption.unfit(wire);
      if (why !== null)
        unfit.push({ family: wire.id, rule: corruption.rule, name: corruption.name, why });
      else judgeDamaged(wire, corruption, options, tallies);
    }
    judgeRollouts(wire, options, tallies);
  }
  return { overall, families, rules, unfit };
}

interface Tallies {
  readonly overall: Tally;
  readonly family: Tally;
  readonly rules: Map<string, Tally>;
}

function judgeHealthy(wire: Wire, { seed, healthy, onMiss }: BenchOptions, tallies: Tallies): void {
  for (let index = 0; index < healthy; index++) {
    const label = `healthy/${String(index)}`;
    const turn = healthyTurn(wire, seed, label);
    const input = {
      family: wire.id,
      prompt: turn.prompt,
      body: turnText(turn),
      thinkingOpen: turn.thinkingOpen,
    };
    const structure = judgeText(input);
    const found = alarmOf(structure, turn.plan.calls.length);
    for (const tally of [tallies.overall, tallies.family]) {
      tally.healthy++;
      if (found) tally.alarms++;
    }
    if (!found) continue;
    ruleTally(tallies.rules, found.rule).told++;
    onMiss({ kind: "alarm", label, input, found });
  }
}

/** Rollouts of several turns: what only they show, and that healthy ones show nothing. */
function judgeRollouts(wire: Wire, options: BenchOptions, tallies: Tallies): void {
  const { seed, healthy, rule, onMiss } = options;
  for (const verdict of judgeTrajectories(wire, options)) {
    count(verdict.rule, verdict.outcome, tallies);
    if (!verdict.outcome.exact) onMiss({ kind: "trajectory", family: wire.id, verdict });
  }
  // Each is two turns; a quarter as many keeps the run short.
  const conversations = rule === null ? healthy / 4 : 0;
  for (let index = 0; index < conversations; index++) {
    const judged = healthyConversation(wire, seed, index);
    if (!judged) continue;
    const [found] = judged.found;
    for (const tally of [tallies.overall, tallies.family]) {
      tally.healthy++;
      if (found) tally.alarms++;
    }
    if (!found) continue;
    ruleTally(tallies.rules, found.rule).told++;
    const { text } = judged;
    onMiss({
      kind: "conversation",
      family: wire.id,
      label: `conversation/${String(index)}`,
      text,
      found,
    });
  }
}

/** Adds a judged case to everything it counts in. */
function count(rule: string, outcome: Outcome, tallies: Tallies): void {
  const tally = ruleTally(tallies.rules, rule);
  for (const one of [tallies.overall, tallies.family, tally]) addOutcome(one, outcome);
  if (!outcome.first) return;
  // A rule that is right beside the corruption's own is judged as that one.
  const told = ruleTally(tallies.rules, outcome.named ? rule : outcome.first.rule);
  told.told++;
  if (outcome.named) told.toldRight++;
}

/** A finding on a healthy turn; a call that was not read counts as one, since a finding may hide behind it. */
function alarmOf({ breaks, calls }: Structure, planned: number): Found | null {
  const [first] = breaks;
  if (first) return first;
  if (calls.length === planned && calls.every(({ body }) => body === "valid")) return null;
  const message = `${String(calls.length)} calls were read where ${String(planned)} were written.`;
  return { rule: "F01", severity: "info", start: 0, message };
}

function judgeDamaged(
  wire: Wire,
  corruption: Corruption,
  { seed, count: cases, tokenizer, onMiss }: BenchOptions,
  tallies: Tallies,
): void {
  const family = familyOf(wire.id);
  for (let index = 0; index < cases; index++) {
    const given = makeCase(wire, corruption, seed, index);
    const words = wordsOf(family, given.prompt + given.body);
    const found = judgeText(given, words).breaks;
    const outcome = judgeCase(given, found, words);
    count(corruption.rule, outcome, tallies);
    if (!outcome.exact) onMiss({ kind: "case", given, outcome, found });
    if (tokenizer === null || !qwenFamilies.has(wire.id)) continue;
    const real = encodeAll(tokenizer, given.prompt + given.body);
    const ids = resolveControls(family, tokenizer);
    const again = judgeCase(given, judgeText(given, real, ids).breaks, real);
    for (const one of [
      tallies.overall,
      tallies.family,
      ruleTally(tallies.rules, corruption.rule),
    ]) {
      one.realCases++;
      if (again.exact) one.realExact++;
    }
  }
}

function ruleTally(rules: Map<string, Tally>, rule: string): Tally {
  const tally = rules.get(rule) ?? newTally();
  rules.set(rule, tally);
  return tally;
}
