import { Ajv, type CodeOptions, type ErrorObject, type ValidateFunction } from "ajv";
import { canonical } from "../text/canonical.ts";
import { costKeyword } from "./clean-schema.ts";
import { isTamePattern } from "./tame-pattern.ts";

/** What is wrong with arguments; null where checking them was given up, so that nothing is known. */
export type SchemaCheck = (value: unknown) => readonly ErrorObject[] | null;

/**
 * The check of a schema that was cleaned, or null where it does not compile. A file brings schema and arguments, and
 * together they may ask for any amount of work, so that each check has an end.
 */
export function boundedCheck(schema: object): SchemaCheck | null {
  const work = { left: 0 };
  let validate: ValidateFunction;
  try {
    // References are resolved inside the schema only: no loader is given. A file's schema may be anything at all.
    validate = compilerOf(work).compile(schema);
  } catch {
    return null;
  }
  return (value) => {
    work.left = maxWork;
    try {
      return validate(value) ? [] : [...(validate.errors ?? [])];
    } catch {
      // Too much work, or nested deeper than the stack.
      return null;
    }
  };
}

// Schema nodes that are asked, most of a second at worst. The largest arguments that are checked, a megabyte of
// numbers, need as many.
const maxWork = 1_000_000;
// Writing so many units of JSON takes as long as asking one node.
const unitsOfOne = 32;

interface Work {
  left: number;
}

function spend(work: Work, amount: number): true {
  work.left -= amount;
  if (work.left < 0) throw new Error("too much work");
  return true;
}

function compilerOf(work: Work): Ajv {
  const ajv = new Ajv({ ...options, code: { regExp: patternsOf(work) } });
  // A schema that refers to itself twice takes time exponential in the depth of the value; Ajv has no limit of its own.
  ajv.addKeyword({
    keyword: costKeyword,
    schemaType: "number",
    before: "$ref",
    errors: false,
    validate: (cost: number) => spend(work, cost),
  });
  // Ajv's own compares each item with each.
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    error: { message: "must not have equal items" },
    validate: (wanted: boolean, items: readonly unknown[]) => !wanted || areUnique(items, work),
  });
  return ajv;
}

function areUnique(items: readonly unknown[], work: Work): boolean {
  const seen = new Set<string>();
  for (const item of items) {
    const text = canonical(item);
    if (text === null) throw new Error("nested too deep");
    if (seen.has(text)) return false;
    spend(work, 1 + text.length / unitsOfOne);
    seen.add(text);
  }
  return true;
}

type RegExpEngine = NonNullable<CodeOptions["regExp"]>;

/** Patterns as Ajv wants them: those that may hang are left out, the others count as work. */
function patternsOf(work: Work): RegExpEngine {
  const compile = (pattern: string, flags: string): { test: (text: string) => boolean } => {
    if (!isTamePattern(pattern)) return { test: () => true };
    const expression = new RegExp(pattern, flags);
    // Even a tame pattern can take quadratic time.
    return { test: (text) => spend(work, 1) && (text.length > 1000 || expression.test(text)) };
  };
  return Object.assign(compile, { code: "new RegExp" });
}

const options = {
  allErrors: true,
  strict: false,
  logger: false,
  validateFormats: false,
  // The schema of schemas takes longer to compile than any tool's; a schema that is none does not compile, and is skipped.
  meta: false,
  validateSchema: false,
  // `required: ["constructor"]` must not be met by what every object inherits.
  ownProperties: true,
} as const;
