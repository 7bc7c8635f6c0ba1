import { count } from "../../text/words.ts";
import { visible } from "../rules/rule.ts";
import type { LossMask, MaskedTurn } from "./loss-mask.ts";
import type { Remark, TrajectoryRuleInput } from "./trajectory-rule.ts";

/**
 * M01: a part of a turn of the policy is outside the loss mask, or a whole turn of the assistant after others that are
 * inside. The turn end may be left out by convention, and what a template put before the turn is not the policy's.
 */
export function unmaskedText(input: TrajectoryRuleInput, mask: LossMask): readonly Remark[] {
  const first = mask.turns.findIndex(({ turn }) => turn.sampled);
  const skips = skipsPrefix(input, mask);
  const told = mask.turns.slice(Math.max(0, first)).flatMap((masked) => {
    const remark = masked.turn.sampled
      ? partOutside(input, mask, skips ? afterPrefix(mask, masked) : masked)
      : turnOutside(input, mask, masked);
    return remark ? [remark] : [];
  });
  return firstOf(told);
}

/** The first remark, with how many more turns it is true of: a mask goes wrong the same way in each. */
export function firstOf(told: readonly Remark[]): readonly Remark[] {
  const [first] = told;
  if (!first || told.length === 1) return told;
  const others = told.length - 1;
  const more = ` So it is in ${String(others)} more ${others === 1 ? "turn" : "turns"}.`;
  return [{ ...first, message: first.message + more }];
}

/** Whether every turn begins with the same text outside the mask: then a template forced it on the policy. */
function skipsPrefix({ transcript, tokens }: TrajectoryRuleInput, mask: LossMask): boolean {
  const prefixes = mask.turns.flatMap((masked) => {
    const { from } = afterPrefix(mask, masked);
    if (!masked.turn.sampled || from >= masked.to) return [];
    return [transcript.text.slice(masked.turn.bodyStart, tokens.start[from])];
  });
  return new Set(prefixes).size === 1;
}

/** The turn from its first token in the mask. */
function afterPrefix({ bits }: LossMask, masked: MaskedTurn): MaskedTurn {
  const inside = bits.subarray(0, masked.to).indexOf(1, masked.from);
  return { ...masked, from: inside < 0 ? masked.to : inside };
}

function partOutside(
  { transcript, tokens, tokenizer }: TrajectoryRuleInput,
  { bits, key, form }: LossMask,
  { turn, from, to }: MaskedTurn,
): Remark | null {
  if (!bits.subarray(from, to).includes(1)) return null;
  const textOf = (token: number): string =>
    transcript.text.slice(tokens.start[token], tokens.end[token]);
  // The turn end, with or without the white space before it.
  let last = to;
  while (last > from && form.closesOnly(textOf(last - 1))) last--;
  const start = bits.subarray(0, last).indexOf(0, from);
  if (start < 0) return null;
  let end = start;
  while (end < last && bits[end] === 0) end++;
  const shown = visible(tokenizer?.show(tokens.ids[start] ?? -1) ?? textOf(start));
  const outside = bits.subarray(from, last).reduce((sum, bit) => sum + (bit === 0 ? 1 : 0), 0);
  return {
    rule: "M01",
    severity: "warning",
    turn: turn.index,
    start: tokens.start[start] ?? turn.bodyStart,
    end: tokens.end[end - 1] ?? turn.bodyEnd,
    expected: `inside \`${key}\``,
    came: shown,
    control: null,
    recoversAt: tokens.start[end] ?? null,
    message: `${count(outside, "token")} of ${String(last - from)} in this turn ${outside === 1 ? "is" : "are"} outside the mask \`${key}\`, the first of them ${shown}: what stands in the policy's turn is not trained on.`,
  };
}

function turnOutside(
  { transcript }: TrajectoryRuleInput,
  { key }: LossMask,
  { turn, from, to }: MaskedTurn,
): Remark | null {
  const body = transcript.text.slice(turn.bodyStart, turn.bodyEnd);
  if (turn.role !== "assistant" || from >= to || body.trim() === "") return null;
  return {
    rule: "M01",
    severity: "info",
    turn: turn.index,
    start: turn.bodyStart,
    end: turn.bodyEnd,
    expected: `inside \`${key}\``,
    came: visible(body.slice(0, 40)),
    control: null,
    recoversAt: null,
    message: `This whole turn of the assistant is outside the mask \`${key}\`, though a turn before it is inside: it is not trained on.`,
  };
}
