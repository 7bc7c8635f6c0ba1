import { unreachable, type Parsed } from "../result.ts";
import type { TokenTable } from "../tokens/token-table.ts";
import type { Encoding, Tokenizer } from "../tokens/tokenizer.ts";
import { splitWords } from "../tokens/words.ts";
import type { Trajectory } from "../trajectory/trajectory.ts";
import { fromIds } from "./from-ids.ts";
import { fromMessages } from "./from-messages.ts";
import { fromTokens } from "./from-tokens.ts";
import { fromWire } from "./from-wire.ts";
import type { Transcript, Turn } from "./transcript.ts";
import { anyStyle, type TurnStyle } from "./turn-form.ts";
import { recordedOfWritten, withWritten } from "./written-tokens.ts";

export interface TranscriptContext {
  readonly tokenizer: Tokenizer | null;
  /** Source of the policy's chat template; null takes our own ChatML. */
  readonly chatTemplate: string | null;
  /** How turns are written, where a family is known; else the text alone tells. */
  readonly turnStyle?: TurnStyle;
}

/** The wire form of a trajectory: the file's own text or ids where it has them, else its messages rendered. */
export function buildTranscript(
  trajectory: Trajectory,
  context: TranscriptContext,
): Parsed<Transcript> {
  const { body, tools, specialTokens, line } = trajectory;
  const style = context.turnStyle ?? anyStyle;
  switch (body.kind) {
    case "wire":
      return { value: fromWire(body.pieces, specialTokens, style), problems: [] };
    case "messages":
      return fromMessages({
        messages: body.messages,
        tools,
        specialTokens,
        chatTemplate: context.chatTemplate,
        line,
      });
    case "ids":
      return fromIds({
        generations: body.generations,
        messages: body.messages,
        tools,
        specialTokens,
        chatTemplate: context.chatTemplate,
        tokenizer: context.tokenizer,
        style,
        line,
      });
    case "tokens":
      return fromTokens({
        sequence: body.sequence,
        messages: body.messages,
        pieces: body.pieces ?? [],
        tools,
        specialTokens,
        chatTemplate: context.chatTemplate,
        tokenizer: context.tokenizer,
        style,
        line,
      });
    default:
      return unreachable(body);
  }
}

/**
 * The transcript's tokens: the file's own ids where it has them, or the tokens it spells; the text encoded again where there
 * is a tokenizer; else words, with each of `markers` (the family's control tokens) as one.
 */
export function tokenize(
  transcript: Transcript,
  tokenizer: Tokenizer | null,
  markers: readonly string[],
): TokenTable {
  if (transcript.tokens !== null) return transcript.tokens;
  const { text, turns, written } = transcript;
  const encode = (piece: string): Encoding =>
    tokenizer === null ? splitWords(piece, markers) : tokenizer.encode(piece);
  const spelled = written ? withWritten(text, written, { encode, tokenizer }) : null;
  const { ids, start, end } = spelled ?? encode(text);
  return {
    origin: spelled ? "written" : tokenizer === null ? "words" : "retokenized",
    ids,
    start,
    end,
    sampled: sampledByTurns(turns, start, end),
  };
}

/** What the file recorded, laid over the tokens; it is aligned already where they are the file's ids. */
export function alignRecorded(transcript: Transcript, tokens: TokenTable): Transcript {
  if (transcript.tokens !== null || !transcript.written) return transcript;
  return { ...transcript, ...recordedOfWritten(transcript.written, tokens) };
}

/** 1 for a token that begins in the body of a sampled turn. Tokens and turns both go from left to right. */
function sampledByTurns(turns: readonly Turn[], start: Uint32Array, end: Uint32Array): Uint8Array {
  const sampled = new Uint8Array(start.length);
  let next = 0;
  for (let token = 0; token < start.length; token++) {
    const from = start[token] ?? 0;
    const to = end[token] ?? 0;
    while (next < turns.length && (turns[next]?.end ?? 0) <= from) next++;
    const turn = turns[next];
    // A token that straddles the header's end counts as the policy's only if most of it is.
    if (turn?.sampled && middle(from, to) >= turn.bodyStart && from < turn.bodyEnd) {
      sampled[token] = 1;
    }
  }
  return sampled;
}

function middle(from: number, to: number): number {
  return from + Math.floor((to - from) / 2);
}
