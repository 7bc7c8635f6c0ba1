import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import type { TestContext } from "node:test";
import { Ajv } from "ajv";
import type { Report } from "../../src/core/report/report.ts";
import { root } from "./paths.ts";

/** A folder of files by name, gone after the test. */
export function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "derail-cli-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

/** Run `derail analyze` and hold its JSON to the schema. */
export function json(...args: readonly string[]): {
  report: Report;
  stdout: string;
  status: number | null;
} {
  const { stdout, status } = derail("analyze", ...args, "--format", "json");
  if (stdout === "") return { report: { version: 1, files: [], notRollouts: [] }, stdout, status };
  const report = JSON.parse(stdout) as Report;
  const schema = JSON.parse(
    readFileSync(path.join(root, "media/analysis.schema.json"), "utf8"),
  ) as object;
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  assert.ok(ajv.validate(schema, report), ajv.errorsText());
  return { report, stdout, status };
}

/** Run the built command line in the repository. */
export function derail(...args: readonly string[]): {
  stdout: string;
  stderr: string;
  status: number | null;
} {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["dist/cli.js", ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: "1", NODE_TEST_CONTEXT: undefined },
  });
  return { stdout, stderr, status };
}
