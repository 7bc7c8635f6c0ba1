import type { ErrorObject } from "ajv";
import { locate } from "../../grammar/json-place.ts";
import type { Call } from "../../grammar/structure.ts";
import { cameAt, visible, type Offence, type Rule, type RuleInput } from "./rule.ts";
import { schemaCheck } from "../../schema/schema-check.ts";

/** F12: the arguments do not fit the tool's schema. Structure is whole, so the turn's state stays. */
export const schemaViolation: Rule = (input) =>
  input.calls.flatMap((call) => {
    if (!call.name || !call.arguments || call.body !== "valid") return [];
    // Nothing but its end tells that GLM's call has no more arguments.
    if (!call.closed && input.family.calls.kind === "key-value") return [];
    // ReAct's input may be a text as it stands: harnesses hand it to the tool's only parameter.
    if (typeof call.arguments.value === "string") return [];
    // A megabyte of arguments is a document, and every error in it is an object.
    if (call.arguments.end - call.arguments.start > 1_000_000) return [];
    const errors = schemaCheck(input.tools, call.name.text)?.(call.arguments.value) ?? [];
    const told = errors.filter(({ keyword }) => !summaries.has(keyword));
    const [first] = told.length > 0 ? told : errors;
    return first ? [offence(input, call, first, told.length)] : [];
  });

/** They only say that one of the others failed. */
const summaries: ReadonlySet<string> = new Set(["if", "not"]);

function offence(input: RuleInput, call: Call, error: ErrorObject, count: number): Offence {
  const more = count > 1 ? ` (and ${String(count - 1)} more)` : "";
  const place = placeOf(input, call, error);
  const { subject, fault, expected } = describe(error);
  const isExtra =
    error.keyword === "additionalProperties" || error.keyword === "unevaluatedProperties";
  return {
    rule: "F12",
    severity: isExtra ? "warning" : "error",
    ...place,
    expected,
    came: cameAt(input, place.start),
    control: null,
    recoversAt: call.end,
    message: `The call of ${visible(call.name?.text ?? "")} does not fit its schema: ${subject} ${fault}${more}.`,
  };
}

interface Wording {
  readonly subject: string;
  readonly fault: string;
  readonly expected: string;
}

function describe(error: ErrorObject): Wording {
  const path = pathOf(error);
  const at = (...more: readonly string[]): string =>
    visible(["arguments", ...path, ...more].join("."));
  switch (error.keyword) {
    case "required":
      return {
        subject: at(parameter(error, "missingProperty")),
        fault: "is missing",
        expected: `the key ${visible(parameter(error, "missingProperty"))}`,
      };
    case "additionalProperties":
    case "unevaluatedProperties":
      return {
        subject: at(extraKey(error)),
        fault: "is not a parameter of it",
        expected: "only declared parameters",
      };
    case "type":
      return {
        subject: at(),
        fault: `must be ${parameter(error, "type")}`,
        expected: parameter(error, "type"),
      };
    case "enum":
      return {
        subject: at(),
        fault: `must be one of ${visible(parameter(error, "allowedValues"))}`,
        expected: visible(parameter(error, "allowedValues")),
      };
    default:
      return {
        subject: at(),
        fault: visible(error.message ?? "is not valid"),
        expected: visible(error.message ?? error.keyword),
      };
  }
}

/** JSON pointer to path segments. */
function pathOf({ instancePath }: ErrorObject): readonly string[] {
  return instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function parameter(error: ErrorObject, name: string): string {
  const params: Readonly<Record<string, unknown>> = error.params;
  const value = params[name];
  return Array.isArray(value) ? value.slice(0, 8).map(String).join(", ") : String(value);
}

function extraKey(error: ErrorObject): string {
  return parameter(
    error,
    error.keyword === "additionalProperties" ? "additionalProperty" : "unevaluatedProperty",
  );
}

/** The value at fault; of a missing one the bracket, or the tag, that came where it was due. */
function placeOf(
  { source }: RuleInput,
  call: Call,
  error: ErrorObject,
): { readonly start: number; readonly end: number } {
  const start = call.arguments?.start ?? call.bodyStart;
  const whole = { start, end: call.arguments?.end ?? call.bodyEnd };
  const isExtra =
    error.keyword === "additionalProperties" || error.keyword === "unevaluatedProperties";
  const path = isExtra ? [...pathOf(error), extraKey(error)] : pathOf(error);
  const own = call.argumentRanges;
  const found = own
    ? (own.get(path[0] ?? "") ?? whole)
    : (locate(source.text, start, path) ?? whole);
  if (error.keyword !== "required") return found;
  const hasBracket = /[)\]}]/.test(source.text[found.end - 1] ?? "");
  return hasBracket
    ? { start: found.end - 1, end: found.end }
    : { start: found.end, end: Math.min(found.end + 1, source.text.length) };
}
