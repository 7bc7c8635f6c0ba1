import type { Parsed, Problem } from "../result.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import type { Generation, RecordedColumn } from "../trajectory/trajectory.ts";
import { alignMessages, type AlignedStretch } from "./align-messages.ts";
import { findTurns, formOf, type Stretch } from "./find-turns.ts";
import { fromMessages, type MessagesInput } from "./from-messages.ts";
import { foreignIds, needsTokenizer, wrongTokenizer, type Undecoded } from "./ids-problems.ts";
import { joinGenerations, type JoinedIds, type Span } from "./join-generations.ts";
import { layRecorded, type RecordedStretch } from "./recorded.ts";
import type { Transcript } from "./transcript.ts";
import { lacksStopTokens } from "./turn-ends.ts";
import type { TurnStyle } from "./turn-form.ts";

export interface IdsInput extends MessagesInput {
  readonly generations: readonly Generation[];
  readonly tokenizer: Tokenizer | null;
  readonly style: TurnStyle;
}

/**
 * The ids that the engine recorded, decoded: exact tokens with their recorded log-probabilities. Without a tokenizer
 * that knows the ids, the messages rendered, and a problem that says what could not be decoded.
 */
export function fromIds(input: IdsInput): Parsed<Transcript> {
  const { tokenizer, generations } = input;
  if (generations.length === 0) return fromMessages(input);
  if (tokenizer === null) return withoutTokenizer(input, needsTokenizer(undecoded(input)));
  const joined = joinGenerations(generations, tokenizer, input.line);
  const foreign = foreignIds(joined.ids, tokenizer);
  if (foreign > 0) {
    return withoutTokenizer(input, wrongTokenizer(undecoded(input), foreign, tokenizer));
  }
  return { value: decodeJoined(joined, input, tokenizer), problems: joined.problems };
}

function decodeJoined(joined: JoinedIds, input: IdsInput, tokenizer: Tokenizer): Transcript {
  const { spans } = joined;
  const decoded = tokenizer.decode(joined.ids);
  const sampled = new Uint8Array(joined.ids.length);
  for (const span of spans) sampled.fill(1, span.start, span.end);
  const cuts = cutText(spans, decoded);
  const { text } = decoded;
  const { style } = input;
  const turns = findTurns({ text, stretches: stretchesOf(cuts), specialTokens: "kept" }, style);
  return {
    text,
    origin: "ids",
    map: alignMessages(text, alignedStretches(cuts, input)).map,
    turns,
    ...(lacksStopTokens(text, turns, formOf(text, "kept", style)) ? { lacksStopTokens: true } : {}),
    // Ids keep every token, whatever became of the text in the messages.
    specialTokens: "kept",
    tokens: {
      origin: "file",
      ids: joined.ids,
      start: decoded.start,
      end: decoded.end,
      sampled,
    },
    ...layRecorded(recordedStretches(joined), joined.ids.length),
  };
}

/** A span in the text, UTF-16. */
interface CutSpan {
  readonly generation: Generation;
  readonly promptStart: number;
  readonly start: number;
  readonly end: number;
}

function cutText(
  spans: readonly Span[],
  { text, start }: { readonly text: string; readonly start: Uint32Array },
): readonly CutSpan[] {
  const offsetOf = (token: number): number => start[token] ?? text.length;
  return spans.map((span) => ({
    generation: span.generation,
    promptStart: offsetOf(span.promptStart),
    start: offsetOf(span.start),
    end: offsetOf(span.end),
  }));
}

function stretchesOf(cuts: readonly CutSpan[]): readonly Stretch[] {
  return cuts.flatMap(({ promptStart, start, end }): readonly Stretch[] => [
    { start: promptStart, end: start, author: "environment" },
    { start, end, author: "policy" },
  ]);
}

/** Each generation wrote the sampled messages up to its own; the others before them were in its prompt. */
function alignedStretches(
  cuts: readonly CutSpan[],
  { messages }: IdsInput,
): readonly AlignedStretch[] {
  let next = 0;
  return cuts.flatMap(({ generation, promptStart, start, end }) => {
    const seen = messages.slice(next, generation.message + 1);
    next = Math.max(next, generation.message + 1);
    const byte = generation.source.startByte;
    return [
      { start: promptStart, end: start, byte, messages: seen.filter(({ sampled }) => !sampled) },
      { start, end, byte, messages: seen.filter(({ sampled }) => sampled) },
    ];
  });
}

function recordedStretches({ spans }: JoinedIds): readonly RecordedStretch[] {
  return spans.flatMap(({ generation, promptStart, start, end }) => {
    const { promptIds, promptColumns = [], promptAlternatives, alternatives } = generation;
    const added = start - promptStart;
    return [
      {
        at: promptStart,
        length: added,
        // Only what a prompt adds to the one before it is in the sequence.
        from: promptIds.length - added,
        columns: promptColumns,
        alternatives: promptAlternatives,
      },
      { at: start, length: end - start, from: 0, columns: columnsOf(generation), alternatives },
    ];
  });
}

function columnsOf({
  logProbs,
  logProbsKey = "",
  columns = [],
}: Generation): readonly RecordedColumn[] {
  if (logProbs === null || columns.some(({ name }) => name === "log-probability")) return columns;
  const own: RecordedColumn = {
    name: "log-probability",
    key: logProbsKey,
    by: "rollout",
    values: logProbs,
  };
  return [own, ...columns];
}

function withoutTokenizer(input: IdsInput, problem: Problem): Parsed<Transcript> {
  const { value, problems } = fromMessages(input);
  return { value, problems: [problem, ...problems] };
}

function undecoded(input: IdsInput): Undecoded {
  const source = input.generations[0]?.source;
  return { what: describeIds(input.generations), instead: "messages", line: input.line, source };
}

function describeIds(generations: readonly Generation[]): string {
  const prompt = generations.reduce((sum, { promptIds }) => sum + promptIds.length, 0);
  const ids = generations.reduce((sum, generation) => sum + generation.ids.length, 0);
  const logProbs = generations.some((generation) => generation.logProbs !== null)
    ? " with their log-probabilities"
    : "";
  const count = generations.length === 1 ? "1 generation" : `${generations.length} generations`;
  return `The token ids of ${count} (${prompt} prompt ids, ${ids} sampled ids${logProbs})`;
}
