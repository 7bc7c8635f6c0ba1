import type { Parsed } from "../result.ts";
import { count } from "../text/words.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import type { RecordedColumn, TokenSequence, WirePiece } from "../trajectory/trajectory.ts";
import { alignMessages } from "./align-messages.ts";
import { findTurns, formOf, type Stretch } from "./find-turns.ts";
import { fromMessages, type MessagesInput } from "./from-messages.ts";
import { fromWire } from "./from-wire.ts";
import { foreignIds, needsTokenizer, wrongTokenizer, type Undecoded } from "./ids-problems.ts";
import { maskStretches } from "./mask-stretches.ts";
import { layRecorded, type RecordedOfTranscript } from "./recorded.ts";
import { mapOfIds, spellIds } from "./spell-ids.ts";
import type { Transcript } from "./transcript.ts";
import type { TurnStyle } from "./turn-form.ts";

export interface TokensInput extends MessagesInput {
  readonly sequence: TokenSequence;
  /** The same as raw text; empty where the file has none. */
  readonly pieces: readonly WirePiece[];
  readonly tokenizer: Tokenizer | null;
  readonly style: TurnStyle;
}

/**
 * A whole sequence of ids with its mask. Without a tokenizer that knows the ids: the raw text or the messages, where the
 * file has them, else the ids themselves as words, of which nothing is claimed but what the mask says.
 */
export function fromTokens(input: TokensInput): Parsed<Transcript> {
  const { sequence, tokenizer, line } = input;
  const foreign = tokenizer === null ? 0 : foreignIds(sequence.ids, tokenizer);
  if (tokenizer !== null && foreign === 0) {
    return { value: decoded(input, tokenizer), problems: [] };
  }
  const { instead, shown } = withoutIds(input);
  const ids: Undecoded = { what: describe(sequence), instead, line, source: sequence.source };
  const problem =
    tokenizer === null ? needsTokenizer(ids) : wrongTokenizer(ids, foreign, tokenizer);
  return { value: shown.value, problems: [problem, ...shown.problems] };
}

function withoutIds(input: TokensInput): {
  readonly instead: Undecoded["instead"];
  readonly shown: Parsed<Transcript>;
} {
  const { pieces, messages, specialTokens, style } = input;
  if (pieces.length > 0) {
    const value = fromWire(pieces, specialTokens, style);
    return { instead: "text", shown: { value, problems: [] } };
  }
  if (messages.length > 0) return { instead: "messages", shown: fromMessages(input) };
  return { instead: "ids", shown: { value: spelled(input), problems: [] } };
}

function decoded({ sequence, messages, style }: TokensInput, tokenizer: Tokenizer): Transcript {
  const { text, start, end } = tokenizer.decode(sequence.ids);
  const form = formOf(text, "kept", style);
  const stretches = maskStretches({ text, tokenStart: start, sequence }, form, style.thinkBegins);
  const byte = sequence.source.startByte;
  return {
    text,
    origin: "ids",
    map:
      messages.length === 0
        ? mapOfIds({ end }, sequence)
        : alignMessages(text, [{ start: 0, end: text.length, byte, messages }]).map,
    turns: findTurns({ text, stretches, specialTokens: "kept" }, style),
    specialTokens: "kept",
    tokens: { origin: "file", ids: sequence.ids, start, end, sampled: sequence.sampled },
    ...recordedOf(sequence),
  };
}

function spelled({ sequence, style }: TokensInput): Transcript {
  const { text, start, end } = spellIds(sequence.ids);
  const stretches = stretchesOf(sequence.sampled, start, text.length);
  return {
    text,
    origin: "undecoded",
    map: mapOfIds({ end }, sequence),
    turns: findTurns({ text, stretches, specialTokens: "unknown" }, style),
    // Ids keep every token, though nobody can tell which is which.
    specialTokens: "kept",
    tokens: { origin: "file", ids: sequence.ids, start, end, sampled: sequence.sampled },
    ...recordedOf(sequence),
  };
}

function recordedOf(sequence: TokenSequence): RecordedOfTranscript {
  const { ids, alternatives } = sequence;
  const columns = sequence.columns.map((column) => withoutFiller(column, sequence.sampled));
  return layRecorded([{ at: 0, from: 0, length: ids.length, columns, alternatives }], ids.length);
}

/** A log-probability of 0 or 1 where nothing was sampled fills a list up: it does not say that a prompt was sure. */
function withoutFiller(column: RecordedColumn, sampled: Uint8Array): RecordedColumn {
  if (!column.name.endsWith("log-probability")) return column;
  const values = column.values.map((value, token) =>
    value >= 0 && sampled[token] === 0 ? Number.NaN : value,
  );
  return { ...column, values };
}

/** Runs of the mask. */
function stretchesOf(sampled: Uint8Array, start: Uint32Array, length: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0; from < sampled.length;) {
    let to = from + 1;
    while (to < sampled.length && sampled[to] === sampled[from]) to++;
    stretches.push({
      start: start[from] ?? length,
      end: start[to] ?? length,
      author: sampled[from] === 1 ? "policy" : "environment",
    });
    from = to;
  }
  return stretches;
}

function describe({ ids, sampled, columns }: TokenSequence): string {
  const own = sampled.reduce((sum, bit) => sum + bit, 0);
  const recorded = columns.length === 0 ? "" : ` with ${count(columns.length, "recorded column")}`;
  return `The ${ids.length} token ids of this rollout (${own} sampled${recorded})`;
}
