import path from "node:path";
import process from "node:process";
import type { Analysis } from "../core/analysis/analysis.ts";
import type { FileReport, Report } from "../core/report/report.ts";
import type { AnalyzedFile } from "./analyze.ts";
import type { Output } from "./arguments.ts";
import { deliver, lookOf } from "./deliver.ts";
import { formatFile, tellOthers, tellProblems } from "./report-text.ts";
import { startRun } from "./run-steps.ts";
import { formatRun } from "./run-text.ts";
import { startTotals } from "./totals.ts";

/** Takes files as they are analysed and writes what was asked for. */
export interface Sink {
  readonly onAnalysis?: (analysis: Analysis, file: string) => void;
  readonly add: (file: AnalyzedFile) => void;
  /** `others`: files of folders that are no rollouts. */
  readonly finish: (others: readonly string[]) => Promise<void>;
}

/** Findings for a person, as they come; totals behind several files. */
export function textSink({ output }: Output): Sink {
  const look = lookOf(output);
  const totals = startTotals();
  const texts: string[] = [];
  return {
    add({ report, misfit }) {
      if (misfit !== null) process.stderr.write(`derail: ${report.path}: ${misfit}\n`);
      totals.add(report);
      const text = formatFile(report, look);
      if (output === null) process.stdout.write(`${text}\n`);
      else texts.push(text);
    },
    finish: (others) => {
      const closing = [totals.format(look), tellOthers(others)].filter((text) => text !== null);
      return deliver(output, [...texts, ...closing].join("\n"));
    },
  };
}

export function jsonSink({ output }: Output): Sink {
  const files: FileReport[] = [];
  return {
    add({ report, misfit }) {
      if (misfit !== null) process.stderr.write(`derail: ${report.path}: ${misfit}\n`);
      files.push(report);
    },
    finish: (notRollouts) => {
      const report: Report = { version: 1, files, notRollouts };
      return deliver(output, toJson(report));
    },
  };
}

/** Figures by training step; what has no place in them goes to standard error. */
export function runSink({ output, format }: Output, policy: string | null): Sink {
  const steps = startRun();
  const foreign: string[] = [];
  return {
    onAnalysis: steps.add,
    add({ report, misfit, isComplete }) {
      if (misfit !== null) foreign.push(path.basename(report.path));
      if (!isComplete) process.stderr.write(tellProblems(report));
    },
    finish: async (others) => {
      const report = steps.report(policy);
      const { colors } = lookOf(output);
      await deliver(output, format === "json" ? toJson(report) : formatRun(report, colors));
      process.stderr.write(tellOthers(others) ?? "");
      if (policy !== null && foreign.length > 0)
        process.stderr.write(`derail: ${tellForeign(foreign, policy)}\n`);
    },
  };
}

/** A run that moved away from the policy that scores it: said once, not for every step. */
function tellForeign(files: readonly string[], policy: string): string {
  const names = files.length === 1 ? files.join("") : `${files[0] ?? ""} … ${files.at(-1) ?? ""}`;
  const count = files.length === 1 ? "one file" : `${String(files.length)} files`;
  return (
    `The ${policy} would not sample ${count} of this run itself (${names}): ` +
    `masses and entropy of these steps tell what it expects, not what the policy that wrote them did. ` +
    `"derail analyze" says of each file how far it is off.`
  );
}

/** As every JSON of the command line is written. */
export function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
