import type { CallBody } from "./call-body.ts";
import { codeSpans, type CodeSpans } from "./code-spans.ts";
import { watchRuns, type RunWatch } from "./control-runs.ts";
import type { Marker, MarkerSource } from "./markers.ts";
import type { Prompt } from "./prompt.ts";
import { runBuilder, type RunBuilder } from "./runs.ts";
import type { CallScan, Fact } from "./turn-scan.ts";

/** Where the machine begins. */
export interface ScanStart {
  readonly bodyStart: number;
  readonly thinkingOpen: boolean;
  /** Names of the declared tools; null where the file does not say. */
  readonly toolNames: ReadonlySet<string> | null;
  readonly prompt: Prompt;
}

/** Where a call begins: at its marker, or at its first character where it has none. */
export interface CallStart {
  readonly start: number;
  /** Where its body begins. */
  readonly end: number;
  readonly marker: Marker | null;
  /** Its marker should be there and is not. */
  readonly isMissing?: true;
  /** What reads it, where it is not written in the family's own syntax. */
  readonly read?: (source: MarkerSource, start: number, runs: RunBuilder) => CallBody;
}

// A turn of a million misplaced markers has one cause; nobody reads more, and every fact is an object.
const maxFacts = 200;

/** What the machine knows while it walks; only the functions of this folder see it. */
export interface Machine extends Pick<ScanStart, "toolNames" | "prompt" | "bodyStart"> {
  readonly source: MarkerSource;
  readonly runs: RunBuilder;
  readonly code: CodeSpans;
  readonly watch: RunWatch;
  readonly calls: CallScan[];
  readonly facts: Fact[];
  ending: Marker | null;
  hasProse: boolean;
  hasThought: boolean;
  controlCount: number;
  /** Markers before this offset are quoted in code. */
  codeEnd: number;
  /** The prompt opened thinking; the policy may repeat `<think>` once at the very beginning. */
  mayRepeatThink: boolean;
  /** A call began while thinking, so a later `</think>` has been told already. */
  thinkLeftByCall: boolean;
  /** What went wrong before makes the next orphan `</think>`, `</tool_call>` no news. */
  forgivesClose: boolean;
  toldAfterEnd: boolean;
  /** ReAct's way of calling was used, so its `Observation:` is a marker. */
  sawActionInput: boolean;
  /** How far back `Action Input:` was looked for. */
  actionSearchedTo: number;
  outside: "result" | "injected" | "invented-turn" | "after-end" | null;
  /** `implied`: its calls came without its begin. */
  section: "none" | "open" | "implied";
  /** How many calls there were when the section began. */
  sectionCalls: number;
  /** Text of the open section was told already. */
  toldInSection: boolean;
  /** The last call ended by itself, so a closing marker may still come and says nothing new. */
  mayClose: boolean;
  hasThinkEnd: boolean;
  /** Where the next letter, number or symbol stands, once it was looked for. */
  nextWord: number;
  /** Where the next closing tag of a call stands, once it was looked for. */
  nextTagClose: number;
  /** Whether the file says which of the turn's tokens the environment wrote; null before it was asked. */
  isMasked: boolean | null;
}

export function newMachine(source: MarkerSource, start: ScanStart): Machine {
  return {
    source,
    bodyStart: start.bodyStart,
    toolNames: start.toolNames,
    prompt: start.prompt,
    runs: runBuilder(start.thinkingOpen ? "think" : "turn-start", start.bodyStart),
    code: codeSpans(source.text),
    watch: watchRuns(source),
    calls: [],
    facts: [],
    ending: null,
    hasProse: false,
    hasThought: false,
    controlCount: 0,
    codeEnd: start.bodyStart,
    mayRepeatThink: start.thinkingOpen,
    thinkLeftByCall: false,
    forgivesClose: false,
    toldAfterEnd: false,
    sawActionInput: false,
    actionSearchedTo: start.bodyStart,
    outside: null,
    section: "none",
    sectionCalls: 0,
    toldInSection: false,
    mayClose: false,
    hasThinkEnd: false,
    nextWord: -1,
    nextTagClose: -1,
    isMasked: null,
  };
}

/** Remember a fact, up to the limit. */
export function note(machine: Machine, fact: Fact): void {
  if (machine.facts.length < maxFacts) machine.facts.push(fact);
}

/** Offset of the first character at or after `from` that is no whitespace. */
export function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}
