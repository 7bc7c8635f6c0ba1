// Bundles everything that ships into dist/. `--production` minifies and holds each bundle to its budget.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import esbuild from "esbuild";

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

const shared = {
  bundle: true,
  minify: production,
  sourcemap: !production,
  metafile: true,
  logLevel: "warning",
  legalComments: "none",
  // What runs as a bundle finds its neighbours by __dirname; modules, which tests run, by their own address.
  define: { derailVersion: JSON.stringify(version), "import.meta.url": "undefined" },
};
// jsonc-parser's main file loads its parts through a wrapper that no bundler sees through; its module file is plain.
const mainFields = ["module", "main"];
const node = { ...shared, platform: "node", format: "cjs", target: "node20", mainFields };
const page = { ...shared, platform: "browser", format: "esm", target: "chrome120" };

// Only the extension may resolve `vscode`: if core or the CLI ever imports it, its build fails.
const targets = {
  extension: { ...node, entryPoints: ["src/extension/main.ts"], external: ["vscode"] },
  engine: { ...node, entryPoints: ["src/node/engine/worker.ts"] },
  unpacker: { ...node, entryPoints: ["src/node/unpacking/worker.ts"] },
  search: { ...node, entryPoints: ["src/node/search/worker.ts"] },
  scorer: { ...node, entryPoints: ["src/node/policy/scorer.ts"], external: ["onnxruntime-node"] },
  cli: { ...node, entryPoints: ["src/cli/main.ts"], banner: { js: "#!/usr/bin/env node" } },
  webview: { ...page, entryPoints: ["webview/main.ts"] },
};

// Minified bytes. Raise one only in the commit that needs it, with the reason.
const budgets = {
  extension: 250_000,
  // tokenizers 37 kB, jinja 47 kB, ajv with fast-uri 125 kB, jsonc-parser 11 kB, jsonrepair 15 kB, and ours:
  // 44 call grammars with their readers, rules, explanations and the reading again of broken calls are 190 kB of it,
  // three dozen formats of rollouts 70 kB, what files record a token and the audit of loss masks 15 kB.
  engine: 790_000,
  // Started by the first packed file. hyparquet 56 kB, its compressors 108 kB (brotli's dictionary alone 79),
  // fzstd 8 kB; ours with the JSON reader for an archive's header.
  unpacker: 250_000,
  search: 20_000,
  scorer: 150_000,
  // The engine plus the command line.
  cli: 870_000,
  // The toolkit's eight components 125 kB, chart.js with parts registered one by one 160 kB.
  webview: 400_000,
};

mkdirSync("dist", { recursive: true });
for (const [name, options] of Object.entries(targets)) {
  const context = await esbuild.context({ ...options, outfile: `dist/${name}.js` });
  if (watch) {
    await context.watch();
    continue;
  }
  const { metafile } = await context.rebuild();
  await context.dispose();
  const bytes = metafile.outputs[`dist/${name}.js`].bytes;
  writeFileSync(`dist/${name}.meta.json`, JSON.stringify(metafile));
  console.log(`${name.padEnd(10)} ${String(bytes).padStart(8)} B`);
  if (production && bytes > budgets[name]) {
    throw new Error(`${name} is over its budget of ${budgets[name]} B`);
  }
}
