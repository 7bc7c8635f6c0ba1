import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import type { SearchQuery } from "../../src/core/search/query.ts";
import { Engine } from "../../src/node/engine/engine.ts";
import { openRollouts } from "../../src/node/engine/open-rollouts.ts";
import { searchFile, type FileSearch } from "../../src/node/search/search-file.ts";
import type { SearchSlice } from "../../src/protocol/search.ts";

const never = new AbortController().signal;
const text = (words: string): SearchQuery => ({ kind: "text", text: words, ignoreCase: false });
const pattern = (words: string): SearchQuery => ({ ...text(words), kind: "pattern" });

test("every record with the text is found, over chunks and damaged lines, with its trajectory", async (t) => {
  // Several batches of a megabyte, and one line that is no JSON.
  const lines = Array.from({ length: 3_000 }, (_, at) =>
    at === 7
      ? "{ no json"
      : rollout(at % 1000 === 9 ? `a needle ${String(at)}` : "x".repeat(1_000)),
  );
  const search = await start(t, lines, text("needle"));
  const slice = await over(search);
  assert.deepEqual(slice.problems, []);
  assert.equal(slice.state, "done");
  assert.equal(slice.doneBytes, slice.totalBytes - 1);
  assert.deepEqual(
    slice.results.map(({ record, trajectory, name, after }) => [record, trajectory, name, after]),
    [9, 1009, 2009].map((at) => [at, at, "content", ` ${String(at)}`]),
  );
});

test("a thousand results are told; the rest when asked for", async (t) => {
  const lines = Array.from({ length: 2_500 }, () => rollout("needle"));
  const search = await start(t, lines, text("needle"));
  const full = await until(search, ({ state }) => state === "full");
  assert.equal(full.resultCount, 1_000);
  search.more();
  await until(search, ({ resultCount, state }) => resultCount === 2_000 && state === "full");
  search.more();
  const { resultCount, state } = await over(search);
  assert.deepEqual([resultCount, state], [2_500, "done"]);
});

test("an expression that does not end leaves its record out and finds the others", async (t) => {
  const lines = ["ab!", "a".repeat(60), "aab!"].map(rollout);
  const search = await start(t, lines, pattern("^(a+)+b!"), 500);
  const { results, problems, state } = await over(search);
  assert.deepEqual(
    results.map(({ record }) => record),
    [0, 2],
  );
  assert.match(problems.join(), /^Record 2 was left out: the expression had not ended/);
  assert.equal(state, "done");
});

test("an expression that ends in no record is given up", async (t) => {
  const lines = Array.from({ length: 9 }, () => rollout("a".repeat(60)));
  const { state, problems } = await over(await start(t, lines, pattern("^(a+)+b!"), 300));
  assert.equal(state, "failed");
  assert.match(problems.at(-1) ?? "", /^The search was given up/);
});

test("a search that is stopped ends at once, even inside an expression that does not", async (t) => {
  const search = await start(t, [rollout("b!"), rollout("a".repeat(60))], pattern("^(a+)+b!"), 1e9);
  search.stop();
  const { state } = await over(search);
  assert.equal(state, "stopped");
  // Nothing more comes.
  const { version } = search.slice(0, 0);
  assert.equal(version, search.slice(0, 0).version);
});

test("whatever holds the records: an array, one text, a session of events, a packed file", async (t) => {
  const array = `[
  ${["a", "needle", "c needle"].map(rollout).join(",\n  ")}
]`;
  const cases: readonly (readonly [
    name: string,
    data: string | Uint8Array,
    records: readonly (readonly number[])[],
  ])[] = [
    [
      "array.json",
      array,
      [
        [1, 1],
        [2, 2],
      ],
    ],
    ["one.txt", "<|im_start|>user\nneedle<|im_end|>\n", [[0, 0]]],
    ["session.jsonl", [event("user", "a"), event("assistant", "needle")].join("\n"), [[1, 0]]],
    ["packed.jsonl.gz", gzipSync([rollout("a"), rollout("needle")].join("\n")), [[1, 1]]],
  ];
  for (const [name, data, records] of cases) {
    const search = await startOn(t, write(t, data, name), text("needle"));
    const { results, problems } = await over(search);
    assert.deepEqual(problems, [], name);
    assert.deepEqual(
      results
        .filter((each) => each.name !== "uuid")
        .map(({ record, trajectory }) => [record, trajectory]),
      records,
      name,
    );
  }
});

test("a record too large to be read is told, and the others are searched", async (t) => {
  const large = rollout("x".repeat(64 * 1024 * 1024));
  const search = await start(t, [large, rollout("needle")], text("needle"));
  const { results, problems } = await over(search);
  assert.deepEqual(problems, ["Record 1 is too large to be read and was not searched"]);
  assert.deepEqual(
    results.map(({ record }) => record),
    [1],
  );
});

test("the engine answers by version, and takes a result to its token", async (t) => {
  const file = write(t, [rollout("nothing"), rollout("well, a needle in it")].join("\n"));
  const engine = new Engine({
    scorerPath: "",
    changed: () => undefined,
    log: () => undefined,
  });
  t.after(() => engine.dispose());
  const host = engine.host();
  const { document } = await host.open({ path: file }, never);
  const { search } = await host.startSearch(
    { document, ...text("NEEDLE"), ignoreCase: true },
    never,
  );
  let slice: SearchSlice | null = null;
  while (slice?.state !== "done") {
    const asked = { document, search, version: slice?.version ?? null, from: 0, count: 10 };
    slice = await host.searchResults(asked, never);
  }
  assert.equal(slice.resultCount, 1);
  const place = await host.searchPlace({ document, search, result: 0 }, never);
  assert.equal(place.trajectory, 1);
  const token = await host.locate(
    { document, trajectory: 1, at: { token: place.token ?? -1 } },
    never,
  );
  const { lines } = await host.lines({ document, trajectory: 1, from: 0, count: 50 }, never);
  const whole = lines.map((line) => line.text).join("");
  assert.ok(token && whole.includes("needle"));
  await assert.rejects(host.startSearch({ document, ...pattern("(") }, never), /can't be read/);
  await assert.rejects(
    host.searchResults({ document, search: 99, version: null, from: 0, count: 1 }, never),
    /over/,
  );
});

function event(type: string, content: string): string {
  const message = { role: type, content };
  return JSON.stringify({ type, uuid: content, sessionId: "s", timestamp: "", message });
}

function rollout(content: string): string {
  return JSON.stringify({
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content },
    ],
  });
}

function write(t: TestContext, data: string | Uint8Array, name = "rollouts.jsonl"): string {
  const folder = mkdtempSync(path.join(tmpdir(), "derail-search-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, name);
  writeFileSync(file, data);
  return file;
}

async function start(
  t: TestContext,
  lines: readonly string[],
  query: SearchQuery,
  patienceMs = 60_000,
): Promise<FileSearch> {
  return startOn(t, write(t, `${lines.join("\n")}\n`), query, patienceMs);
}

async function startOn(
  t: TestContext,
  name: string,
  query: SearchQuery,
  patienceMs = 60_000,
): Promise<FileSearch> {
  const file = await openRollouts(name, { onIndexed: () => undefined }, never);
  const search = searchFile(file, query, patienceMs);
  t.after(async () => {
    search.stop();
    await file.close();
  });
  return search;
}

function over(search: FileSearch): Promise<SearchSlice> {
  return until(search, ({ state }) => state !== "running" && state !== "full");
}

async function until(
  search: FileSearch,
  is: (slice: SearchSlice) => boolean,
): Promise<SearchSlice> {
  for (;;) {
    const slice = search.slice(0, 10_000);
    if (is(slice)) return slice;
    await search.newer(slice.version, never);
  }
}
