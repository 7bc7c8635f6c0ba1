import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { FileError, openFile } from "../../src/node/files/byte-source.ts";
import type { ByteSource } from "../../src/node/files/byte-source.ts";
import { indexFile, readContainer } from "../../src/node/files/file-index.ts";
import { readRecord } from "../../src/node/files/read-record.ts";

const folder = mkdtempSync(path.join(tmpdir(), "derail-files-"));
after(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const lines = Array.from(
  { length: 100 },
  (_, index) => `{"n":${String(index)},"t":"漢${"x".repeat(index)}"}`,
);

test("a file is indexed, and any record is read by its number", async () => {
  const source = await openFile(write("a.jsonl", `${lines.join("\n")}\n`));
  const { value: container } = await readContainer(source);
  assert.equal(container, "jsonl");
  const { index, done } = indexFile(source, "jsonl", { chunkBytes: 50 });
  await done;
  assert.equal(index.complete, true);
  assert.equal(index.records.count, 100);
  assert.equal(index.indexedBytes, await source.size());
  const { value: record } = await readRecord(source, index, 42);
  assert.equal(new TextDecoder().decode(record?.bytes), lines[42]);
  assert.equal(record?.line, 42);
  const missing = await readRecord(source, index, 100);
  assert.equal(missing.problems[0]?.code, "record-not-found");
  await source.close();
});

test("records found so far can be read while the index grows", async () => {
  const source = await openFile(write("b.jsonl", lines.join("\n")));
  const counts: number[] = [];
  const { index, done } = indexFile(source, "jsonl", {
    chunkBytes: 1000,
    onProgress: ({ records }) => counts.push(records.count),
  });
  assert.equal(index.records.count, 0);
  await done;
  assert.ok(counts.length > 3);
  assert.ok(counts.every((count, at) => at === 0 || count >= (counts[at - 1] ?? 0)));
  assert.equal(counts.at(-1), 100);
  await source.close();
});

test("an aborted index stops with the signal's reason and keeps what it found", async () => {
  const source = await openFile(write("c.jsonl", lines.join("\n")));
  const controller = new AbortController();
  const { index, done } = indexFile(source, "jsonl", {
    chunkBytes: 1000,
    signal: controller.signal,
    onProgress: () => {
      controller.abort();
    },
  });
  await assert.rejects(done, { name: "AbortError" });
  assert.equal(index.complete, false);
  assert.ok(index.records.count > 0 && index.records.count < 100);
  await source.close();
});

test("a torn last line and an array that is not closed are told", async () => {
  const torn = await openFile(write("d.jsonl", '{"a":1}\n{"b":'));
  const first = indexFile(torn, "jsonl");
  await first.done;
  assert.equal(first.index.torn, true);
  await torn.close();
  const open = await openFile(write("e.json", '[{"a":1},{"b":2}'));
  const second = indexFile(open, "json-array");
  await second.done;
  assert.deepEqual(
    second.index.problems.map(({ code }) => code),
    ["array-not-closed"],
  );
  await open.close();
});

test("a file that became shorter is a problem, not another record's bytes", async () => {
  const file = write("f.jsonl", lines.join("\n"));
  const source = await openFile(file);
  const { index, done } = indexFile(source, "jsonl");
  await done;
  truncateSync(file, 100);
  const { value, problems } = await readRecord(source, index, 99);
  assert.equal(value, null);
  assert.equal(problems[0]?.code, "file-changed");
  await source.close();
});

test("a file that grew while it was indexed is indexed to its end", async () => {
  const file = write("g.jsonl", `${lines.join("\n")}\n`);
  const source = await openFile(file);
  let grown = false;
  const { index, done } = indexFile(source, "jsonl", {
    chunkBytes: 1000,
    onProgress: () => {
      if (!grown) appendFileSync(file, '{"late":1}\n');
      grown = true;
    },
  });
  await done;
  assert.equal(index.records.count, 101);
  await source.close();
});

test("a record over the limit is not read", async () => {
  const source: ByteSource = {
    name: "huge.jsonl",
    size: () => Promise.resolve(0),
    read: () => Promise.reject(new Error("must not be read")),
    close: () => Promise.resolve(),
  };
  const at = { startByte: 0, endByte: 5e9, line: 0 };
  const records = { count: 1, at: () => at, findLine: () => 0 };
  const index = {
    container: "jsonl",
    records,
    indexedBytes: 5e9,
    complete: true,
    torn: false,
    problems: [],
  } as const;
  const { value, problems } = await readRecord(source, index, 0);
  assert.equal(value, null);
  assert.equal(problems[0]?.code, "record-too-large");
});

const refusals: readonly (readonly [title: string, file: string, reason: string])[] = [
  ["a file that is not there", path.join(folder, "none.jsonl"), "not-found"],
  ["a path through a file", path.join(write("h.jsonl", "{}"), "x"), "not-found"],
  ["a folder", folder, "is-folder"],
];

for (const [title, file, reason] of refusals) {
  test(`${title} is refused with its name and a reason`, async () => {
    await assert.rejects(openFile(file), (error) => {
      assert.ok(error instanceof FileError);
      assert.equal(error.reason, reason);
      assert.ok(error.message.includes(file));
      return true;
    });
  });
}

test("a closed file can be closed again and says so when it is read", async () => {
  mkdirSync(path.join(folder, "deep"));
  const source = await openFile(write("deep/i.jsonl", "{}"));
  assert.equal(source.name, "i.jsonl");
  await source.close();
  await source.close();
  await assert.rejects(source.read(0, 1), { name: "FileError", reason: "closed" });
});

test("a pipe is refused and not waited for", { skip: process.platform === "win32" }, async () => {
  const pipe = path.join(folder, "pipe.jsonl");
  execFileSync("mkfifo", [pipe]);
  await assert.rejects(openFile(pipe), { reason: "not-readable", message: /pipe or a device/ });
});
