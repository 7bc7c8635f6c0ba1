import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { formats } from "../../src/core/formats/index.ts";
import type { Format } from "../../src/core/formats/format.ts";
import { corpusFormats } from "../support/corpus-formats.ts";
import { countAll, sum } from "../support/count.ts";
import type { Counts } from "../support/count.ts";
import { formatFiles } from "../support/format-files.ts";
import { corpusFolder, root } from "../support/paths.ts";
import { corpusOf, fixturesOf, readAll } from "../support/rollouts.ts";
import type { Sample } from "../support/rollouts.ts";

const folder = path.join(root, "test/fixtures/formats");
const counter = path.join(folder, "counts.py");
const page = path.join(root, "docs/formats.md");
const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** What `counts.py` counts, by the fields of the files and without a line of our code. */
type Counted = Readonly<Record<string, Counts>>;

const committed = JSON.parse(readFileSync(path.join(folder, "counts.json"), "utf8")) as Readonly<
  Record<string, Counted>
>; // Our own file; every figure in it is compared.

test("counts.json is what counts.py counts in the fixtures", { skip: !hasPython }, () => {
  const output = python();
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path.join(folder, "counts.json"), output);
  else assert.deepEqual(committed, JSON.parse(output));
});

for (const format of formats) {
  test(`${format.id}: Derail reads in the fixtures what an independent count finds`, () => {
    const counted = committed[format.id] ?? {};
    for (const sample of fixturesOf(format.id)) {
      assert.deepEqual(countOf(sample, format), counted[sample.name], sample.title);
    }
  });

  const real = (corpusFormats[format.id] ?? []).flatMap(corpusOf);
  test(
    `${format.id}: Derail reads in real files what an independent count finds`,
    { skip: real.length === 0 || !hasPython },
    () => {
      const paths = real.map(({ title }) => path.join(corpusFolder ?? "", title));
      const counted = JSON.parse(python(format.id, ...paths)) as Counted; // Compared as a whole.
      const read = real.map((sample, at) => [paths[at], countOf(sample, format)]);
      assert.deepEqual(Object.fromEntries(read), counted);
    },
  );
}

test("docs/formats.md has a row for every format", () => {
  const before = existsSync(page) ? readFileSync(page, "utf8") : "";
  const marker = "<!-- written by test/unit/formats-table.test.ts -->\n";
  const preface = before.slice(0, before.indexOf(marker) + marker.length);
  const written = `${preface}\n${table(({ id }) => fixturesOf(id))}`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, written);
  else assert.equal(before, written, "docs/formats.md differs; UPDATE_GOLDEN=1 rewrites it");
});

test("the same table of real files", { skip: corpusFolder === null }, (t) => {
  const written = table(({ id }) => (corpusFormats[id] ?? []).flatMap(corpusOf));
  assert.ok(written.includes("\n"));
  t.diagnostic(`\n${written}`);
});

function python(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("python3", ["-B", counter, ...args], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

function countOf(sample: Sample, format: Format): Counts {
  const reading = readAll(sample);
  assert.equal(reading.format, format, sample.title);
  return countAll(reading.trajectories);
}

/** Of the formats that have samples. */
function table(samplesOf: (format: Format) => readonly Sample[]): string {
  const heads = ["Format", "Files", "Detected", "Trajectories", "Turns", "Tool calls", "Ids"];
  const rows = formats.flatMap((format) => {
    const samples = samplesOf(format);
    if (samples.length === 0) return [];
    const counts = samples.map((sample) => countOf(sample, format)).reduce(sum);
    const figures = [counts.trajectories, counts.turns, counts.toolCalls, counts.ids];
    const detected = `${String(samples.length)} of ${String(samples.length)}`;
    return [[format.title, formatFiles[format.id] ?? "", detected, ...figures, counts.logprobs]];
  });
  const all = [[...heads, "Log-probabilities"], ...rows].map((row) => row.map(String));
  const widths = all[0]?.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0))) ?? [];
  const lines = all.map((row) => line(row.map((cell, at) => pad(cell, widths[at] ?? 0, at))));
  const rule = line(
    widths.map((width, at) => (at < 2 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)),
  );
  return [lines[0], rule, ...lines.slice(1), ""].join("\n");
}

/** Names to the left, figures to the right. */
function pad(cell: string, width: number, column: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
