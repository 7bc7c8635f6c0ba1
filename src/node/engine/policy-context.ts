import { readFile } from "node:fs/promises";
import path from "node:path";
import { familyById } from "../../core/grammar/families.ts";
import type { Family } from "../../core/grammar/family.ts";
import type { AnalysisContext } from "../../core/analysis/analyse.ts";
import { parseTokenizer } from "../../core/tokens/parse-tokenizer.ts";
import type { Tokenizer } from "../../core/tokens/tokenizer.ts";
import type { EngineSettings } from "../../protocol/engine.ts";
import { readPolicyFiles, type PolicyFiles } from "../policy/directory.ts";

/** What an analysis needs to know of the policy, and who scores. */
export interface PolicyContext extends AnalysisContext {
  /** Directory to score with; null: nothing is scored. */
  readonly directory: string | null;
  readonly policyName: string | null;
  readonly tokenizerName: string | null;
  /** Why something asked for can't be had, with what to do; null where all is well. */
  readonly problem: string | null;
}

/** Load tokenizer and chat template. Never fails: what can't be read is said in `problem`. */
export async function loadPolicyContext(settings: EngineSettings): Promise<PolicyContext> {
  const chosen =
    settings.tokenizerFile === null ? null : await readTokenizer(settings.tokenizerFile);
  const policy = await readPolicy(settings);
  const own = policy?.files && !chosen ? tokenizerOf(policy.files) : nothing;
  const tokenizer = chosen?.tokenizer ?? own.tokenizer;
  const chatTemplate = policy?.files?.chatTemplate ?? null;
  const family = settings.family === null ? null : familyById(settings.family);
  const problem =
    policy?.problem ??
    chosen?.problem ??
    own.problem ??
    (chosen ? misfit(tokenizer, policy?.files) : null);
  const scores = policy?.files?.modelFile != null && problem === null && tokenizer !== null;
  return {
    tokenizer,
    chatTemplate,
    family: family ?? "detect",
    // Resolved: the scoring process runs in a folder of its own.
    directory: scores ? policy.files.directory : null,
    policyName: scores ? (settings.policyName ?? policy.files.name) : null,
    tokenizerName: nameTokenizer(settings, policy?.files ?? null, tokenizer),
    // Not among the problems above: a wrong name of a grammar hinders no scoring.
    problem: problem ?? unknownFamily(settings.family, family),
  };
}

interface LoadedTokenizer {
  readonly tokenizer: Tokenizer | null;
  readonly problem: string | null;
}
const nothing: LoadedTokenizer = { tokenizer: null, problem: null };

interface LoadedPolicy {
  readonly files: PolicyFiles | null;
  readonly problem: string | null;
}

/** What only concerns the policy's own tokenizer; another one was chosen instead. */
const tokenizerProblems: ReadonlySet<string> = new Set([
  "missing-tokenizer",
  "vocabulary-mismatch",
]);

async function readPolicy(settings: EngineSettings): Promise<LoadedPolicy | null> {
  if (settings.policyDirectory === null) return null;
  try {
    const { value, problems } = await readPolicyFiles(settings.policyDirectory);
    const counting = problems.filter(
      ({ code }) => settings.tokenizerFile === null || !tokenizerProblems.has(code),
    );
    return { files: value, problem: counting[0]?.message ?? null };
  } catch (error) {
    return { files: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

function tokenizerOf(files: PolicyFiles): LoadedTokenizer {
  if (files.tokenizerJson === null) {
    return {
      tokenizer: null,
      problem: `${files.directory} has no tokenizer.json: export the policy with its tokenizer, or choose a tokenizer file`,
    };
  }
  const { value, problems } = parseTokenizer(files.tokenizerJson, files.tokenizerConfig);
  return {
    tokenizer: value,
    problem: value
      ? null
      : `${path.join(files.directory, "tokenizer.json")}: ${problems[0]?.message ?? "not a tokenizer"}`,
  };
}

async function readTokenizer(file: string): Promise<LoadedTokenizer> {
  try {
    const json: unknown = JSON.parse(await readFile(file, "utf8"));
    const { value, problems } = parseTokenizer(json, null);
    if (value) return { tokenizer: value, problem: null };
    return { tokenizer: null, problem: `${file}: ${problems[0]?.message ?? "not a tokenizer"}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      tokenizer: null,
      problem: `${file} can't be read as a tokenizer.json (${why}): give the file that Hugging Face calls tokenizer.json`,
    };
  }
}

function unknownFamily(id: string | null, family: Family | null): string | null {
  if (id === null || family !== null) return null;
  return `There is no tool-call grammar "${id}", so each trajectory's own is found: choose one by "Derail: Choose Tool-Call Grammar" or "derail families"`;
}

function misfit(tokenizer: Tokenizer | null, files: PolicyFiles | null | undefined): string | null {
  const size = files?.vocabularySize ?? null;
  if (!tokenizer || !files || size === null || tokenizer.vocabularySize <= size) return null;
  return `The tokenizer has ${String(tokenizer.vocabularySize)} ids, but the policy in ${files.directory} knows ${String(size)}: they do not belong together; choose the policy's own tokenizer`;
}

function nameTokenizer(
  settings: EngineSettings,
  files: PolicyFiles | null,
  tokenizer: Tokenizer | null,
): string | null {
  if (!tokenizer) return null;
  if (settings.tokenizerFile === null) return settings.policyName ?? files?.name ?? null;
  return (
    path.basename(path.dirname(settings.tokenizerFile)) +
    "/" +
    path.basename(settings.tokenizerFile)
  );
}
