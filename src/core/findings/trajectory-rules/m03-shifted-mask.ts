import { visible } from "../rules/rule.ts";
import type { LossMask, MaskedTurn } from "./loss-mask.ts";
import type { Remark, TrajectoryRuleInput } from "./trajectory-rule.ts";

/**
 * M03: in every turn the loss mask begins one token too early and ends one too early, or both too late, as masks do that
 * were made for the tokens beside. One border alone may be a convention, so both must be off by one, everywhere.
 */
export function shiftedMask(input: TrajectoryRuleInput, mask: LossMask): readonly Remark[] {
  const own = mask.turns.filter(({ turn }) => turn.sampled);
  const [first] = own;
  if (!first) return [];
  const shifts = new Set(own.map((masked) => shiftOf(input, mask, masked)));
  const [shift] = shifts;
  if (shifts.size !== 1 || shift === undefined || shift === 0) return [];
  const { tokens, transcript } = input;
  const at = shift < 0 ? first.header - 1 : first.header;
  const start = tokens.start[at] ?? first.turn.bodyStart;
  const end = tokens.end[at] ?? start;
  const [early, where] = shift < 0 ? ["early", "after"] : ["late", "before"];
  return [
    {
      rule: "M03",
      severity: "warning",
      turn: first.turn.index,
      start,
      end,
      expected: `\`${mask.key}\` from the turn's first token to its end`,
      came: visible(transcript.text.slice(start, end)),
      control: null,
      recoversAt: null,
      message: `The mask \`${mask.key}\` begins and ends one token too ${early} in every turn of the policy: each value is that of the token ${where}, so the header's last token is ${shift < 0 ? "trained on and the turn end is not" : "left and a token after the turn is trained on"}.`,
    },
  ];
}

/** -1 or 1 where both borders are off by one token the same way; else 0. */
function shiftOf(
  { tokens, transcript }: TrajectoryRuleInput,
  { bits, form }: LossMask,
  { turn, header, to }: MaskedTurn,
): number {
  // Of a turn that was cut off the end is not known.
  if (!form.endsTurn(transcript.text, turn.bodyEnd)) return 0;
  const covers = (from: number, end: number): boolean =>
    bits[from - 1] !== 1 && bits[end] !== 1 && !bits.subarray(from, end).includes(0);
  if (header < 1 || to - header < 2) return 0;
  if (covers(header - 1, to - 1)) return -1;
  const skipped = transcript.text.slice(tokens.start[header], tokens.end[header]);
  // A template that opens thinking wrote the first token itself.
  const isPrefill = skipped.trim() === "" || /^<\W?think/.test(skipped);
  return !isPrefill && covers(header + 1, to + 1) ? 1 : 0;
}
