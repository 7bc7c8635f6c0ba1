import { chosenFamily, detectFamily, type FamilyGuess } from "../grammar/detect-family.ts";
import type { Family } from "../grammar/family.ts";
import { turnStyleOf } from "../grammar/turn-style.ts";
import { unreachable, type Problem } from "../result.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import type { Message, TokenSequence, Trajectory, WirePiece } from "../trajectory/trajectory.ts";
import { buildTranscript } from "../transcript/build.ts";
import { foreignIds } from "../transcript/ids-problems.ts";
import type { Transcript } from "../transcript/transcript.ts";

export interface ReadContext {
  readonly tokenizer: Tokenizer | null;
  readonly chatTemplate: string | null;
  /** A family that was chosen by hand, or `detect`: each trajectory says for itself what it is written in. */
  readonly family: Family | "detect";
}

/** A trajectory in its wire form, with the grammar it is written in: turns can't be told without knowing it. */
export interface ReadTranscript {
  readonly transcript: Transcript;
  readonly guess: FamilyGuess;
  readonly problems: readonly Problem[];
}

export function readTranscript(trajectory: Trajectory, context: ReadContext): ReadTranscript {
  const { tokenizer, chatTemplate, family } = context;
  const known = family === "detect" ? guessFromFile(trajectory, context) : chosenFamily(family);
  const { value: transcript, problems } = buildTranscript(trajectory, {
    tokenizer,
    chatTemplate,
    ...(known === null ? {} : { turnStyle: turnStyleOf(known.family) }),
  });
  if (transcript.origin === "undecoded") return { transcript, guess: undecoded(known), problems };
  // Ids that no tokenizer decodes are shown as their messages, which are written out like any others.
  const isRendered = family === "detect" && transcript.origin === "rendered";
  const guess =
    isRendered || known === null
      ? ofRendering(transcript, context, { wroteCalls: hasCalls(trajectory), problems })
      : known;
  return { transcript, guess, problems };
}

/** Nothing is read in a grammar; one is named since everything has one. */
function undecoded(known: FamilyGuess | null): FamilyGuess {
  const { family } = known ?? detectFamily({ tokenizer: null, chatTemplate: null, text: "" });
  return { family, confidence: "low", reason: "no tokenizer decodes the ids, so none is read" };
}

/** From the file's own wire text or ids; null where it has messages only. */
function guessFromFile(
  { body }: Trajectory,
  { tokenizer, chatTemplate }: ReadContext,
): FamilyGuess | null {
  switch (body.kind) {
    case "wire":
      return guessFromPieces(body.pieces, tokenizer, chatTemplate);
    case "ids": {
      const [first] = body.generations;
      if (tokenizer === null || first === undefined) return null;
      const prompt = tokenizer.decode(first.promptIds.subarray(0, mostIds)).text;
      const sampled = tokenizer.decode(first.ids.subarray(0, mostIds)).text;
      return detectFamily({
        tokenizer,
        chatTemplate,
        text: prompt + sampled,
        promptLength: prompt.length,
      });
    }
    case "tokens":
      if (tokenizer !== null && foreignIds(body.sequence.ids, tokenizer) === 0)
        return guessFromTokens(body.sequence, tokenizer, chatTemplate);
      return body.pieces ? guessFromPieces(body.pieces, tokenizer, chatTemplate) : null;
    case "messages":
      return null;
    default:
      return unreachable(body);
  }
}

function guessFromPieces(
  pieces: readonly WirePiece[],
  tokenizer: Tokenizer | null,
  chatTemplate: string | null,
): FamilyGuess {
  const [first] = pieces;
  const promptLength = first?.author === "environment" ? first.text.text.length : 0;
  const text = pieces.map((piece) => piece.text.text).join("");
  return detectFamily({ tokenizer, chatTemplate, text, promptLength });
}

function guessFromTokens(
  { ids, sampled }: TokenSequence,
  tokenizer: Tokenizer,
  chatTemplate: string | null,
): FamilyGuess {
  const first = sampled.indexOf(1);
  const prompt = tokenizer.decode(ids.subarray(0, Math.min(Math.max(first, 0), mostIds))).text;
  const rest = tokenizer.decode(ids.subarray(Math.max(first, 0)).subarray(0, mostIds)).text;
  const text = prompt + rest;
  return detectFamily({ tokenizer, chatTemplate, text, promptLength: prompt.length });
}

/** Ids that are decoded to see what they are: a notation is taught at the beginning. */
const mostIds = 16_384;

function ofRendering(
  { text, turns }: Transcript,
  { tokenizer, chatTemplate }: ReadContext,
  { wroteCalls, problems }: { readonly wroteCalls: boolean; readonly problems: readonly Problem[] },
): FamilyGuess {
  const failed = problems.some(({ code }) => code === "chat-template-failed");
  const written = turns.filter(({ role }) => role === "assistant");
  const promptLength = written[0]?.start ?? text.length;
  // What tools gave back may quote any grammar; where roles are known only the policy's own words count.
  const own = written.map(({ start, end }) => text.slice(start, end));
  return detectFamily({
    tokenizer,
    chatTemplate,
    text: text.slice(0, promptLength) + own.join(""),
    promptLength,
    wroteCalls,
    renderedBy: chatTemplate === null || failed ? "default" : "chat-template",
  });
}

function hasCalls({ body }: Trajectory): boolean {
  // Of a message that the file spells token by token no call is written by a template.
  return body.kind !== "wire" && body.messages.some(hasCallsOnly);
}

function hasCallsOnly({ calls, written }: Message): boolean {
  return calls.length > 0 && written === undefined;
}
