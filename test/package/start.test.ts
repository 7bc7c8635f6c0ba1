import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { root } from "../support/paths.ts";

const start = (...args: readonly string[]): { status: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, "scripts/start.mjs"), ...args],
    { cwd: root, encoding: "utf8", maxBuffer: 64e6 },
  );
  return { status, out: stdout, err: stderr };
};

test("npm start -- --no-editor builds, prints the analysis of the sample run and ends", () => {
  const { status, out } = start("--no-editor");
  assert.equal(status, 0);
  assert.match(out, /illegal control mass: leaves its usual \S+ at step \d+/);
  assert.match(out, /media\/sample-run\/collapse\/\d+\.jsonl/);
  assert.match(out, /healthy call/);
  assert.match(out, /spike\//);
  assert.doesNotMatch(out, /Open it in a browser/);
});

test("npm start with an argument that it does not know says how it is used", () => {
  const { status, err } = start("--no-edit");
  assert.equal(status, 2);
  assert.match(err, /Unknown argument: --no-edit/);
  assert.match(err, /Usage: npm start/);
});
