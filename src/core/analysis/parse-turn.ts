import { judge } from "../findings/rules/index.ts";
import type { TokenTable } from "../tokens/token-table.ts";
import type { Tools } from "../trajectory/trajectory.ts";
import type { Turn } from "../transcript/transcript.ts";
import { toCalls } from "../grammar/calls.ts";
import { classifyTurn } from "../grammar/classify.ts";
import type { Family } from "../grammar/family.ts";
import { scanHarmony } from "../grammar/harmony.ts";
import { afterSpace, type ScanStart } from "../grammar/machine.ts";
import type { MarkerSource } from "../grammar/markers.ts";
import { promptOf } from "../grammar/prompt.ts";
import { recoverCalls } from "../grammar/recover.ts";
import { scanTurn } from "../grammar/scan-turn.ts";
import { describeState } from "../grammar/state-words.ts";
import type { Structure } from "../grammar/structure.ts";
import type { TurnScan } from "../grammar/turn-scan.ts";
import { toolNames } from "../trajectory/tool-names.ts";

/** One sampled turn and what is known around it. */
export interface ParseInput {
  readonly family: Family;
  /** The whole transcript. */
  readonly text: string;
  readonly turn: Turn;
  /** False where turn ends were stripped or written by a template: then a missing one is never judged. */
  readonly turnEndsAreReal: boolean;
  readonly tokens: TokenTable | null;
  /** Of `resolveControls`. */
  readonly controlIds: Int32Array;
  readonly tools: Tools;
}

/** Parses a sampled turn: states, calls, breaks and the turn's own state. Linear; never throws. */
export function parseTurn(input: ParseInput): Structure {
  const { family, tokens, controlIds, turn, tools } = input;
  const source: MarkerSource = {
    family,
    text: input.text.slice(0, turn.bodyEnd),
    tokens,
    controlIds,
  };
  const { bodyStart, thinkingOpen } = turn;
  const prompt = promptOf(family, input.text.slice(0, bodyStart));
  const scan = scanOf(source, { bodyStart, thinkingOpen, toolNames: toolNames(tools), prompt });
  const { text } = source;
  const calls = scan.calls.flatMap((call) => toCalls(call, tools));
  const offences = judge({
    family,
    source,
    bodyStart,
    turnEndsAreReal: isEndReal(input),
    tools,
    prompt,
    scan,
    calls,
  });
  const breaks = offences.map((offence) => ({
    ...offence,
    state: describeState({ runs: scan.runs, calls }, offence.start, text),
  }));
  const state = classifyTurn({ text, scan, calls, breaks });
  const recoveries = recoverCalls({ family, text, bodyStart, tools, scan, breaks });
  return { turn: turn.index, runs: scan.runs, calls, breaks, state, recoveries };
}

/** Where the next role's token ends a turn, only the transcript's last turn can lack it. */
function isEndReal({ family, text, turn, turnEndsAreReal }: ParseInput): boolean {
  if (family.machine !== "next-role") return turnEndsAreReal;
  return turnEndsAreReal && afterSpace(text, turn.bodyEnd) >= text.length;
}

/** Every machine but Harmony's, whose turns are messages, is the same walk with the family's data. */
function scanOf(source: MarkerSource, start: ScanStart): TurnScan {
  return source.family.machine === "harmony" ? scanHarmony(source, start) : scanTurn(source, start);
}
