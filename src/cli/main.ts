import { writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { explanations } from "../core/findings/explanations/index.ts";
import { Engine } from "../node/engine/engine.ts";
import { analyzeFiles } from "./analyze.ts";
import { exitCode, readArguments, usage, type Command, type Output } from "./arguments.ts";
import { deliver, lookOf } from "./deliver.ts";
import { formatExplanation, listRules } from "./explain.ts";
import { familiesReport, listFamilies } from "./list-families.ts";
import { readMapping } from "./map-fields.ts";
import { startProgress } from "./progress.ts";
import { searchFiles } from "./search.ts";
import { jsonSink, runSink, textSink, toJson, type Sink } from "./sinks.ts";

declare const derailVersion: string;

// dist/cli.js lies beside dist/scorer.js, and media/ beside dist/.
const here = __dirname;

// `derail … | head`: the reader has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
void main();

async function main(): Promise<void> {
  const command = readArguments(process.argv.slice(2));
  try {
    process.exitCode = await run(command);
  } catch (error) {
    // An output that can't be written.
    process.stderr.write(`derail: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCode("unreadable");
  }
}

async function run(command: Command): Promise<number> {
  if (command.kind === "help") return print(usage);
  if (command.kind === "version") return print(`${derailVersion}\n`);
  if (command.kind === "families")
    return print(command.format === "json" ? toJson(familiesReport()) : listFamilies(), command);
  if (command.kind === "explain") return print(explain(command), command);
  if (command.kind === "wrong") {
    process.stderr.write(`derail: ${command.message}\n\n${usage}`);
    return exitCode("wrong-arguments");
  }
  if (command.kind === "search") return search(command);
  return analyze(command);
}

// Longer lines are hard to read; a pipe has no width.
const widest = 100;

function explain({ explanation, format, output }: Extract<Command, { kind: "explain" }>): string {
  if (format === "json")
    return toJson({ version: 1, rules: explanation === null ? explanations : [explanation] });
  const { colors, width } = lookOf(output);
  return explanation === null
    ? listRules(colors)
    : formatExplanation(explanation, Math.min(widest, width), colors);
}

async function search(command: Extract<Command, { kind: "search" }>): Promise<number> {
  const aborting = new AbortController();
  process.once("SIGINT", () => {
    aborting.abort();
  });
  const isComplete = await searchFiles(command, aborting.signal);
  return exitCode(isComplete ? "done" : "unreadable");
}

type Analyze = Extract<Command, { readonly kind: "analyze" | "run" }>;

async function analyze(command: Analyze): Promise<number> {
  const map = await readMapping(command.map);
  if ("wrong" in map) {
    process.stderr.write(`derail: ${map.wrong}\n`);
    return exitCode("wrong-arguments");
  }
  const aborting = new AbortController();
  process.once("SIGINT", () => {
    aborting.abort();
  });
  const progress = startProgress(process.stderr);
  const engine = new Engine({
    scorerPath: path.join(here, "scorer.js"),
    changed: () => undefined,
    log: () => undefined,
  });
  const sink = sinkOf(command);
  const others: string[] = [];
  let isComplete = true;
  try {
    if (command.output !== null) await writeFile(command.output, "");
    await engine.configure({
      policyDirectory: directoryOf(command.policy),
      policyName: command.policy === undefined ? "bundled policy" : null,
      tokenizerFile: command.tokenizer,
      family: command.family,
      thresholdFloor: 0.05,
      thresholdSigmas: 4,
    });
    for await (const analyzed of analyzeFiles(engine, command.paths, {
      signal: aborting.signal,
      mappings: map.mappings,
      onProgress: progress.report,
      ...(sink.onAnalysis ? { onAnalysis: sink.onAnalysis } : {}),
    })) {
      progress.end();
      if (analyzed.kind === "links") {
        const names = analyzed.paths.map((link) => path.basename(link)).join(", ");
        process.stderr.write(
          `derail: links that lead out of their folder are not followed, name the files to have them read: ${names}\n`,
        );
        continue;
      }
      if (analyzed.kind === "not-rollouts") {
        others.push(...analyzed.paths);
        continue;
      }
      for (const complaint of analyzed.complaints) process.stderr.write(`derail: ${complaint}\n`);
      isComplete &&= analyzed.isComplete;
      sink.add(analyzed);
    }
    await sink.finish(others);
    return exitCode(isComplete ? "done" : "unreadable");
  } catch (error) {
    if (aborting.signal.aborted) process.stderr.write("derail: stopped\n");
    else
      process.stderr.write(`derail: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCode("unreadable");
  } finally {
    progress.end();
    await engine.dispose();
  }
}

function sinkOf(command: Analyze): Sink {
  if (command.kind === "run") return runSink(command, nameOf(command.policy));
  return command.format === "json" ? jsonSink(command) : textSink(command);
}

/** How people know the policy that scored. */
function nameOf(policy: string | null | undefined): string | null {
  if (policy === null) return null;
  return policy === undefined ? "bundled policy" : `policy ${path.basename(path.resolve(policy))}`;
}

function directoryOf(policy: string | null | undefined): string | null {
  return policy === undefined ? path.join(here, "../media/policy") : policy;
}

async function print(
  text: string,
  { output }: Pick<Output, "output"> = { output: null },
): Promise<number> {
  await deliver(output, text);
  return exitCode("done");
}
