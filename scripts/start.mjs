// `npm start`: builds, prints the analysis of the sample run, then opens it in a real VS Code. Ctrl-C ends all of it.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { startServer, workbenchUrl } from "./vscode-server.mjs";

const root = path.resolve(import.meta.dirname, "..");
const sample = path.join(root, "media/sample-run");
const helper = path.join(root, "scripts/start-extension");
const usage = `Usage: npm start [-- --no-editor] [-- --port NUMBER]

  --no-editor     build and print the analysis of the sample run, then end
  --port NUMBER   where code-server listens, if VS Code's \`code\` is not on the PATH
                  (default 8791; another where that one is in use)`;

const options = readOptions(process.argv.slice(2));
if (options === null) {
  console.error(usage);
  process.exit(2);
}
if (options.help) {
  console.log(usage);
  process.exit(0);
}

step("Building");
node("scripts/build.mjs");
const start = readFileSync(path.join(sample, "start-here.txt"), "utf8").trim();
step("The sample run by training step: derail run media/sample-run/collapse");
node("dist/cli.js", "run", "media/sample-run/collapse");
step(`Where it starts to collapse: derail analyze media/sample-run/${start}`);
node("dist/cli.js", "analyze", `media/sample-run/${start}`);
if (!options.noEditor) await openEditor(options.port);

async function openEditor(port) {
  if (hasCode()) {
    step("Opening VS Code (Ctrl-C or closing its window ends this)");
    await runCode();
    return;
  }
  step("No `code` on the PATH: using code-server");
  run("bash", "scripts/install-vscode.sh", "--no-chromium");
  step("Packaging the extension");
  node("scripts/package.mjs");
  const helperFile = path.join(root, "dist/start-extension.vsix");
  execFileSync(
    process.execPath,
    [
      path.join(root, "node_modules/@vscode/vsce/vsce"),
      ...["package", "--no-dependencies", "--allow-missing-repository", "--skip-license"],
      ...["--out", helperFile],
    ],
    { cwd: helper, stdio: "ignore" },
  );
  const vsix = path.join(root, `derail-${process.platform}-${process.arch}.vsix`);
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => ending.abort());
  let server;
  try {
    server = await startServer({ vsix: [vsix, helperFile], port, signal: ending.signal });
  } catch (error) {
    if (ending.signal.aborted) return;
    throw error;
  }
  let stopping = null;
  const stop = () => (stopping ??= server.stop());
  ending.signal.addEventListener("abort", stop);
  if (server.port !== port) console.log(`\nPort ${port} is in use.`);
  console.log(`\nDerail is at ${workbenchUrl(server, { folder: sample })}`);
  console.log("Open it in a browser. Ctrl-C ends it.");
  await server.exited;
  await stop();
}

/** VS Code's own window, with the extension as it lies here. */
function runCode() {
  const child = spawn(
    "code",
    [
      "--new-window",
      "--wait",
      `--extensionDevelopmentPath=${root}`,
      `--extensionDevelopmentPath=${helper}`,
      sample,
    ],
    { stdio: "inherit", shell: process.platform === "win32" },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
}

function hasCode() {
  const { status } = spawnSync("code", ["--version"], {
    stdio: "ignore",
    shell: process.platform === "win32",
  });
  return status === 0;
}

/** Null: not understood. */
function readOptions(words) {
  const found = { noEditor: false, help: false, port: 8791 };
  for (let at = 0; at < words.length; at++) {
    if (words[at] === "--no-editor") found.noEditor = true;
    else if (words[at] === "--help") found.help = true;
    else if (words[at] === "--port" && /^\d{1,5}$/.test(words[at + 1] ?? "")) {
      found.port = Number(words[++at]);
    } else {
      console.error(`Unknown argument: ${words[at]}`);
      return null;
    }
  }
  return found;
}

function step(title) {
  console.log(`\n== ${title}`);
}

function node(script, ...args) {
  run(process.execPath, path.join(root, script), ...args);
}

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
