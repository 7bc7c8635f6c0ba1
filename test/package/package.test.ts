import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { defaultSettings } from "../../src/extension/default-settings.ts";
import { startScorer } from "../../src/node/policy/client.ts";
import { golden } from "../support/golden.ts";
import { root } from "../support/paths.ts";
import { readZip, unzip, type ZipEntry } from "../support/unzip.ts";
import { activateWithStub } from "./activation.ts";

const target = `${process.platform}-${process.arch}`;
const megabyte = 1_000_000;

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category: string;
      readonly title: string;
    }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { readonly default: unknown; readonly markdownDescription: string }>
      >;
    };
    readonly colors: readonly {
      readonly id: string;
      readonly defaults: Readonly<Record<string, string>>;
    }[];
    readonly customEditors: readonly {
      readonly priority: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
  };
}

describe("the package", () => {
  let entries: readonly ZipEntry[];
  let folder: string;
  let extension: string;
  let manifest: Manifest;

  before(() => {
    entries = readZip(path.join(root, `derail-${target}.vsix`));
    // Outside of the repository: nothing may be found in its node_modules.
    folder = mkdtempSync(path.join(os.tmpdir(), "derail-package-"));
    unzip(entries, folder);
    extension = path.join(folder, "extension");
    manifest = JSON.parse(readFileSync(path.join(extension, "package.json"), "utf8")) as Manifest;
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("ships exactly the files that are listed", () => {
    const names = entries
      .map(({ name }) => name.replace(/\/napi-v6\/\w+\/\w+\/.*/, "/napi-v6/<platform>"))
      .filter((name) => name.startsWith("extension/"))
      .map((name) => name.slice("extension/".length));
    const unique = [...new Set(names)].toSorted((a, b) => a.localeCompare(b));
    golden("package-files.txt", `${unique.join("\n")}\n`);
  });

  test("stays within its sizes", () => {
    assert.ok(sizeOf(entries, "media/policy/") <= 8 * megabyte, "the bundled policy");
    assert.ok(sizeOf(entries, "media/sample-run/") <= 12 * megabyte, "the sample run");
    assert.ok(sizeOf(entries, "dist/extension.js") <= 250_000, "the extension's bundle");
    assert.ok(
      sizeOf(entries, "dist/node_modules/") <= 60 * megabyte,
      "the runtime of one platform",
    );
    const { length } = readFileSync(path.join(root, `derail-${target}.vsix`));
    assert.ok(length <= 30 * megabyte, `${String(length)} bytes`);
  });

  test("declares sixteen commands, all of one category, and starts for none of them early", () => {
    const { commands } = manifest.contributes;
    assert.equal(commands.length, 16);
    assert.deepEqual([...new Set(commands.map(({ category }) => category))], ["Derail"]);
    assert.deepEqual(manifest.activationEvents, []);
  });

  test("its settings have the defaults that the code has, and a description each", () => {
    const { properties } = manifest.contributes.configuration;
    const declared = Object.entries(properties).map(([name, { default: value }]) => [
      name.replace("derail.", ""),
      value,
    ]);
    assert.deepEqual(Object.fromEntries(declared), defaultSettings);
    for (const [name, { markdownDescription }] of Object.entries(properties)) {
      assert.match(markdownDescription, /\.$/, name);
    }
  });

  test("every colour has a value in all four kinds of theme", () => {
    for (const { id, defaults } of manifest.contributes.colors) {
      assert.deepEqual(
        Object.keys(defaults).toSorted(),
        ["dark", "highContrast", "highContrastLight", "light"],
        id,
      );
    }
  });

  test("it is the default editor only of names that nothing but rollouts have, and of what no text editor shows", () => {
    const byDefault = manifest.contributes.customEditors
      .filter(({ priority }) => priority === "default")
      .flatMap(({ selector }) => selector.map(({ filenamePattern }) => filenamePattern));
    assert.deepEqual(byDefault, ["*.rollout.jsonl", "*.traj", "*.eval", "*.parquet"]);
  });

  test("activation touches no file, starts no process or thread and loads no native code", () => {
    const { touched, registered } = activateWithStub(
      path.join(extension, "dist/extension.js"),
      extension,
    );
    assert.deepEqual(touched, []);
    for (const { command } of manifest.contributes.commands) {
      assert.ok(registered.includes(command), `${command} is registered`);
    }
  });

  test("the scorer starts from the package and scores with the bundled policy", async () => {
    const scorer = startScorer({
      modulePath: path.join(extension, "dist/scorer.js"),
      log: () => undefined,
    });
    const { signal } = new AbortController();
    try {
      const policy = await scorer.load({ directory: path.join(extension, "media/policy") }, signal);
      assert.ok(policy.vocabularySize > 100);
      const ids = Int32Array.from([5, 6, 7, 8, 9, 10, 11, 12]);
      const scores = await scorer.score(
        { ids, controlIds: Int32Array.from([1, 2, 3]), topCount: 5 },
        signal,
      );
      assert.equal(scores.tokenCount, ids.length);
      assert.ok(Number.isFinite(scores.controlLogProbs[3 * 3] ?? NaN));
    } finally {
      scorer.dispose();
    }
  });

  test("the command line runs from the package", () => {
    const out = execFileSync(
      process.execPath,
      [
        path.join(extension, "dist/cli.js"),
        "analyze",
        path.join(extension, "media/sample-run/collapse"),
        "--policy",
        "none",
      ],
      { encoding: "utf8", cwd: folder, maxBuffer: 64e6 },
    );
    assert.match(out, /healthy call/);
  });

  test("a packed file is unpacked from the package", () => {
    const out = execFileSync(
      process.execPath,
      [
        path.join(extension, "dist/cli.js"),
        "analyze",
        path.join(root, "test/fixtures/containers/completions_00012.parquet"),
        "--policy",
        "none",
      ],
      { encoding: "utf8", cwd: folder, env: { ...process.env, NO_COLOR: "1" } },
    );
    assert.match(out, /parquet: 4 rows\n {2}trl · 4 trajectories/);
  });
});

function sizeOf(entries: readonly ZipEntry[], prefix: string): number {
  return entries
    .filter(({ name }) => name.startsWith(`extension/${prefix}`))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
