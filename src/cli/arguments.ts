import { parseArgs } from "node:util";
import type { Explanation } from "../core/findings/explanations/explanation.ts";
import { findRule } from "../core/findings/explanations/find-rule.ts";
import { familyById } from "../core/grammar/families.ts";
import { unreachable } from "../core/result.ts";
import { compileSearch, type SearchQuery } from "../core/search/query.ts";

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | ({ readonly kind: "families" } & Output)
  /** Null: all of them, by name. */
  | ({ readonly kind: "explain"; readonly explanation: Explanation | null } & Output)
  | { readonly kind: "wrong"; readonly message: string }
  | ({
      readonly kind: "search";
      readonly query: SearchQuery;
      readonly paths: readonly string[];
    } & Output)
  | ({
      /** `run`: figures by training step in place of findings by trajectory. */
      readonly kind: "analyze" | "run";
      readonly paths: readonly string[];
      /** A directory; null for `none`; undefined for the bundled policy. */
      readonly policy: string | null | undefined;
      readonly tokenizer: string | null;
      /** Id of a tool-call grammar; null: each trajectory's own is found. */
      readonly family: string | null;
      /** A file with a mapping of fields, for files of no known format; null: none. */
      readonly map: string | null;
    } & Output);

export interface Output {
  readonly format: "text" | "json";
  /** A file; null for standard output. */
  readonly output: string | null;
}

export const usage = `derail: find the token where structured tool-call execution broke

Usage
  derail analyze PATH... [options]    analyse rollout files, or folders of them
  derail run PATH... [options]        a training run's files or folder, as figures by step
  derail search TEXT PATH... [options]
                                      find text in the records of rollout files
  derail explain [RULE]               what a rule means and what to do, or all rules by name
  derail families                     the tool-call grammars that are known, by id

Options
  --policy DIR|none    policy to score with, a directory as Hugging Face exports it with
                       onnx/model.onnx; "none": structure only (default: the bundled one)
  --tokenizer FILE     a tokenizer.json that wins over the policy's own; files that hold
                       token ids need the tokenizer they were sampled with
  --family ID|auto     tool-call grammar to read turns in (default: auto, each trajectory's
                       own, from its text, the tokenizer and the chat template)
  --map FILE           which field is what in files of no known format, as JSON:
                       {"messages": "path.of.field", "reward": "..."}; analysing such a file
                       prints a first guess
  --regex              of search: TEXT is a regular expression of JavaScript
  --ignore-case        of search: upper and lower case are the same
  --format text|json   what to print (default: text)
  --output FILE        write there instead of to standard output
  --help, --version

Exit code: 0; 1 when something could not be read; 2 when the arguments are wrong.
`;

const options = {
  policy: { type: "string" },
  tokenizer: { type: "string" },
  family: { type: "string", default: "auto" },
  map: { type: "string" },
  regex: { type: "boolean", default: false },
  "ignore-case": { type: "boolean", default: false },
  format: { type: "string", default: "text" },
  output: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false },
} as const;

/** What the arguments ask for. Never throws: wrong ones are a command too. */
export function readArguments(argv: readonly string[]): Command {
  try {
    return interpret(parseArgs({ args: [...argv], options, allowPositionals: true }));
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function interpret({
  values,
  positionals,
}: {
  readonly values: {
    readonly policy?: string | undefined;
    readonly tokenizer?: string | undefined;
    readonly family?: string | undefined;
    readonly map?: string | undefined;
    readonly regex?: boolean | undefined;
    readonly "ignore-case"?: boolean | undefined;
    readonly format?: string | undefined;
    readonly output?: string | undefined;
    readonly help?: boolean | undefined;
    readonly version?: boolean | undefined;
  };
  readonly positionals: readonly string[];
}): Command {
  if (values.help === true) return { kind: "help" };
  if (values.version === true) return { kind: "version" };
  const [verb, ...paths] = positionals;
  if (verb === undefined) return wrong("say what to do: derail analyze PATH...");
  const { format } = values;
  if (format !== "text" && format !== "json")
    return wrong(`--format is "text" or "json", not "${String(format)}"`);
  const named = [values.policy, values.tokenizer, values.map, values.output];
  if (named.includes("")) return wrong("--policy, --tokenizer, --map and --output need a path");
  const output: Output = { format, output: values.output ?? null };
  if (verb === "families" && paths.length === 0) return { kind: "families", ...output };
  if (verb === "explain") return explain(paths.join(" "), output);
  if (verb === "search") {
    const kind = values.regex === true ? "pattern" : "text";
    return search(paths, { kind, ignoreCase: values["ignore-case"] === true }, output);
  }
  if (verb !== "analyze" && verb !== "run")
    return wrong(
      `unknown command "${verb}": there are "analyze", "run", "search", "explain" and "families"`,
    );
  if (paths.length === 0) return wrong(`name at least one file or folder: derail ${verb} PATH...`);
  const { family = "auto" } = values;
  if (family !== "auto" && familyById(family) === null)
    return wrong(`there is no grammar "${family}": "derail families" lists them`);
  return {
    kind: verb,
    paths,
    policy: values.policy === "none" ? null : values.policy,
    tokenizer: values.tokenizer ?? null,
    family: family === "auto" ? null : family,
    map: values.map ?? null,
    ...output,
  };
}

function explain(asked: string, output: Output): Command {
  if (asked === "") return { kind: "explain", explanation: null, ...output };
  const found = findRule(asked);
  if (found.kind === "found") return { kind: "explain", explanation: found.explanation, ...output };
  const near = found.nearest.map(({ rule, title }) => `${rule} (${title.toLowerCase()})`);
  return wrong(
    near.length === 0
      ? `there is no rule "${asked}": "derail explain" lists them`
      : `there is no rule "${asked}": did you mean ${near.join(" or ")}?`,
  );
}

function search(
  [text = "", ...paths]: readonly string[],
  how: Omit<SearchQuery, "text">,
  output: Output,
): Command {
  const query = { ...how, text };
  const compiled = compileSearch(query);
  if (compiled.kind === "wrong") return wrong(compiled.message);
  if (paths.length === 0)
    return wrong("name at least one file or folder: derail search TEXT PATH...");
  return { kind: "search", query, paths, ...output };
}

function wrong(message: string): Command {
  return { kind: "wrong", message };
}

/** Exit code of a finished command. */
export function exitCode(outcome: "done" | "unreadable" | "wrong-arguments"): number {
  switch (outcome) {
    case "done":
      return 0;
    case "unreadable":
      return 1;
    case "wrong-arguments":
      return 2;
    default:
      return unreachable(outcome);
  }
}
