import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import type { RolloutDocument } from "../../src/node/engine/document.ts";
import { Engine } from "../../src/node/engine/engine.ts";
import type { EngineHost } from "../../src/protocol/engine.ts";
import { root } from "../support/paths.ts";

const never = new AbortController().signal;
const row = (number: number): string =>
  JSON.stringify({
    input: "<|im_start|>user\nGo<|im_end|>\n<|im_start|>assistant\n",
    output: `number ${String(number)}<|im_end|>`,
    score: number,
  });

interface Live {
  readonly file: string;
  readonly host: EngineHost;
  readonly document: number;
  readonly opened: RolloutDocument;
  /** Rewards of all rows; the problem's code where there is one. */
  readonly rewards: () => Promise<readonly (number | string | null)[]>;
}

test("what is appended to an open file appears, and what was there stays as it is", async (t) => {
  const { file, opened, rewards } = await live(t, `${row(0)}\n${row(1)}\n`);
  assert.deepEqual(await rewards(), [0, 1]);
  const first = await opened.entry(0, never);
  const revision = opened.revision;
  await opened.look();
  assert.equal(opened.revision, revision);
  appendFileSync(file, `${row(2)}\n${row(3)}\n`);
  await opened.look();
  assert.ok(opened.revision > revision);
  assert.deepEqual(await rewards(), [0, 1, 2, 3]);
  assert.equal(await opened.entry(0, never), first);
});

test("a line that is being written is neither a row nor a problem until the file rests", async (t) => {
  const { file, opened, rewards } = await live(t, `${row(0)}\n${row(1).slice(0, 40)}`);
  assert.deepEqual(await rewards(), [0]);
  assert.equal(opened.file.index.torn, false);
  appendFileSync(file, row(1).slice(40, 60));
  await opened.look();
  assert.deepEqual(await rewards(), [0]);
  appendFileSync(file, row(1).slice(60));
  await opened.look();
  assert.deepEqual(await rewards(), [0, 1]);
  appendFileSync(file, `\n${row(2).slice(0, 40)}`);
  await opened.look();
  assert.deepEqual(await rewards(), [0, 1]);
  // As long as at the look before: nobody writes it any more.
  await opened.look();
  assert.deepEqual(await rewards(), [0, 1, "cut off"]);
  assert.equal(opened.file.index.torn, true);
  // Somebody did write on.
  appendFileSync(file, `${row(2).slice(40)}\n${row(3)}\n`);
  await opened.look();
  assert.deepEqual(await rewards(), [0, 1, 2, 3]);
  assert.equal(opened.file.index.torn, false);
});

test("a torn file that nobody has written for long is told as torn at once", async (t) => {
  const { rewards } = await live(t, `${row(0)}\n${row(1).slice(0, 40)}`, 60);
  assert.deepEqual(await rewards(), [0, "cut off"]);
});

test("a file that was cut or replaced is read anew, and one that is gone stays as it was known", async (t) => {
  const { file, opened, rewards } = await live(t, `${row(0)}\n${row(1)}\n${row(2)}\n`);
  assert.deepEqual(await rewards(), [0, 1, 2]);
  truncateSync(file, row(0).length + 1);
  await opened.look();
  assert.deepEqual(await rewards(), [0]);
  writeFileSync(`${file}.new`, `${row(7)}\n${row(8)}\n`);
  renameSync(`${file}.new`, file);
  await opened.look();
  assert.deepEqual(await rewards(), [7, 8]);
  unlinkSync(file);
  await opened.look();
  assert.deepEqual(await rewards(), [7, 8]);
  writeFileSync(file, `${row(9)}\n`);
  await opened.look();
  assert.deepEqual(await rewards(), [9]);
});

test("a file that was written over with as many bytes is read anew", async (t) => {
  const { file, opened, rewards } = await live(t, `${row(1)}\n`);
  assert.deepEqual(await rewards(), [1]);
  await opened.look();
  writeFileSync(file, `${row(2)}\n`);
  utimesSync(file, new Date(), new Date(Date.now() + 5000));
  await opened.look();
  assert.deepEqual(await rewards(), [2]);
});

test("an array that is still being written grows, and is told as not closed only when it rests", async (t) => {
  const { file, opened, rewards } = await live(t, `[${row(0)},\n${row(1)}`);
  assert.deepEqual(await rewards(), [0]);
  assert.deepEqual(codesOf(opened), []);
  appendFileSync(file, `,\n${row(2)}`);
  await opened.look();
  assert.deepEqual(await rewards(), [0, 1]);
  await opened.look();
  assert.deepEqual(await rewards(), [0, 1, 2]);
  assert.deepEqual(codesOf(opened), ["array-not-closed"]);
  appendFileSync(file, "]\n");
  await opened.look();
  assert.deepEqual(await rewards(), [0, 1, 2]);
  assert.deepEqual(codesOf(opened), []);
});

test("an analysis of the whole file goes on to what is appended", async (t) => {
  const { file, host, document, opened } = await live(t, `${row(0)}\n`);
  await host.analyse({ document, first: 0 }, never);
  assert.equal((await host.info({ document }, never)).analysedCount, 1);
  appendFileSync(file, `${row(1)}\n${row(2)}\n`);
  await opened.look();
  await host.analyse({ document, first: 0 }, never);
  const info = await host.info({ document }, never);
  assert.deepEqual([info.analysedCount, info.trajectoryCount], [3, 3]);
  assert.equal(info.turnsByState["healthy-response"], 3);
});

test("indexing stops when told to and goes on when asked; what was found is there", async (t) => {
  const { host, document, opened } = await live(t, `${row(0)}\n`.repeat(60_000), 60);
  await host.stopIndexing({ document }, never);
  await opened.file.indexed;
  const stopped = await host.info({ document }, never);
  if (!stopped.indexingStopped) assert.equal(stopped.trajectoryCount, 60_000);
  else assert.ok(stopped.trajectoryCount < 60_000 && stopped.trajectoryCount > 0);
  await host.goOnIndexing({ document }, never);
  const info = await host.info({ document }, never);
  assert.deepEqual([info.trajectoryCount, info.indexingStopped], [60_000, false]);
  assert.equal(info.indexedBytes, info.sizeBytes);
});

function codesOf({ file }: RolloutDocument): readonly string[] {
  return file.index.problems.map(({ code }) => code);
}

/** A file that is open while it is written: modified just now, or so many seconds ago. */
async function live(t: TestContext, text: string, secondsAgo = 0): Promise<Live> {
  const folder = mkdtempSync(path.join(tmpdir(), "derail-growing-"));
  const file = path.join(folder, "rows.jsonl");
  writeFileSync(file, text);
  const then = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(file, then, then);
  const engine = new Engine({
    scorerPath: "",
    changed: () => undefined,
    log: () => undefined,
    followEveryMs: null,
  });
  t.after(async () => {
    await engine.dispose();
    rmSync(folder, { recursive: true });
  });
  const host = engine.host();
  const { document } = await host.open({ path: file }, never);
  const opened = engine.document(document);
  await opened.file.indexed;
  return {
    file,
    host,
    document,
    opened,
    async rewards() {
      const { rows } = await host.rows({ document, from: 0, count: 500 }, never);
      return rows.map(({ reward, problem }) => (problem?.includes("cut off") ? "cut off" : reward));
    },
  };
}

test("a session that goes on is read on: its new turns are there, and its sub-agent", async (t) => {
  const [first = "", ...others] = linesOf("claude-code/session.jsonl");
  // A run makes its file before it has something to write.
  const { file, host, document, opened } = await live(t, "");
  assert.equal(opened.format, null);
  writeFileSync(file, `${first}\n${others.slice(0, 3).join("\n")}\n`);
  await opened.look();
  const before = await host.trajectory({ document, trajectory: 0 }, never);
  assert.equal(opened.trajectoryCount, 1);
  appendFileSync(file, `${others.slice(3).join("\n")}\n`);
  await opened.look();
  const after = await host.trajectory({ document, trajectory: 0 }, never);
  assert.equal(opened.trajectoryCount, 2);
  assert.ok(after.turns.length > before.turns.length);
});

test("records that hold many trajectories are counted as they come", async (t) => {
  const [line = "", ...others] = linesOf("atropos/groups.jsonl");
  const { file, opened, rewards } = await live(t, `${line}\n`);
  const one = (await rewards()).length;
  assert.ok(one > 1);
  appendFileSync(file, [...others, line].join("\n").slice(0, -30));
  await opened.look();
  const complete = (await rewards()).length;
  assert.equal(opened.file.trajectories.count, complete);
  await opened.look();
  // The group that is cut off is one row, which says so.
  assert.deepEqual((await rewards()).slice(complete), ["cut off"]);
  appendFileSync(file, `${line.slice(-30)}\n`);
  await opened.look();
  assert.equal((await rewards()).length, complete + one);
});

function linesOf(fixture: string): readonly string[] {
  return readFileSync(path.join(root, "test/fixtures/formats", fixture), "utf8")
    .trim()
    .split("\n");
}
