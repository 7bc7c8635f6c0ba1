import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { listFolder } from "../../src/cli/list-folder.ts";

test("a folder's files come in the order of their numbers; links out of it, and to nowhere, are told apart", async (t) => {
  const parent = mkdtempSync(path.join(tmpdir(), "derail-folder-"));
  t.after(() => {
    rmSync(parent, { recursive: true });
  });
  const folder = path.join(parent, "run");
  mkdirSync(path.join(folder, "inner.json"), { recursive: true });
  writeFileSync(path.join(parent, "secret.jsonl"), "{}");
  for (const name of ["10.jsonl", "9.jsonl", "notes.txt", "log.json.gz"])
    writeFileSync(path.join(folder, name), "{}");
  symlinkSync("9.jsonl", path.join(folder, "latest.jsonl"));
  symlinkSync("../secret.jsonl", path.join(folder, "out.jsonl"));
  symlinkSync("no-such-file", path.join(folder, "nowhere.json"));
  symlinkSync("inner.json", path.join(folder, "inside.json"));
  symlinkSync("loop.json", path.join(folder, "loop.json"));
  // The folder itself may be reached by a link.
  symlinkSync("run", path.join(parent, "current"));
  for (const given of [folder, path.join(parent, "current")]) {
    const found = await listFolder(given);
    const names = (paths: readonly string[] = []): readonly string[] =>
      paths.map((file) => path.relative(given, file));
    assert.deepEqual(names(found?.files), ["9.jsonl", "10.jsonl", "latest.jsonl", "log.json.gz"]);
    assert.deepEqual(names(found?.links), ["loop.json", "nowhere.json", "out.jsonl"]);
  }
  assert.equal(await listFolder(path.join(parent, "secret.jsonl")), null);
  assert.equal(await listFolder(path.join(parent, "none")), null);
});
