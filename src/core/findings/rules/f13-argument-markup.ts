import { mentionAt } from "./mention.ts";
import { afterCall, cameAt, type Rule } from "./rule.ts";

/**
 * F13: the marks around a call's name, keys or values are missing, doubled, broken or in the wrong place, where the
 * syntax is one of tags or delimiters.
 */
export const argumentMarkup: Rule = (input) =>
  input.scan.calls.flatMap((call) => {
    const { error, verdict } = call.body;
    if (verdict !== "invalid" || error?.kind !== "markup") return [];
    const came = cameAt(input, error.at);
    const mention = mentionAt(input, call.start, error.at);
    const message = error.message ?? `${came} came where ${error.expected} was due.`;
    return [
      {
        rule: "F13",
        severity: mention?.severity ?? "error",
        start: error.at,
        end: Math.min(error.at + Math.max(came.length, 1), input.source.text.length),
        expected: error.expected,
        came,
        control: null,
        recoversAt: afterCall(call),
        message: mention ? `${mention.words}. ${message}` : message,
      },
    ];
  });
