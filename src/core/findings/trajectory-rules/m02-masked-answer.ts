import { count } from "../../text/words.ts";
import { visible } from "../rules/rule.ts";
import type { LossMask } from "./loss-mask.ts";
import { firstOf } from "./m01-unmasked-text.ts";
import type { Remark, TrajectoryRuleInput } from "./trajectory-rule.ts";

/** M02: what a tool, the user or the system said is inside the loss mask. Headers and turn ends may be, by convention. */
export function maskedAnswer(
  { transcript, tokens, tokenizer }: TrajectoryRuleInput,
  { bits, key, turns }: LossMask,
): readonly Remark[] {
  const told = turns.flatMap(({ turn, from, to }): Remark[] => {
    if (turn.sampled || turn.role === "assistant") return [];
    const start = bits.subarray(0, to).indexOf(1, from);
    if (start < 0) return [];
    let end = start;
    while (end < to && bits[end] === 1) end++;
    const inside = bits.subarray(from, to).reduce((sum, bit) => sum + bit, 0);
    const offset = tokens.start[start] ?? turn.bodyStart;
    const endOffset = tokens.end[end - 1] ?? turn.bodyEnd;
    const text = transcript.text.slice(offset, endOffset);
    // White space alone is where tokenizers and templates disagree.
    if (text.trim() === "") return [];
    const first = tokenizer?.show(tokens.ids[start] ?? -1) ?? text;
    return [
      {
        rule: "M02",
        severity: "warning",
        turn: turn.index,
        start: offset,
        end: endOffset,
        expected: `outside \`${key}\``,
        came: visible(text.slice(0, 40)),
        control: null,
        recoversAt: tokens.start[end] ?? null,
        message: `${count(inside, "token")} of ${speakers[turn.role]} ${inside === 1 ? "is" : "are"} inside the mask \`${key}\`, the first of them ${visible(first)}: the policy is trained to write what it never wrote.`,
      },
    ];
  });
  return firstOf(told);
}

const speakers = {
  tool: "a tool's answer",
  user: "the user's turn",
  system: "the system prompt",
} as const;
