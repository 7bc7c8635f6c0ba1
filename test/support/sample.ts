import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { root } from "./paths.ts";

/** A spike of the sample that a chart can show apart from its neighbours. */
export interface SampleSpike {
  readonly file: string;
  readonly trajectory: number;
  readonly token: number;
  readonly control: string;
  readonly findingCount: number;
}

interface ReportFinding {
  readonly kind: string;
  readonly rule: string;
  readonly token: number | null;
  readonly control: string | null;
  readonly fired: boolean | null;
}

interface Report {
  readonly files: readonly {
    readonly trajectories: readonly { readonly findings: readonly ReportFinding[] }[];
  }[];
}

/** Rows that the list shows without scrolling. */
const rowsInView = 8;
/** A transcript longer than a screen: what travels to the page is then as much as it can be. */
const leastLines = 70;

/** The sample file that `Open Sample Run` opens. */
export function sampleFile(): string {
  const folder = path.join(root, "media/sample-run");
  return path.join(folder, readFileSync(path.join(folder, "start-here.txt"), "utf8").trim());
}

/** Ask the command line for a spike that fired, with a break beside it in the same trajectory. */
export function findSampleSpike(): SampleSpike {
  const file = sampleFile();
  const output = execFileSync(
    process.execPath,
    [path.join(root, "dist/cli.js"), "analyze", file, "--format", "json"],
    { encoding: "utf8", maxBuffer: 64e6, stdio: ["ignore", "pipe", "inherit"] },
  );
  const report = JSON.parse(output) as Report;
  const lengths = readFileSync(file, "utf8")
    .split("\n")
    .map((record) => record.split(String.raw`\n`).length);
  const spikes = (report.files[0]?.trajectories ?? [])
    .slice(0, rowsInView)
    .flatMap(({ findings }, trajectory) => {
      const tokens = findings.flatMap(({ token }) => token ?? []);
      if (!findings.some(({ kind }) => kind === "break")) return [];
      if ((lengths[trajectory] ?? 0) < leastLines) return [];
      return findings
        .filter(({ rule, fired }) => rule === "spike/illegal-mass" && fired === true)
        .flatMap(({ token, control }) => {
          if (token === null || control === null) return [];
          const others = tokens.filter((each) => each !== token);
          const room = Math.min(...others.map((each) => Math.abs(each - token)), 1_000);
          return [{ file, trajectory, token, control, room, findingCount: findings.length }];
        });
    });
  const [best] = spikes.toSorted((a, b) => b.room - a.room);
  if (!best) throw new Error(`No trajectory at the top of ${file} has a spike and a break`);
  return best;
}
