import type { Tools } from "../trajectory/trajectory.ts";
import type { BodyCall } from "./call-body.ts";
import type { Call } from "./structure.ts";
import type { CallScan } from "./turn-scan.ts";
import { typedArguments } from "./typed-arguments.ts";

/** The calls that a body holds, as views and rules see them; one without a name where nothing can be read of it. */
export function toCalls(scan: CallScan, tools: Tools): readonly Call[] {
  const { body, start, end } = scan;
  const [only, second] = body.calls;
  const whole = { start, end, bodyStart: body.start, bodyEnd: body.end };
  if (!only || !second) return [toCall({ scan, tools }, only ?? null, whole)];
  return body.calls.map((call) =>
    toCall({ scan, tools }, call, {
      start: call.start,
      end: call.end,
      bodyStart: call.start,
      bodyEnd: call.end,
    }),
  );
}

function toCall(
  { scan: { body, closed }, tools }: { readonly scan: CallScan; readonly tools: Tools },
  call: BodyCall | null,
  bounds: Pick<Call, "start" | "end" | "bodyStart" | "bodyEnd">,
): Call {
  return {
    start: bounds.start,
    end: bounds.end,
    bodyStart: bounds.bodyStart,
    bodyEnd: bounds.bodyEnd,
    closed: closed === "yes",
    body: body.verdict === "valid" && call?.fault ? "invalid" : body.verdict,
    name: call?.name ?? null,
    arguments: call ? argumentsOf(call, tools) : null,
    argumentRanges: call?.argumentRanges ?? null,
    ...(call?.isBuiltIn ? { isBuiltIn: true } : {}),
  };
}

/** What the harness hands on: raw text gets its type from the tool's schema. */
function argumentsOf({ name, arguments: args }: BodyCall, tools: Tools): Call["arguments"] {
  if (args === null) return null;
  const tool =
    tools.kind === "unknown" ? undefined : tools.tools.find((one) => one.name === name?.text);
  const { start, end } = args;
  return { start, end, value: typedArguments(args, tool?.parameters) };
}
