import { firstFrom } from "../../tokens/first-from.ts";
import { markerAt, tokenIndexAt, type MarkerSource } from "../../grammar/markers.ts";
import type { Structure } from "../../grammar/structure.ts";
import type { Turn } from "../../transcript/transcript.ts";
import { visible } from "../rules/rule.ts";
import type { Remark, TrajectoryRule, TrajectoryRuleInput } from "./trajectory-rule.ts";

/**
 * F27: the ids that the file recorded are not those of its text: encoding the text again gives others, the messages say
 * something else, or a prompt's own marker was written in pieces. Only where the file has ids and the tokenizer is known.
 */
export const tokenMismatch: TrajectoryRule = (input) => {
  if (input.tokens.origin !== "file" || input.tokenizer === null) return [];
  const told = [promptInPieces(input), encodedOtherwise(input), textOtherwise(input)];
  return told.filter((remark) => remark !== null);
};

// Encoding takes about a second a megabyte, and one difference is enough to know that a file has them.
const mostEncoded = 200_000;

/** The first sampled turn whose ids are not what its text encodes to. */
function encodedOtherwise(input: TrajectoryRuleInput): Remark | null {
  const { transcript, structures } = input;
  let left = mostEncoded;
  let first: Remark | null = null;
  let others = 0;
  for (const structure of structures) {
    const turn = transcript.turns[structure.turn];
    if (!turn || turn.bodyEnd - turn.bodyStart > left) break;
    left -= turn.bodyEnd - turn.bodyStart;
    // A marker in pieces is told as a broken one.
    if (structure.breaks.some(({ rule }) => rule === "F06")) continue;
    const remark = compare(input, turn);
    if (first && remark) others++;
    first ??= remark;
  }
  if (!first || others === 0) return first;
  const more = ` So it is in ${String(others)} more ${others === 1 ? "turn" : "turns"}.`;
  return { ...first, message: first.message + more };
}

function compare(
  { tokens, tokenizer, transcript }: TrajectoryRuleInput,
  turn: Turn,
): Remark | null {
  const from = firstFrom(tokens.start, turn.bodyStart);
  const to = firstFrom(tokens.start, turn.bodyEnd);
  const start = tokens.start[from] ?? turn.bodyStart;
  const end = tokens.end[to - 1] ?? start;
  if (to <= from || !tokenizer) return null;
  const text = transcript.text.slice(start, end);
  const again = tokenizer.encode(text);
  let at = 0;
  while (at < to - from && tokens.ids[from + at] === again.ids[at]) at++;
  if (at === to - from && at === again.ids.length) return null;
  const place = tokens.start[from + at] ?? end;
  // Half a character at the end of a turn that was cut off: no text can say it.
  if (transcript.text.startsWith("\ufffd", place) && at >= to - from - longestPieces) return null;
  const logged = shown(tokens, tokenizer, from + at);
  const encoded = shown(again, tokenizer, at);
  return {
    rule: "F27",
    severity: "warning",
    turn: turn.index,
    start: place,
    end: tokens.end[from + at] ?? place,
    expected: encoded,
    came: logged,
    control: null,
    recoversAt: null,
    message: `The ids of this turn are not those of its text: it holds ${logged} where encoding the text again gives ${encoded}. Trained on the text, the policy would learn other tokens than it sampled.`,
  };
}

/** Ids that one character can take. */
const longestPieces = 4;

function shown(
  { ids }: { readonly ids: Int32Array },
  tokenizer: NonNullable<TrajectoryRuleInput["tokenizer"]>,
  token: number,
): string {
  const id = ids[token];
  return id === undefined ? "the end" : visible(tokenizer.show(id));
}

/** A turn's header, end or result marker that the environment wrote in several ids though the policy has one for it. */
function promptInPieces(input: TrajectoryRuleInput): Remark | null {
  const { transcript, family, tokens, controlIds } = input;
  const source: MarkerSource = { family, text: transcript.text, tokens, controlIds };
  for (const turn of transcript.turns) {
    if (turn.sampled) continue;
    const places = [turn.start, turn.bodyStart, turn.bodyEnd];
    for (const place of places) {
      const marker = markerAt(source, place);
      if (marker?.written !== "pieces") continue;
      const text = visible(family.controls[marker.control]?.text ?? "");
      return {
        rule: "F27",
        severity: "warning",
        turn: turn.index,
        start: marker.start,
        end: tokens.end[tokenIndexAt(tokens, marker.start)] ?? marker.end,
        expected: `${text} as one token`,
        came: `${text} in pieces`,
        control: marker.control,
        recoversAt: marker.end,
        message: `The prompt's own ${text} was written in several ordinary tokens: the policy did not see the control token there.`,
      };
    }
  }
  return null;
}

// A text that is not found costs a look through the transcript.
const mostMissing = 3;
/** Shorter texts stand in too many places to be told apart. */
const shortest = 8;

/** The first message of the policy whose logged text its ids do not say. */
function textOtherwise(input: TrajectoryRuleInput): Remark | null {
  const { trajectory, transcript, structures } = input;
  if (trajectory.body.kind !== "ids") return null;
  const wrote = new Set(trajectory.body.generations.map(({ message }) => message));
  let at = 0;
  let missing = 0;
  let structure = -1;
  for (const [index, message] of trajectory.body.messages.entries()) {
    if (!message.sampled) continue;
    if (wrote.has(index)) structure++;
    const text = message.content?.text.trim() ?? "";
    if (text.length < shortest || missing >= mostMissing) continue;
    const found = transcript.text.indexOf(text, at);
    if (found >= 0) at = found + text.length;
    else if (++missing === 1 && structures.length === wrote.size) {
      const turn = structures[structure];
      if (turn) return otherText(input, turn, text);
    }
  }
  return null;
}

function otherText({ transcript }: TrajectoryRuleInput, { turn }: Structure, text: string): Remark {
  const start = transcript.turns[turn]?.bodyStart ?? 0;
  const came = visible(transcript.text.slice(start, start + 40));
  return {
    rule: "F27",
    severity: "warning",
    turn,
    start,
    end: start + 1,
    expected: visible(text),
    came,
    control: null,
    recoversAt: null,
    message: `The ids of this turn do not say what its message says: the text logged is ${visible(text)}, and the ids are ${came}.`,
  };
}
