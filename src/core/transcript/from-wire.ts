import { concatMapped } from "../text/source-map.ts";
import type { SpecialTokens, WirePiece } from "../trajectory/trajectory.ts";
import { findTurns, type Stretch } from "./find-turns.ts";
import type { Transcript } from "./transcript.ts";
import type { TurnStyle } from "./turn-form.ts";
import type { WrittenSpan } from "./written-span.ts";

/** The file's own wire text as a transcript: nothing is added and nothing moved. */
export function fromWire(
  pieces: readonly WirePiece[],
  specialTokens: SpecialTokens,
  style: TurnStyle,
): Transcript {
  const { text, map } = concatMapped(pieces.map((piece) => piece.text));
  const stretches: Stretch[] = [];
  const spans: WrittenSpan[] = [];
  let at = 0;
  for (const { text: piece, author, written } of pieces) {
    stretches.push({ start: at, end: at + piece.text.length, author });
    if (written?.text.text === piece.text) spans.push({ start: at, tokens: written });
    at += piece.text.length;
  }
  return {
    text,
    origin: "raw",
    map,
    turns: findTurns({ text, stretches, specialTokens }, style),
    specialTokens,
    tokens: null,
    recorded: [],
    ...(spans.length > 0 ? { written: spans } : {}),
  };
}
