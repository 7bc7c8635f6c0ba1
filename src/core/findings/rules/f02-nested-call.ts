import { callCloser, opensCall } from "../../grammar/call-markers.ts";
import { inControlRun } from "./coverage.ts";
import { callNamed, controlText, type Rule } from "./rule.ts";

/** F02: a call begins while another is open. */
export const nestedCall: Rule = (input) =>
  input.scan.calls.flatMap(({ body, closed }, index) => {
    const { closer } = body;
    if (closed !== "no" || !closer || body.verdict === "invalid") return [];
    if (!opensCall(input.family, closer.role) && closer.role !== "section-begin") return [];
    // Not even made: a collapsed turn is a million of them.
    if (inControlRun(input.scan, closer.start)) return [];
    const inner = input.scan.calls[index + 1];
    const begin = controlText(input, closer.control);
    return [
      {
        rule: "F02",
        severity: "error",
        start: closer.start,
        end: closer.end,
        expected: body.error?.expected ?? callCloser(input.family),
        came: begin,
        control: closer.control,
        recoversAt: inner?.closed === "yes" && inner.body.verdict === "valid" ? inner.end : null,
        message: `${callNamed(body)} is still open where another ${begin} begins.`,
      },
    ];
  });
