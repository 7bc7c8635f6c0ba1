import assert from "node:assert/strict";
import { qwen3Hermes } from "../../src/core/grammar/families.ts";
import type { Family } from "../../src/core/grammar/family.ts";
import type { Structure, TurnState } from "../../src/core/grammar/structure.ts";
import { parseTurn } from "../../src/core/analysis/parse-turn.ts";
import type { TokenTable } from "../../src/core/tokens/token-table.ts";
import type { ToolDeclaration, Tools } from "../../src/core/trajectory/trajectory.ts";

/** What a turn under test has that is not the usual: Qwen3, kept special tokens, unknown tools, no ids. */
export interface TurnOptions {
  readonly family?: Family;
  readonly turnEndsAreReal?: boolean;
  readonly thinkingOpen?: boolean;
  readonly tools?: readonly ToolDeclaration[];
  readonly tokens?: TokenTable;
  readonly controlIds?: Int32Array;
  /** Text of other turns around the body. */
  readonly before?: string;
  readonly after?: string;
}

/** Parses a turn whose body is `body`. */
export function parse(body: string, options: TurnOptions = {}): Structure {
  const { family = qwen3Hermes, before = "", after = "", tools } = options;
  const declared: Tools = tools ? { kind: "declared", tools } : { kind: "unknown" };
  const bodyStart = before.length;
  const bodyEnd = bodyStart + body.length;
  return parseTurn({
    family,
    text: before + body + after,
    turn: {
      index: 0,
      role: "assistant",
      sampled: true,
      start: bodyStart,
      end: bodyEnd,
      bodyStart,
      bodyEnd,
      thinkingOpen: options.thinkingOpen ?? false,
    },
    turnEndsAreReal: options.turnEndsAreReal ?? true,
    tokens: options.tokens ?? null,
    controlIds: options.controlIds ?? new Int32Array(family.controls.length).fill(-1),
    tools: declared,
  });
}

/** A turn with a `¦` before each offending token, its state, and the rules broken there in order. */
export type Row = readonly [
  sentence: string,
  marked: string,
  state: TurnState,
  rules?: readonly string[],
  options?: TurnOptions,
];

/** Asserts a row: the state, the rules and the exact place of each. */
export function check([sentence, marked, state, rules = [], options = {}]: Row): void {
  const pieces = marked.split("¦");
  const starts = pieces.slice(0, -1).map((_, index) => pieces.slice(0, index + 1).join("").length);
  const { before = "" } = options;
  const structure = parse(pieces.join(""), options);
  const found = structure.breaks.map(({ rule, start }) => `${rule}@${String(start)}`);
  const expected = rules.map(
    (rule, index) => `${rule}@${String(before.length + (starts[index] ?? -1))}`,
  );
  assert.deepEqual(found, expected, `${sentence}: ${JSON.stringify(structure.breaks, null, 1)}`);
  assert.equal(structure.state, state, sentence);
}

/** A well-formed call, for rows that are about something else. */
export function call(name = "search", args = '{"q": "a"}'): string {
  return `<tool_call>\n{"name": "${name}", "arguments": ${args}}\n</tool_call>`;
}
