// `npm test` runs every suite; `npm test -- unit contract` runs some, `--only PATTERN` some files of them. `--soak N` opens
// N times as many damaged files.
// Node 20's runner takes no glob; the files are listed here so that none can be forgotten.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";

const suites = ["unit", "contract", "golden", "page", "host", "e2e", "package"];
const steps = {
  types: ["npx", "tsc", "-b"],
  lint: ["npx", "oxlint", "--type-aware", "src", "webview", "test"],
  format: ["npx", "prettier", "--check", "."],
};

const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "" }, soak: { type: "string" } },
});
const { only } = values;
if (values.soak !== undefined) process.env.DERAIL_SOAK = values.soak;
const wanted = named.length > 0 ? named : [...Object.keys(steps), ...suites];

for (const name of wanted.filter((step) => step in steps)) {
  console.log(`# ${name}`);
  run(steps[name]);
}
const files = wanted.filter((suite) => suites.includes(suite)).flatMap(listTests);
const ui = files.filter((file) => /^test\/(golden|page|host|e2e|package)\//.test(file));
if (ui.length > 0) {
  if (ui.some((file) => /^test\/(page|host|e2e)\//.test(file)))
    run(["bash", "scripts/install-vscode.sh"]);
  run(["node", "scripts/build.mjs", "--production"]);
  if (ui.some((file) => /^test\/(e2e|package)\//.test(file))) run(["node", "scripts/package.mjs"]);
}
if (files.length > 0) {
  // One file at a time: a browser and a VS Code each fill a core.
  run([
    process.execPath,
    "--import=tsx",
    "--import=./test/support/setup.ts",
    "--test",
    "--test-concurrency=1",
    "--test-reporter=spec",
    ...files,
  ]);
} else if (wanted.some((suite) => suites.includes(suite))) {
  throw new Error(`No tests in ${wanted.join(", ")}`);
}

function listTests(suite) {
  const folder = `test/${suite}`;
  if (!existsSync(folder)) throw new Error(`No folder ${folder}`);
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith(".test.ts") && file.includes(only))
    .map((file) => `${folder}/${file}`)
    .toSorted();
}

function run([command, ...args]) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
