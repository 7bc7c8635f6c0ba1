import { hasRole, turnEndText } from "../../grammar/call-markers.ts";
import type { ControlToken, Family } from "../../grammar/family.ts";
import { controlText, lastToken, type Rule, type RuleInput } from "./rule.ts";

/** F22: the turn has no end, or another token's. Never judged where turn ends were stripped or written by a template. */
export const turnEnd: Rule = (input) => {
  const { scan, family, turnEndsAreReal } = input;
  if (!turnEndsAreReal || !endsTurns(family)) return [];
  const expected = turnEndText(family);
  const shared = { rule: "F22", severity: "warning", expected, recoversAt: null } as const;
  if (scan.ending?.role === "end-of-text" && family.machine !== "next-role") {
    const { start, end, control } = scan.ending;
    const came = controlText(input, control);
    return [
      {
        ...shared,
        start,
        end,
        came,
        control,
        message: `The turn ends in ${came} instead of ${expected}.`,
      },
    ];
  }
  // An unclosed call, thinking or invented turn is its own cause.
  if (scan.ending || !scan.stopsInText || endsBroken(input)) return [];
  const due =
    scan.calls.at(-1)?.end === input.source.text.trimEnd().length ? afterCall(family) : expected;
  const message = `The turn stops without ${due}: it was cut off, most often by a length limit.`;
  return [
    {
      ...shared,
      ...lastToken(input),
      expected: due,
      came: "the end of the turn",
      control: null,
      message,
    },
  ];
};

/** The turn's end came, and is broken (F06). */
function endsBroken({ scan, family, source }: RuleInput): boolean {
  const length = source.text.trimEnd().length;
  return scan.facts.some(
    (fact) =>
      fact.kind === "near-miss" &&
      fact.end === length &&
      family.controls[fact.control]?.role === "turn-end",
  );
}

/** After a call a turn may also stop for the tool's result: `<|tool_response>`, `<|eom_id|>`. */
function afterCall(family: Family): string {
  const isStop = ({ role }: ControlToken): boolean =>
    role === "turn-end" ||
    (role === "message-end" && family.machine !== "harmony") ||
    (role === "result-begin" && family.results === "same-turn");
  const ends = family.controls.filter(isStop).map(({ text }) => text);
  return ends.length === 0 || ends.length > 3 ? turnEndText(family) : ends.join(" or ");
}

/** Some families are known without the token that ends their turns. */
function endsTurns(family: Family): boolean {
  return family.machine === "next-role" || hasRole(family, "turn-end");
}
