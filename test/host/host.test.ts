import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { gzip, zip } from "../support/archives.ts";
import { root } from "../support/paths.ts";
import { runHostSuite } from "../support/host-suite.ts";
import { outputs, rolloutFile, type OutputName } from "../support/broken-rollouts.ts";

test("in the extension host of a real VS Code", { timeout: 400_000 }, async (t) => {
  const { results, node, notes } = await runHostSuite((folder) => {
    mkdirSync(folder);
    writeFileSync(
      path.join(folder, "broken.jsonl"),
      rolloutFile(["healthy", "nested", "collapsed"]),
    );
    writePacked(folder);
    writeFileSync(path.join(folder, "not-a-rollout.json"), '{"compilerOptions": {}}\n');
    const odd = JSON.stringify({
      talk: [
        { role: "user", content: "Is it?" },
        { role: "assistant", content: "So it is." },
      ],
      points: 1,
    });
    for (const name of ["odd.jsonl", "odd-too.jsonl"]) writeFileSync(path.join(folder, name), odd);
    writeFileSync(path.join(folder, "many.jsonl"), rolloutFile(manyRollouts()));
  });
  for (const note of [`extension host on Node ${node}`, ...notes]) t.diagnostic(note);
  assert.ok(results.length > 0, "the suite has tests");
  for (const { title, error, durationMs } of results) {
    // oxlint-disable-next-line no-await-in-loop
    await t.test(`${title} (${String(durationMs)} ms)`, () => {
      if (error !== null) assert.fail(error);
    });
  }
});

/** A rollout in each of what files are packed in. */
function writePacked(folder: string): void {
  writeFileSync(path.join(folder, "broken.jsonl.gz"), gzip(rolloutFile(["healthy", "nested"])));
  const parquet = path.join(root, "test/fixtures/containers/completions_00012.parquet");
  copyFileSync(parquet, path.join(folder, "completions_00012.parquet"));
  const sample = readFileSync(
    path.join(root, "test/fixtures/formats/inspect/2_epoch_2.json"),
    "utf8",
  );
  const log = zip([
    { name: "_journal/start.json", text: '{"eval": {"task": "files", "model": "m/1"}}' },
    { name: "samples/2_epoch_2.json", text: sample, method: "zstd" },
  ]);
  writeFileSync(path.join(folder, "log.eval"), log);
}

/** At least 100,000 tokens of the bundled tokenizer, which takes five characters a token here. */
function manyRollouts(): readonly OutputName[] {
  const characters = rolloutFile(["nested"]).length;
  assert.ok(outputs.nested.length > 100);
  return Array.from({ length: Math.ceil(620_000 / characters) }, () => "nested");
}
