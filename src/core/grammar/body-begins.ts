import { asciiBars } from "./ascii-bars.ts";
import type { Family } from "./family.ts";

/**
 * Whether what stands at `at` may begin a call's body (whitespace is skipped). Strict: it decides whether a marker that
 * a thinking policy writes about, or that is misspelled, is meant as one.
 */
export function bodyBegins(family: Family, text: string, at: number): boolean {
  const { calls } = family;
  const unit = text[at];
  switch (calls.kind) {
    case "json":
      if (calls.prefix !== "" && text.startsWith(calls.prefix, at)) return true;
      return unit === "{" ? calls.holds !== "list" : unit === "[" && calls.holds !== "object";
    case "named-json":
      return named(text, at, calls.nameEnd);
    case "tags":
      // Where the call's tag is the marker itself, its name follows.
      return text.startsWith(calls.call.before, at) || matches(/[\w.-]{1,100}"?>/y, text, at);
    case "key-value":
      return matches(/[\w.:-]{1,100}\s*(?:<arg_key>|<\/tool_call>)/y, text, at);
    case "pythonic":
      return matches(/\[?\s*[A-Za-z_][\w.]*\(/y, text, at);
    case "gemma":
      return text.startsWith("call:", at);
    case "react":
      return matches(/[^\n]{1,100}\n\s*Action Input:/y, text, at);
    case "free-text":
      return true;
    default:
      return false;
  }
}

/** A name, what ends it and, somewhere on, a brace. */
function named(text: string, at: number, nameEnd: string): boolean {
  // Names are short; so is what stands between them and their arguments.
  const head = asciiBars(text.slice(at, at + 400));
  const end = head.indexOf(asciiBars(nameEnd));
  return end > 0 && head.indexOf("{", end) > 0 && !head.slice(0, end).trim().includes(" ");
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
