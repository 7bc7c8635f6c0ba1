import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { Engine } from "../../src/node/engine/engine.ts";
import { noPolicy } from "../../src/node/engine/settings.ts";
import type { EngineSettings } from "../../src/protocol/engine.ts";
import { root } from "../support/paths.ts";

const never = new AbortController().signal;
const rollouts = path.join(root, "test/fixtures/cli/96.jsonl");
const bundled: EngineSettings = { ...noPolicy, policyDirectory: path.join(root, "media/policy") };

test("a file opens with its format, its special tokens and what may be claimed of it", async (t) => {
  const { host, document } = await open(t, rollouts, noPolicy);
  await host.rows({ document, from: 0, count: 10 }, never);
  const info = await host.info({ document }, never);
  assert.equal(info.format, "verl");
  assert.equal(info.trajectoryCount, 5);
  assert.equal(info.specialTokens, "kept");
  assert.equal(info.fidelity, "raw-text");
  assert.equal(info.tokenizer, null);
});

test("rows are clamped to what exists", async (t) => {
  const { host, document } = await open(t, rollouts, noPolicy);
  const { rows, from } = await host.rows({ document, from: 3, count: 9999 }, never);
  assert.equal(from, 3);
  assert.deepEqual(
    rows.map(({ index, states }) => [index, states.length]),
    [
      [3, 1],
      [4, 1],
    ],
  );
  assert.deepEqual((await host.rows({ document, from: -7, count: -1 }, never)).rows, []);
});

test("every finding in the raw file is where its text is", async (t) => {
  const { host, document } = await open(t, rollouts, noPolicy);
  await host.analyse({ document, first: 0 }, never);
  const lines = readFileSync(rollouts, "utf8").split("\n");
  const found = await host.rawFindings({ document, limit: 100 }, never);
  const texts = found.map(({ rule, startLine, startColumn, endColumn }) => [
    rule,
    lines[startLine]?.slice(startColumn, endColumn),
  ]);
  assert.deepEqual(texts, [
    ["F02", "<tool_call>"],
    ["F01", "<|im_end|>"],
    ["F03", "<|im_end|>"],
    ["F11", "lookup_prices"],
  ]);
});

test("scoring a file with the bundled policy finds spikes, and tells what is usual", async (t) => {
  const { host, document, changes } = await open(t, rollouts, bundled);
  await host.analyse({ document, first: 1 }, never);
  const info = await host.info({ document }, never);
  assert.equal(info.scoredCount, 5);
  assert.equal(info.scoring, null);
  assert.equal(info.scoringProblem, null);
  assert.ok(changes.length > 0);
  const view = await host.trajectory({ document, trajectory: 2 }, never);
  assert.equal(view.scoredBy, info.policy);
  const series = await host.series(
    { document, trajectory: 2, startToken: 0, endToken: null, width: 800 },
    never,
  );
  assert.equal(series.empty, null);
  const [mark] = series.marks;
  const card = await host.card({ document, trajectory: 2, token: mark?.token ?? 0 }, never);
  assert.match(card.origin ?? "", /^scored/);
  assert.equal(card.top.length, 5);
  assert.deepEqual(new Set(card.controls.map(({ text }) => text)), new Set(view.controls));
});

test("scoring stops when it is cancelled, and the file stays usable", async (t) => {
  const { host, document } = await open(t, rollouts, bundled);
  const stopping = new AbortController();
  const analysing = host.analyse({ document, first: 0 }, stopping.signal);
  stopping.abort();
  await assert.rejects(analysing, { name: "AbortError" });
  assert.equal((await host.info({ document }, never)).scoring, null);
  assert.equal((await host.trajectory({ document, trajectory: 0 }, never)).problem, null);
});

test("a policy that is none is said in the file's own words, and structure stays", async (t) => {
  const folder = path.join(root, "test/fixtures/cli");
  const { host, document } = await open(t, rollouts, { ...noPolicy, policyDirectory: folder });
  await host.analyse({ document, first: 0 }, never);
  const info = await host.info({ document }, never);
  assert.match(info.scoringProblem ?? "", /fixtures.cli/);
  assert.ok(info.breakCount >= 4);
});

test("another threshold tells the same scores anew", async (t) => {
  const { engine, host, document } = await open(t, rollouts, { ...bundled, thresholdFloor: 1e-6 });
  await host.analyse({ document, first: 0 }, never);
  const before = await Promise.all(
    [0, 1, 2, 3, 4].map((trajectory) => host.trajectory({ document, trajectory }, never)),
  );
  await engine.configure({ ...bundled, thresholdFloor: 0.999 });
  const after = await Promise.all(
    [0, 1, 2, 3, 4].map((trajectory) => host.trajectory({ document, trajectory }, never)),
  );
  assert.ok(masses(after) < masses(before), `${String(masses(before))} ${String(masses(after))}`);
  assert.deepEqual(
    after.map(({ scoredBy }) => scoredBy),
    before.map(({ scoredBy }) => scoredBy),
  );
});

test("of two settings told one after the other the last one holds", async (t) => {
  const { engine, host, document } = await open(t, rollouts, noPolicy);
  await Promise.all([engine.configure(bundled), engine.configure(noPolicy)]);
  assert.equal((await host.info({ document }, never)).policy, null);
});

test("a file that opens while the policy changes has the new one", async (t) => {
  const { engine, host } = await open(t, rollouts, noPolicy);
  const configuring = engine.configure(bundled);
  const { document } = await host.open({ path: rollouts }, never);
  await configuring;
  assert.notEqual((await host.info({ document }, never)).policy, null);
});

test("choosing another policy stops the analysis with the old one, and none of its scores stay", async (t) => {
  const { engine, host, document } = await open(t, rollouts, bundled);
  const analysing = host.analyse({ document, first: 0 }, never);
  const stopped = assert.rejects(analysing, { name: "AbortError" });
  await engine.configure(noPolicy);
  await stopped;
  const info = await host.info({ document }, never);
  assert.equal(info.scoredCount, 0);
  assert.equal(info.policy, null);
});

test("a file that is closed while it is analysed ends the analysis", async (t) => {
  const { host, document } = await open(t, rollouts, bundled);
  const analysing = host.analyse({ document, first: 0 }, never);
  const stopped = assert.rejects(analysing, { name: "AbortError" });
  await host.close({ document }, never);
  await stopped;
});

test("a record that can't be read is a row and a view that say why", async (t) => {
  const { host, document } = await open(
    t,
    path.join(root, "test/fixtures/cli/damaged.jsonl"),
    noPolicy,
  );
  const { rows } = await host.rows({ document, from: 0, count: 3 }, never);
  assert.deepEqual(
    rows.map(({ problem }) => problem === null),
    [true, false, true],
  );
  const view = await host.trajectory({ document, trajectory: 1 }, never);
  assert.equal(view.verdict.tone, "unreadable");
  await assert.rejects(host.lines({ document, trajectory: 1, from: 0, count: 1 }, never), {
    reason: "unreadable",
  });
});

test("ids that the tokenizer does not know are a note; the messages are shown", async (t) => {
  const generation = { generation_token_ids: [99_999, 99_998], prompt_token_ids: [99_997] };
  const answer = {
    type: "message",
    role: "assistant",
    content: [{ type: "output_text", text: "Hi" }],
  };
  const record = {
    responses_create_params: { input: [{ role: "user", content: "hello" }] },
    response: { output: [{ ...answer, ...generation, generation_log_probs: [-1, -1] }] },
  };
  const file = write(t, "ids.jsonl", `${JSON.stringify(record)}\n`);
  const { host, document } = await open(t, file, bundled);
  const view = await host.trajectory({ document, trajectory: 0 }, never);
  assert.equal(view.problem, null);
  assert.deepEqual(
    view.notes.map(({ code }) => code),
    ["ids-need-tokenizer"],
  );
  const { lines } = await host.lines({ document, trajectory: 0, from: 0, count: 50 }, never);
  assert.ok(lines.some(({ text }) => text.includes("Hi")));
});

test("a file whose first record is broken names the place and what was expected", async (t) => {
  const file = write(t, "cut.jsonl", '{"messages": [{"role": "user" "content": "Hi"}]}\n');
  const { host, document } = await open(t, file, noPolicy);
  const [problem] = (await host.info({ document }, never)).problems;
  assert.equal(problem?.code, "record-not-json");
  assert.match(
    problem.message,
    /^cut\.jsonl is .*on line 1, .*a comma was expected at column 31, and "content" came\. Repair/,
  );
});

test("what is true of a whole log is told once in Problems, with the count", async (t) => {
  const record = JSON.stringify({
    messages: [
      { role: "user", content: "Hi" },
      { role: "assistant", content: '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>' },
    ],
  });
  const file = write(t, "stripped.jsonl", `${record}\n${record}\n${record}\n`);
  const { host, document } = await open(t, file, noPolicy);
  await host.analyse({ document, first: 0 }, never);
  const found = await host.rawFindings({ document, limit: 100 }, never);
  assert.deepEqual(
    found.map(({ rule, trajectory }) => [rule, trajectory]),
    [["F29", 0]],
  );
  assert.match(found[0]?.message ?? "", /So in 3 trajectories\.$/);
});

test("a file of no known format opens and says what can be done", async (t) => {
  const file = write(t, "other.jsonl", '{"hello": 1}\n');
  const { host, document } = await open(t, file, noPolicy);
  const info = await host.info({ document }, never);
  assert.equal(info.format, null);
  assert.match(info.problems[0]?.message ?? "", /^other\.jsonl is JSON, .*say which field is what/);
  assert.equal(info.trajectoryCount, 0);
});

test("columns in a pretty-printed array count from the line they are on", async (t) => {
  const messages = [
    { role: "user", content: "hi" },
    { role: "assistant", content: "ü 🙂 </tool_call>" },
  ];
  const file = write(t, "rollouts.json", JSON.stringify([{ messages }, { messages }], null, 2));
  const { host, document } = await open(t, file, noPolicy);
  await host.analyse({ document, first: 0 }, never);
  const lines = readFileSync(file, "utf8").split("\n");
  const found = await host.rawFindings({ document, limit: 10 }, never);
  assert.equal(found.length, 2);
  for (const { startLine, startColumn, endColumn } of found)
    assert.equal(lines[startLine]?.slice(startColumn, endColumn), "</tool_call>");
});

/** Spikes of the signals that have the floor, over some trajectories. */
function masses(
  views: readonly { readonly findings: readonly { readonly rule: string }[] }[],
): number {
  const rules = views.flatMap(({ findings }) => findings.map(({ rule }) => rule));
  return rules.filter((rule) => rule.startsWith("spike/") && rule !== "spike/surprise").length;
}

function write(t: TestContext, name: string, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "derail-engine-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

async function open(
  t: TestContext,
  file: string,
  settings: EngineSettings,
): Promise<{
  engine: Engine;
  host: ReturnType<Engine["host"]>;
  document: number;
  changes: number[];
}> {
  const changes: number[] = [];
  const engine = new Engine({
    scorerPath: fileURLToPath(new URL("../../src/node/policy/scorer.ts", import.meta.url)),
    scorerArguments: ["--import", import.meta.resolve("tsx")],
    changed: (_document, revision) => {
      changes.push(revision);
    },
    log: () => undefined,
  });
  t.after(() => engine.dispose());
  const host = engine.host();
  await host.configure(settings, never);
  const { document } = await host.open({ path: file }, never);
  return { engine, host, document, changes };
}
