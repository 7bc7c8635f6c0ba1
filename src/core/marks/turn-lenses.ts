import type { Analysis } from "../analysis/analysis.ts";
import type { Structure } from "../grammar/structure.ts";
import type { LineLayout } from "../views/line-layout.ts";
import { mainBreak } from "../views/main-break.ts";
import { clip, count } from "../text/words.ts";
import { collapseOf } from "../views/collapse-words.ts";
import { intactCall } from "../views/skill.ts";
import { stateWords, turnLabels } from "../views/turn-labels.ts";
import type { TurnMark } from "./marks.ts";

/** One mark a turn, with the words above it: `assistant 2 · polluted · 2 spikes · breaks at line 15`. */
export function buildTurnMarks(analysis: Analysis, layout: LineLayout): readonly TurnMark[] {
  const labels = turnLabels(analysis.transcript.turns);
  const structures = new Map(analysis.structures.map((each) => [each.turn, each]));
  const spikes = spikesByTurn(analysis);
  const lineAt = lineCounter(analysis.transcript.text);
  return analysis.transcript.turns.map((turn, at) => {
    const label = labels[at] ?? turn.role;
    const structure = structures.get(turn.index) ?? null;
    const size = sizeOf(analysis, layout, at);
    const words = structure
      ? stateParts(analysis, structure, { size, spikes: spikes.get(turn.index) ?? 0, lineAt })
      : [size];
    return {
      index: at,
      label,
      sampled: turn.sampled,
      state: structure?.state ?? null,
      start: turn.start,
      end: turn.end,
      lens: [label, ...words].join(" · "),
    };
  });
}

/** How much its author wrote; of a turn of the policy the header does not count. Stand-in words are not called tokens. */
function sizeOf({ tokens, transcript }: Analysis, layout: LineLayout, turn: number): string {
  const policys = transcript.turns[turn]?.sampled === true;
  const end = layout.turnStartToken[turn + 1] ?? 0;
  let size = 0;
  for (let token = layout.turnStartToken[turn] ?? 0; token < end; token++) {
    if (!policys || tokens.sampled[token] === 1) size++;
  }
  return count(size, tokens.origin === "words" ? "word" : "token");
}

interface TurnNumbers {
  /** `46 tokens`. */
  readonly size: string;
  readonly spikes: number;
  /** One-based line of an ascending UTF-16 offset. */
  lineAt(offset: number): number;
}

function stateParts(analysis: Analysis, structure: Structure, numbers: TurnNumbers): string[] {
  const { breaks, state } = structure;
  const spikes = numbers.spikes > 0 ? [count(numbers.spikes, "spike")] : [];
  const first = mainBreak(breaks);
  if (state === "collapsed") return [stateWords[state], collapseOf(analysis, structure).words];
  if (!first) return [stateWords[state], ...spikes, numbers.size];
  const intact = state === "polluted" ? intactCall(analysis, structure, first) : null;
  const call = intact ? `${intact.name}(${intact.argumentNames.join(", ")})` : "";
  const verb = state === "polluted" ? "breaks" : "remark";
  return [
    stateWords[state],
    ...spikes,
    `${verb} at line ${String(numbers.lineAt(first.start))}`,
    ...(intact ? [`recoverable: ${clip(call, 60)}`] : []),
  ];
}

function spikesByTurn(analysis: Analysis): ReadonlyMap<number, number> {
  const spikes = new Map<number, number>();
  for (const { kind, turn } of analysis.findings) {
    if (kind === "spike") spikes.set(turn, (spikes.get(turn) ?? 0) + 1);
  }
  return spikes;
}

/** Counts forward from where it stopped: turns ascend, and the text is walked once. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    let newline = text.indexOf("\n", counted);
    while (newline >= 0 && newline < offset) {
      line++;
      counted = newline + 1;
      newline = text.indexOf("\n", counted);
    }
    return line;
  };
}
