import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { shapeOf, type RememberedMapping } from "../../src/core/formats/mapping/remembered.ts";
import { Engine } from "../../src/node/engine/engine.ts";

const never = new AbortController().signal;
const record = {
  talk: {
    lines: [
      { role: "user", content: "hi" },
      { role: "assistant", content: "A <tool_call>" },
    ],
  },
  points: 0.5,
};
const lines = `${JSON.stringify(record)}\n${JSON.stringify({ ...record, points: 1 })}\n`;
const mapping = { messages: "talk.lines", reward: "points" };
const shape = shapeOf(record);

test("the fields of the first record are told with a guess, and never the record", async (t) => {
  const { host, document } = await open(t, `{"broken": \n${lines}`);
  const fields = await host.fields({ document }, never);
  assert.equal(fields?.shape, shape);
  assert.deepEqual(
    fields.candidates.map(({ path: at, kind }) => [at, kind]),
    [
      ["talk", "object"],
      ["points", "number"],
      ["talk.lines", "messages"],
    ],
  );
  // "talk.lines" sounds like nothing that we know; its kind says what it is.
  assert.deepEqual(fields.suggestion, { messages: "talk.lines", reward: "points" });
});

test("a file of no known format opens with the mapping of its shape", async (t) => {
  const { host, document } = await open(t, lines, [
    { shape: '["other"]', mapping: { completion: "points" } },
    { shape, mapping },
  ]);
  const info = await host.info({ document }, never);
  assert.equal(info.format, "mapped");
  assert.equal(info.trajectoryCount, 2);
  assert.deepEqual(info.problems, []);
  const { rows } = await host.rows({ document, from: 0, count: 5 }, never);
  assert.deepEqual(
    rows.map(({ reward }) => reward),
    [0.5, 1],
  );
});

test("a mapping without a shape is for whatever has its fields, and for nothing else", async (t) => {
  const fits = await open(t, lines, [{ shape: null, mapping }]);
  assert.equal((await fits.host.info({ document: fits.document }, never)).format, "mapped");
  const misses = await open(t, lines, [{ shape: null, mapping: { messages: "chat" } }]);
  assert.equal((await misses.host.info({ document: misses.document }, never)).format, null);
});

test("a known format wins over a mapping", async (t) => {
  const known = `${JSON.stringify({ messages: record.talk.lines })}\n`;
  const { host, document } = await open(t, known, [
    { shape: null, mapping: { messages: "messages" } },
  ]);
  assert.equal((await host.info({ document }, never)).format, "chat-messages");
});

test("what has no fields can't be mapped", async (t) => {
  for (const text of ["[1, 2]\n", "{}\n", "just words\n", ""]) {
    const { host, document } = await open(t, text);
    assert.equal(await host.fields({ document }, never), null, text);
  }
});

async function open(
  t: TestContext,
  text: string,
  mappings: readonly RememberedMapping[] = [],
): Promise<{ readonly host: ReturnType<Engine["host"]>; readonly document: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), "derail-mapped-"));
  const file = path.join(folder, "dump.jsonl");
  writeFileSync(file, text);
  const engine = new Engine({
    scorerPath: "none",
    changed: () => undefined,
    log: () => undefined,
  });
  t.after(async () => {
    await engine.dispose();
    rmSync(folder, { recursive: true });
  });
  const host = engine.host();
  const { document } = await host.open({ path: file, mappings }, never);
  return { host, document };
}
