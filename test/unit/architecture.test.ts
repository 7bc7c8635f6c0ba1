import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { betweenFolders, cyclesIn, importsOf } from "../support/import-cycles.ts";
import { root } from "../support/paths.ts";

const forbidden: Record<string, RegExp> = {
  "src/core": /^vscode$|^node:|^onnxruntime|\/(protocol|node|extension|cli|webview)\//,
  "src/protocol": /^vscode$|^node:|\/(node|extension|cli|webview)\//,
  "src/node": /^vscode$|\/(extension|cli|webview)\//,
  "src/cli": /^vscode$|\/(extension|webview)\//,
  "src/extension": /\/(cli|webview)\/|^onnxruntime/,
  webview: /^vscode$|^node:|\/src\/(node|extension|cli)\//,
};

for (const [folder, pattern] of Object.entries(forbidden)) {
  test(`${folder} imports only from the layers below it`, () => {
    for (const [file, text] of sources(folder)) {
      for (const [, specifier = ""] of text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
        assert.doesNotMatch(specifier, pattern, `${file} imports ${specifier}`);
      }
    }
  });
}

test("no file imports itself over other files, not even for a type", () => {
  const all = [...sources("src"), ...sources("webview")];
  assert.deepEqual(cyclesIn(importsOf(all)), []);
});

test("between folders of core imports go one way", () => {
  assert.deepEqual(cyclesIn(betweenFolders(importsOf(sources("src/core")), 3)), []);
});

test("a cycle is told by the way around it", () => {
  const files = [
    ["src/core/a/one.ts", 'import { two } from "./two.ts";'],
    ["src/core/a/two.ts", 'import type { Three } from "../b/three.ts";'],
    ["src/core/b/three.ts", 'export { one } from "../a/one.ts";'],
    ["src/core/b/four.ts", 'const one = await import("../a/one.ts");'],
  ] as const;
  assert.deepEqual(cyclesIn(importsOf(files)), [
    "src/core/a/one.ts -> src/core/a/two.ts -> src/core/b/three.ts -> src/core/a/one.ts",
  ]);
  assert.deepEqual(cyclesIn(betweenFolders(importsOf(files), 3)), [
    "src/core/a -> src/core/b -> src/core/a",
  ]);
});

const onlyIn: readonly (readonly [what: string, pattern: RegExp, file: string])[] = [
  ["onnxruntime", /["']onnxruntime-node["']/, "src/node/policy/session.ts"],
  ["the toolkit", /["']@vscode\/webview-ui-toolkit["']/, "webview/toolkit.ts"],
  ["acquireVsCodeApi", /acquireVsCodeApi\(/, "webview/host.ts"],
];

for (const [what, pattern, only] of onlyIn) {
  test(`one file knows ${what}`, () => {
    const all = [...sources("src"), ...sources("webview")];
    const users = all.filter(([, text]) => pattern.test(text)).map(([file]) => file);
    assert.deepEqual(users, [only]);
  });
}

test("no text of a rollout can become markup", () => {
  for (const [file, text] of [...sources("src"), ...sources("webview")]) {
    assert.doesNotMatch(
      text,
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|unsafeHTML/,
      file,
    );
  }
});

test("no source file is longer than 400 lines", () => {
  for (const [file, text] of [...sources("src"), ...sources("webview")]) {
    const lineCount = text.split("\n").length;
    assert.ok(lineCount <= 401, `${file} has ${String(lineCount)} lines`);
  }
});

function sources(folder: string): [file: string, text: string][] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`)
    .toSorted((a, b) => a.localeCompare(b))
    .map((file) => [file, readFileSync(path.join(root, file), "utf8")]);
}
