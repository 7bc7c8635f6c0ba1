import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { inspect } from "../../src/core/formats/agents/inspect.ts";
import { openRollouts } from "../../src/node/engine/open-rollouts.ts";
import { createTrajectoryReader } from "../../src/node/engine/read-trajectories.ts";
import { countAll, sum } from "../support/count.ts";
import type { Counts } from "../support/count.ts";
import { corpusFolder, root } from "../support/paths.ts";

const folder = path.join(corpusFolder ?? "", "inspect-ai");
const archives =
  corpusFolder === null ? [] : readdirSync(folder).filter((name) => name.endsWith(".eval"));
// Python's zipfile does not know zstd: what it counts in the archive that was packed again holds for this one.
const isZstd = (name: string): boolean => name.includes("zstd");
const counter = path.join(root, "test/fixtures/formats/counts.py");
const hasPython = spawnSync("python3", ["--version"]).status === 0;

for (const name of archives) {
  test(`${name} holds what an independent count finds`, { skip: !hasPython }, async () => {
    const twin = isZstd(name) ? archives.find((other) => other.includes("security-guide_")) : name;
    const file = path.join(folder, twin ?? name);
    const { stdout, stderr } = spawnSync("python3", ["-B", counter, "inspect", file], {
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    const counted = JSON.parse(stdout) as Readonly<Record<string, Counts>>; // Compared as a whole.
    assert.deepEqual(await countArchive(path.join(folder, name)), counted[file]);
  });
}

async function countArchive(file: string): Promise<Counts> {
  const opened = await openRollouts(
    file,
    { onIndexed: () => undefined },
    new AbortController().signal,
  );
  try {
    await opened.indexed;
    assert.equal(opened.format, inspect);
    const reader = createTrajectoryReader();
    const counts: Counts[] = [];
    for (let record = 0; record < opened.records.count; record++) {
      const reading = await reader.read(opened, record);
      assert.equal(reading.kind, "read");
      if (reading.kind === "read") counts.push(countAll(reading.parsed.value));
    }
    return counts.reduce(sum);
  } finally {
    await opened.close();
  }
}
