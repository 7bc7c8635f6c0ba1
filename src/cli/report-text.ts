import path from "node:path";
import type { Colors } from "picocolors/types";
import type { FileReport, FindingReport, TrajectoryReport } from "../core/report/report.ts";
import { isOfFile, tellOnce } from "../core/findings/told-once.ts";
import { tell, tellingFindings } from "../core/findings/telling.ts";
import { fidelityBadges } from "../core/views/fidelity.ts";
import { describeRate } from "../core/grammar/recoveries.ts";
import { packedWords } from "../core/records/packed.ts";
import type { TurnState } from "../core/grammar/structure.ts";
import { clean, count, glyphs, names, paint, statesLine, type Look } from "./words.ts";
import { wrap } from "./wrap.ts";

/** Findings listed a trajectory; the rest are counted. */
const maxFindings = 8;

/** A file's report for a person. Control characters of the file never reach the terminal. */
export function formatFile(file: FileReport, look: Look): string {
  const { colors, width } = look;
  const told = file.problems
    .slice(0, maxFindings)
    .flatMap(({ line, code, message }) =>
      wrap(`  line ${String(line)}: ${clean(message)} (${code})`, width, 4).map(colors.yellow),
    );
  if (file.format === null) return `${[colors.bold(clean(file.path)), ...told].join("\n")}\n`;
  const rate = describeRate(file.recoverable);
  const lines = [
    colors.bold(clean(file.path)),
    ...(file.packed ? wrap(`  ${clean(packedWords(file.packed))}`, width, 4).map(colors.dim) : []),
    `  ${file.format} · ${count(file.trajectories.length, "trajectory", "trajectories")}${fidelity(file)}`,
    ...recordedLines(file.trajectories, width),
    ...grammarLines(file.trajectories, width),
    ...told,
    ...more(file.problems.length - maxFindings, "problem", "problems"),
    ...wrap(`  ${statesLine(counter(file.trajectories), colors)}`, width, 2),
    // Whether what broke is the skill or only the format.
    ...(rate === null ? [] : wrap(`  ${rate}`, width, 2)),
    ...ofFile(file.trajectories, look),
  ];
  for (const trajectory of file.trajectories) {
    const findings = tellingFindings(trajectory.findings).filter((finding) => !isOfFile(finding));
    if (findings.length > 0) lines.push("", ...formatTrajectory(trajectory, findings, look));
  }
  return `${lines.join("\n")}\n`;
}

/** ` · sampled ids · special tokens kept · not re-tokenized`; nothing is claimed of a file in which nothing could be read. */
function fidelity(file: FileReport): string {
  if (file.trajectories.length === 0) return "";
  return fidelityBadges(file)
    .map(({ text }) => ` · ${text}`)
    .join("");
}

/** What the file recorded a token, by the names that it gives it. */
function recordedLines(
  trajectories: readonly TrajectoryReport[],
  width: number,
): readonly string[] {
  const channels = new Set(
    trajectories.flatMap((trajectory) => [
      ...trajectory.channels.map(({ name, key }) => key ?? name),
      ...(trajectory.alternatives ? [trajectory.alternatives.key] : []),
    ]),
  );
  return channels.size === 0
    ? []
    : wrap(`  recorded: ${clean([...channels].join(", "))}`, width, 4);
}

/** Grammars with how sure they are and why; what is most frequent comes first, since a file has one as a rule. */
function grammarLines(trajectories: readonly TrajectoryReport[], width: number): readonly string[] {
  const groups = new Map<string, { readonly reason: string; readonly count: number }>();
  for (const { family } of trajectories) {
    const key = `grammar ${family.id}, confidence ${family.confidence}`;
    const { reason, count: before } = groups.get(key) ?? { reason: family.reason, count: 0 };
    groups.set(key, { reason, count: before + 1 });
  }
  const sorted = [...groups].toSorted(([, a], [, b]) => b.count - a.count);
  const lines = sorted.slice(0, maxGrammars).flatMap(([key, group]) => {
    const share =
      groups.size === 1 ? "" : ` (${String(group.count)} of ${String(trajectories.length)})`;
    return wrap(`  ${key}${share}: ${clean(group.reason)}`, width, 4);
  });
  return [...lines, ...more(sorted.length - maxGrammars, "grammar", "grammars")];
}

const maxGrammars = 3;

/** What is true of the file as such, once. */
function ofFile(
  trajectories: readonly TrajectoryReport[],
  { colors, width }: Look,
): readonly string[] {
  const all = trajectories.flatMap(({ findings }) => findings.filter(isOfFile));
  return tellOnce(all).flatMap(({ severity, rule, message }) =>
    wrap(`  ${label(severity, rule, colors)}  ${clean(message)}`, width, hang - 2),
  );
}

/** Why a file could not be read in full, for a command that prints no report of it. */
export function tellProblems({ path: file, problems }: FileReport): string {
  return problems
    .slice(0, maxFindings)
    .map(({ line, message }) => `derail: ${clean(file)}, line ${String(line)}: ${clean(message)}\n`)
    .join("");
}

/** One polite line for all of a folder's other files; null where there are none. */
export function tellOthers(paths: readonly string[]): string | null {
  if (paths.length === 0) return null;
  const all = names(paths.map((each) => path.basename(each)));
  return `not rollouts: ${count(paths.length, "file", "files")} (${all})\n`;
}

function formatTrajectory(
  trajectory: TrajectoryReport,
  findings: readonly FindingReport[],
  look: Look,
): readonly string[] {
  const { id, step, group, sample, reward } = trajectory;
  const facts = [
    step === null ? null : `step ${String(step)}`,
    group === null ? null : `group ${clean(group)}`,
    sample === null ? null : `sample ${String(sample)}`,
    reward === null ? null : `reward ${String(Math.round(reward * 1000) / 1000)}`,
  ].filter((fact) => fact !== null);
  const { colors, width } = look;
  const ribbon = trajectory.turns
    .flatMap(({ state }) => (state === null ? [] : [paint(state, glyphs[state], colors)]))
    .join(" ");
  return [
    ...wrap(`  ${colors.bold(clean(id))}  ${facts.join(" · ")}  ${ribbon}`, width, 4),
    ...findings
      .slice(0, maxFindings)
      .flatMap((finding) => formatFinding(finding, trajectory, look)),
    ...more(findings.length - maxFindings, "finding", "findings"),
  ];
}

function formatFinding(
  finding: FindingReport,
  { turns }: TrajectoryReport,
  { colors, width }: Look,
): readonly string[] {
  const { line, column } = finding.source;
  const place = finding.token === null ? "" : `, token ${String(finding.token)}`;
  // The editor counts the policy's turns, from one.
  const number = turns.filter(({ sampled, index }) => sampled && index <= finding.turn).length;
  const head = label(finding.severity, finding.rule, colors);
  const where = colors.dim(`${String(line)}:${String(column)} turn ${String(number)}${place}`);
  return wrap(`    ${head}  ${where}  ${clean(tell(finding))}`, width, hang);
}

/** Under the rule: `    warning  F02  `. */
const hang = 13;

function label(severity: FindingReport["severity"], rule: string, colors: Colors): string {
  const text = `${severity.padEnd("warning".length)}  ${rule}`;
  if (severity === "error") return colors.red(text);
  return severity === "warning" ? colors.yellow(text) : colors.cyan(text);
}

function counter(trajectories: readonly TrajectoryReport[]): (state: TurnState) => number {
  const counts = new Map<TurnState, number>();
  for (const { turns } of trajectories) {
    for (const { state } of turns) if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return (state) => counts.get(state) ?? 0;
}

function more(number: number, one: string, many: string): readonly string[] {
  return number > 0 ? [`    and ${count(number, `more ${one}`, `more ${many}`)}`] : [];
}
