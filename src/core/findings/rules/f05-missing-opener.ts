import { callOpener } from "../../grammar/call-markers.ts";
import type { Fact } from "../../grammar/turn-scan.ts";
import { cameAt, visible, type Offence, type Rule, type RuleInput } from "./rule.ts";

/** F05: the inside of a call without what opens it: another model's notation, or the family's own. */
export const missingOpener: Rule = (input) =>
  input.scan.facts.flatMap((fact) => {
    if (fact.kind === "missing-opener") return [missing(input, fact)];
    if (fact.kind !== "foreign-open") return [];
    const { start, end, name } = fact;
    const begin = callOpener(input.family);
    const message = `A call of ${visible(name)} was written without ${begin}, so no harness will run it.`;
    const came = cameAt(input, start);
    return [
      {
        rule: "F05",
        severity: "error",
        start,
        end,
        expected: begin,
        came,
        control: null,
        recoversAt: end,
        message,
      },
    ];
  });

function missing(input: RuleInput, fact: Extract<Fact, { kind: "missing-opener" }>): Offence {
  const { start, end, control, expected, name } = fact;
  const { calls } = input.family;
  const tag = calls.kind === "tags" ? calls.call.before : "";
  const isTag = tag !== "" && input.source.text.startsWith(tag, start);
  const came = isTag ? tag : cameAt(input, start);
  const what = name === null ? "A call" : `A call of ${visible(name)}`;
  return {
    rule: "F05",
    severity: "error",
    start,
    end,
    expected,
    came,
    control,
    recoversAt: end,
    message: `${what} was begun without ${expected}: ${came} came first.`,
  };
}
