// How fast large files open: time to the first trajectory and peak memory of a process of its own, with the engine in its
// worker thread as in the editor, until the index is complete; and the index alone against `wc -l` of the same file in the
// same run.
// `npm run bench:files -- [--megabytes 10,100,1000] [--row 3000] [--json]`.
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "10,100,1000" },
    /** Bytes a line: real veRL rows have some 3 kB. */
    row: { type: "string", default: "3000" },
    json: { type: "boolean", default: false },
    // Of the process that is measured.
    bundles: { type: "string" },
    measure: { type: "string" },
    file: { type: "string" },
  },
});
if (values.measure === "open") await measureOpening(values.bundles, values.file);
else if (values.measure === "index") await measureIndex(values.bundles, values.file);
else await main();

async function main() {
  const { build } = await import("esbuild");
  const folder = mkdtempSync(path.join(tmpdir(), "derail-bench-"));
  try {
    await bundle(build, "engine", {
      entryPoints: [fileURLToPath(new URL("../src/node/engine/worker.ts", import.meta.url))],
    });
    await bundle(build, "index", {
      stdin: {
        contents: `export { openFile } from "./byte-source.ts"; export { indexFile, readContainer } from "./file-index.ts";`,
        resolveDir: fileURLToPath(new URL("../src/node/files", import.meta.url)),
      },
    });
    const figures = values.megabytes.split(",").map((megabytes) => {
      const file = write(folder, Number(megabytes) * 1e6, Number(values.row));
      const measured = measure(folder, file);
      rmSync(file);
      if (!values.json) console.log(inWords(measured));
      return measured;
    });
    if (values.json) console.log(JSON.stringify(figures));
  } finally {
    rmSync(folder, { recursive: true });
  }

  function bundle(build, name, input) {
    return build({
      ...input,
      outfile: path.join(folder, `${name}.cjs`),
      bundle: true,
      minify: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      mainFields: ["module", "main"],
      logLevel: "error",
    });
  }
}

function measure(bundles, file) {
  const count = () => execFileSync("wc", ["-l", file]);
  count();
  // By turns, so that both meet the same weather; the best of each.
  let wcSeconds = Infinity;
  let best = null;
  for (let turn = 0; turn < 3; turn++) {
    wcSeconds = Math.min(wcSeconds, timed(count) / 1000);
    const opened = inProcess(bundles, "open", file);
    const indexed = inProcess(bundles, "index", file);
    best = {
      firstTrajectoryMs: Math.min(best?.firstTrajectoryMs ?? Infinity, opened.firstTrajectoryMs),
      indexSeconds: Math.min(best?.indexSeconds ?? Infinity, indexed.indexSeconds),
      // Memory is the worst of all: it has to hold every time.
      peakMB: Math.max(best?.peakMB ?? 0, opened.peakMB),
    };
  }
  const { firstTrajectoryMs, indexSeconds, peakMB } = best;
  return { bytes: statSync(file).size, firstTrajectoryMs, indexSeconds, wcSeconds, peakMB };
}

function inProcess(bundles, what, file) {
  const self = fileURLToPath(import.meta.url);
  const parameters = [self, "--bundles", bundles, "--measure", what, "--file", file];
  const child = spawnSync(process.execPath, parameters);
  if (child.status !== 0) throw new Error(String(child.stderr));
  return JSON.parse(String(child.stdout));
}

async function measureIndex(bundles, file) {
  const { indexFile, openFile, readContainer } = createRequire(import.meta.url)(
    path.join(bundles, "index.cjs"),
  );
  const seconds = [];
  // The first turns warm the code up, as files before this one do in the editor.
  for (let turn = 0; turn < 6; turn++) {
    const start = performance.now();
    const source = await openFile(file);
    const { value: container } = await readContainer(source);
    const { done } = indexFile(source, container);
    await done;
    seconds.push((performance.now() - start) / 1000);
    await source.close();
  }
  console.log(JSON.stringify({ indexSeconds: Math.min(...seconds) }));
}

/** Open the file as the editor does, look at its first trajectory, and wait until every record is found. */
async function measureOpening(bundles, file) {
  const worker = new Worker(path.join(bundles, "engine.cjs"), { workerData: { scorerPath: "" } });
  const call = caller(worker);
  // The thread's own start is not the file's.
  await call("configure", {
    policyDirectory: null,
    policyName: null,
    tokenizerFile: null,
    family: null,
    thresholdFloor: 0.05,
    thresholdSigmas: 4,
  });
  const start = performance.now();
  const { document } = await call("open", { path: file });
  const view = await call("trajectory", { document, trajectory: 0 });
  const firstTrajectoryMs = Math.round(performance.now() - start);
  if (view.problem !== null) throw new Error(view.problem);
  let info = await call("info", { document });
  while (info.indexing) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
    info = await call("info", { document });
  }
  await call("rows", { document, from: info.trajectoryCount - 50, count: 50 });
  const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ firstTrajectoryMs, peakMB }));
  await worker.terminate();
}

function caller(worker) {
  const waiting = new Map();
  let nextId = 0;
  worker.on("message", ({ kind, id, value, message, method }) => {
    if (kind === "call") {
      if (method === "log") process.stderr.write(`${JSON.stringify(value)}\n`);
      return;
    }
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (kind === "value") resolve(value);
    else reject(new Error(message));
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ kind: "call", id, method, params });
    });
}

/** Lines as veRL writes them: 4 MB of different ones, again and again. */
function write(folder, bytes, rowBytes) {
  const file = path.join(folder, "rollouts.jsonl");
  const row = (number) =>
    JSON.stringify({
      input:
        "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\nHow is the weather?<|im_end|>\n<|im_start|>assistant\n",
      output: `<tool_call>\n{"name": "weather", "arguments": {"day": ${String(number)}}}\n</tool_call><|im_end|> ü ${"word ".repeat(Math.max(1, Math.round((rowBytes - 330) / 5)))}`,
      gts: null,
      score: number % 2,
      step: number,
    });
  const lines = [];
  for (let size = 0; size < 4e6; size += rowBytes) lines.push(row(lines.length));
  const block = Buffer.from(`${lines.join("\n")}\n`);
  const handle = openSync(file, "w");
  for (let written = 0; written < bytes; written += block.length) writeSync(handle, block);
  closeSync(handle);
  return file;
}

function inWords({ bytes, firstTrajectoryMs, indexSeconds, wcSeconds, peakMB }) {
  return [
    `${String(Math.round(bytes / 1e6))} MB`.padEnd(8),
    `first trajectory ${String(firstTrajectoryMs)} ms`,
    `index ${indexSeconds.toFixed(3)} s`,
    `wc -l ${wcSeconds.toFixed(3)} s`,
    `throughput ${(wcSeconds / indexSeconds).toFixed(2)} of wc`,
    `peak ${String(peakMB)} MB`,
  ].join(" | ");
}

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}
