import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import type { Report } from "../../src/core/report/report.ts";
import { derail, folderOf, json } from "../support/command-line.ts";
import { golden } from "../support/golden.ts";
import { corpusFolder, root } from "../support/paths.ts";
import { qwen3TokenizerFile } from "../support/qwen3-tokenizer.ts";

const fixtures = "test/fixtures/cli";

test("the text report says what broke, where, in words", () => {
  const { stdout, status } = derail("analyze", `${fixtures}/96.jsonl`, "--policy", "none");
  assert.equal(status, 0);
  golden("cli-report.txt", stdout);
});

test("several files end in their totals", () => {
  const { stdout, status } = derail("analyze", fixtures, "--policy", "none");
  assert.equal(status, 1);
  golden("cli-folder.txt", stdout);
});

test("other files of a folder are one polite line, and no failure", (t) => {
  const folder = folderOf(t, {
    "1.jsonl": readFileSync(path.join(root, fixtures, "llama.jsonl"), "utf8"),
    "config.json": '{"hidden_size": 64}',
    "metrics.jsonl": '{"loss": 1}\n{"loss": 0.5}\n',
  });
  const { stdout, stderr, status } = derail("analyze", folder, "--policy", "none");
  assert.equal(status, 0);
  assert.equal(stderr, "");
  assert.match(stdout, /\n\nnot rollouts: 2 files \(config\.json, metrics\.jsonl\)\n$/);
  assert.doesNotMatch(stdout, /unknown-format/);
  const { report } = json(folder, "--policy", "none");
  assert.deepEqual(
    [report.files, report.notRollouts].map((files) => files.length),
    [1, 2],
  );
  const run = derail("run", folder, "--policy", "none");
  assert.deepEqual([run.status, run.stderr], [0, "not rollouts: 2 files (config.json, metrics.jsonl)\n"]);
  // Asked for by name it is one.
  assert.equal(derail("analyze", path.join(folder, "config.json"), "--policy", "none").status, 1);
});

test("a folder of other files only is named; the exit code is 1", (t) => {
  const folder = folderOf(t, { "config.json": "{}" });
  const { stdout, status } = derail("analyze", folder, "--policy", "none");
  assert.equal(status, 1);
  assert.match(stdout, /holds no rollouts/);
});

test("a cut first line is told with its place, what was expected and what to do", (t) => {
  const folder = folderOf(t, { "1.jsonl": '{"messages": [{"role": "us' });
  for (const command of ["analyze", "run"]) {
    const { stdout, stderr, status } = derail(command, folder, "--policy", "none");
    assert.equal(status, 1);
    assert.match(
      stdout + stderr,
      /line 1: 1\.jsonl is .* in the middle of a string, at column 27: .*or delete the record/,
    );
  }
});

test("a file of no known format tells its fields and a first guess, with which --map opens it", (t) => {
  const talk = { lines: [{ role: "user", content: "Hi" }, { role: "assistant", content: "Yo" }] };
  const folder = folderOf(t, { "odd.jsonl": JSON.stringify({ talk, points: 0.5 }) });
  const odd = path.join(folder, "odd.jsonl");
  const unknown = derail("analyze", odd, "--policy", "none");
  assert.equal(unknown.status, 1);
  assert.match(unknown.stdout, /odd\.jsonl is JSON, but no rollout format .*--map/);
  const [words = "", ...guess] = unknown.stderr.split("\n");
  assert.match(words, /Its fields: talk \(object\), points \(number\), talk\.lines \(messages\)\./);
  assert.match(words, /save as odd\.mapping\.json and use with --map odd\.mapping\.json:$/);
  const map = path.join(folder, "odd.mapping");
  writeFileSync(map, guess.join("\n"));
  const { report, status } = json(odd, "--policy", "none", "--map", map);
  assert.equal(status, 0);
  const [file] = report.files;
  assert.equal(file?.format, "mapped");
  assert.deepEqual(file.trajectories.map(({ reward }) => reward), [0.5]);

  writeFileSync(map, '{"messages": "chat"}');
  const misses = derail("analyze", odd, "--policy", "none", "--map", map);
  assert.match(misses.stderr, /odd\.jsonl has nothing at "chat", which --map names/);
});

test("a wrong mapping is told with its file and its field, exit code 2", (t) => {
  const folder = folderOf(t, { "wrong.json": '{"messages": "a", "promt": "b"}', "no.json": "{" });
  for (const [name, says] of [
    ["wrong.json", /--map: .*wrong\.json: "promt" is no field of a mapping/],
    ["no.json", /--map: .*no\.json: it is not JSON/],
    ["none.json", /--map: .*none\.json can't be read/],
  ] as const) {
    const map = path.join(folder, name);
    const { status, stderr } = derail("analyze", folder, "--policy", "none", "--map", map);
    assert.equal(status, 2);
    assert.match(stderr, says);
  }
});

test("what is true of a whole file is told once, with the number of trajectories", (t) => {
  const record = JSON.stringify({
    messages: [
      { role: "user", content: "Hi" },
      { role: "assistant", content: '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>' },
    ],
  });
  const folder = folderOf(t, { "1.jsonl": `${record}\n${record}\n` });
  const { stdout } = derail("analyze", folder, "--policy", "none");
  assert.equal(stdout.split("F29").length, 2);
  assert.match(stdout, /^ {2}info {5}F29 .* So in 2 trajectories\.$/m);
  assert.match(stdout, /^ {2}grammar qwen3-hermes, confidence medium: the messages have <tool_call>$/m);
});

test("the JSON report follows its schema and is what it was", () => {
  const { stdout, status } = json(`${fixtures}/96.jsonl`, "--policy", "none");
  assert.equal(status, 0);
  golden("cli-report.json", stdout);
});

test("scored by the bundled policy every finding has a probability and says whence", () => {
  const { report } = json("media/sample-run/collapse/1.jsonl");
  const findings = report.files.flatMap(({ trajectories }) =>
    trajectories.flatMap((trajectory) => trajectory.findings),
  );
  assert.ok(report.files[0]?.trajectories.length);
  for (const finding of findings) assert.equal(finding.origin, "scored", finding.message);
});

test("a policy is found from where the command runs, and a run can be scored by any of its checkpoints", () => {
  const policy = "media/sample-run/collapse/checkpoints/after-step-40";
  const { report, status } = json("media/sample-run/collapse/1.jsonl", "--policy", policy);
  assert.equal(status, 0);
  const rules = report.files.flatMap(({ trajectories }) =>
    trajectories.flatMap(({ findings }) => findings.map(({ rule }) => rule)),
  );
  assert.ok(rules.filter((rule) => rule === "spike/illegal-mass").length > 50);
});

test("steps of a run that the policy would not sample itself are told once, not file by file", () => {
  const files = [33, 34, 35].map((step) => `media/sample-run/collapse/${String(step)}.jsonl`);
  const { stdout, stderr } = derail("run", ...files);
  assert.match(stdout, /^ +33 .*\n +34 .*\n +35 /m);
  assert.match(stderr, /^derail: The bundled policy would not sample 3 files .*33\.jsonl … 35\.jsonl/);
  assert.equal(stderr.trim().split("\n").length, 1);
  const { stderr: byFile } = derail("analyze", ...files);
  assert.equal(byFile.match(/would not sample these rollouts/g)?.length, 3);
});

test("--output writes the report to a file and nothing to standard output", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "derail-cli-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, "report.json");
  const { stdout } = json(`${fixtures}/96.jsonl`, "--policy", "none", "--output", file);
  assert.equal(stdout, "");
  golden("cli-report.json", readFileSync(file, "utf8"));
});

test("nothing but the report is printed into a pipe", () => {
  assert.equal(derail("analyze", "media/sample-run/collapse/1.jsonl").stderr, "");
});

test("escape sequences and bidirectional controls of a rollout never reach the terminal", () => {
  const { stdout } = derail("analyze", fixtures, "--policy", "none");
  assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/); // oxlint-disable-line no-control-regex -- these are what must not be there
});

test("a damaged record is a problem with its line; the others are analysed; the exit code is 1", () => {
  const { report, status } = json(`${fixtures}/damaged.jsonl`, "--policy", "none");
  assert.equal(status, 1);
  assert.deepEqual(
    report.files[0]?.problems.map(({ code, line }) => [code, line]),
    [["record-not-json", 2]],
  );
  assert.equal(report.files[0].trajectories.length, 2);
});

const wrong: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
  ["no command", [], /say what to do/],
  ["an unknown command", ["analyse", "x"], /unknown command "analyse"/],
  ["no path", ["analyze"], /name at least one file/],
  ["an unknown option", ["analyze", "x", "--polcy", "y"], /--polcy/],
  ["an empty path to a policy", ["analyze", "x", "--policy", ""], /need a path/],
  ["nothing to search for", ["search"], /nothing to search for/],
  ["nowhere to search", ["search", "x"], /name at least one file or folder: derail search/],
  ["a wrong expression", ["search", "(", "x", "--regex"], /can't be read: Unterminated group/],
  ["an unknown format", ["analyze", "x", "--format", "xml"], /"text" or "json"/],
  ["an unknown format of a list", ["families", "--format", "xml"], /"text" or "json"/],
];
for (const [what, args, says] of wrong) {
  test(`${what} is told with the usage and exit code 2`, () => {
    const { status, stderr } = derail(...args);
    assert.equal(status, 2);
    assert.match(stderr, says);
    assert.match(stderr, /Usage/);
  });
}

test("a folder without rollouts is named; the exit code is 1", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "derail-cli-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const { report, status } = json(folder, "--policy", "none");
  assert.equal(status, 1);
  assert.match(report.files[0]?.problems[0]?.message ?? "", /holds no \.jsonl/);
});

test("a reader that has seen enough ends the command quietly", () => {
  const { stdout, stderr } = spawnSync(
    "sh",
    ["-c", `"${process.execPath}" dist/cli.js analyze media/sample-run/collapse --format json --policy none | head -c 9`],
    { cwd: root, encoding: "utf8" },
  );
  assert.equal(stdout.length, 9);
  assert.equal(stderr, "");
});

test("an output that can't be written is told before any work", () => {
  const { status, stderr } = derail("analyze", "media/sample-run/collapse", "--output", "/no/such/folder/x");
  assert.equal(status, 1);
  assert.match(stderr, /no\/such\/folder/);
});

test("a file that is not there is named, and the others are analysed; the exit code is 1", () => {
  const { report, status } = json("no-such.jsonl", `${fixtures}/96.jsonl`, "--policy", "none");
  assert.equal(status, 1);
  assert.match(report.files[0]?.problems[0]?.message ?? "", /no-such\.jsonl/);
  assert.equal(report.files[1]?.trajectories.length, 5);
});

test("a policy that is none is named, and structure is analysed all the same", () => {
  const { status, stderr, stdout } = derail("analyze", `${fixtures}/96.jsonl`, "--policy", fixtures);
  assert.equal(status, 1);
  assert.match(stderr, /fixtures\/cli/);
  assert.match(stdout, /F02/);
});

test("the collapsed agents of the paper are collapsed, its base model is not", { skip: !corpusFolder }, () => {
  const { report } = json(path.join(corpusFolder ?? "", "collapse-paper"), "--policy", "none");
  const [base, , grpo] = report.files;
  const empty = sampledTurns(grpo).filter(({ text }) => text.trim() === "" || text === "<tool_call>");
  assert.ok(empty.length > 100);
  assert.deepEqual(new Set(empty.map(({ state }) => state)), new Set(["collapsed"]));
  assert.deepEqual(sampledTurns(base).filter(({ state }) => state === "collapsed"), []);
  const calls = sampledTurns(base).filter(({ text }) => /<tool_call>\n\{.*\}\n<\/tool_call>/.test(text));
  assert.deepEqual(new Set(calls.map(({ state }) => state)), new Set(["healthy-call"]));
  const messages = report.files.flatMap(({ trajectories }) =>
    trajectories.flatMap(({ findings }) =>
      // It says why a missing turn end is not judged.
      findings.filter(({ rule }) => rule !== "F29").map(({ message }) => message),
    ),
  );
  assert.deepEqual(messages.filter((message) => message.includes("im_end")), []);
});

test("a recorded wrong end of turn is found at its token, without any model", async (t) => {
  const tokenizer = await qwen3TokenizerFile();
  if (!corpusFolder || !tokenizer) {
    t.skip("needs the corpus and the Qwen3 tokenizer");
    return;
  }
  const file = path.join(corpusFolder, "nemo-gym/qwen3_wrong_eos_rollout.jsonl");
  const { report } = json(file, "--policy", "none", "--tokenizer", tokenizer);
  const [finding] = report.files[0]?.trajectories[0]?.findings ?? [];
  assert.equal(finding?.rule, "F22");
  assert.equal(finding.control, "<|endoftext|>");
  assert.equal(finding.origin, "recorded");
  assert.equal(finding.probability?.toFixed(3), "0.447");
  const without = json(file, "--policy", "none").report.files[0];
  assert.match(without?.problems[0]?.message ?? "", /cannot be decoded.*--tokenizer/);
  assert.equal(without?.trajectories.length, 1);
});

test("a Llama dump is read as Llama's, though the policy that is selected is Qwen3's", () => {
  const { report } = json(`${fixtures}/llama.jsonl`);
  const [trajectory] = report.files[0]?.trajectories ?? [];
  assert.equal(trajectory?.family.id, "llama3.1-json");
  assert.match(trajectory.family.reason, /^the text has .*, though the tokenizer has <\|im_end\|>/);
  const states = trajectory.turns.filter(({ sampled }) => sampled).map(({ state }) => state);
  assert.deepEqual(states, ["healthy-call", "healthy-response"]);
});

test("--family reads turns in the grammar that was asked for", () => {
  const { report } = json(`${fixtures}/llama.jsonl`, "--policy", "none", "--family", "xlam");
  assert.deepEqual(report.files[0]?.trajectories[0]?.family, {
    id: "xlam",
    confidence: "high",
    reason: "it was chosen by hand",
  });
  const { stderr, status } = derail("analyze", "x.jsonl", "--family", "klingon");
  assert.equal(status, 2);
  assert.match(stderr, /there is no grammar "klingon": "derail families" lists them/);
});

test("derail explain says what a rule means, and takes its id in any writing", () => {
  const { stdout, status } = derail("explain", "f3");
  assert.equal(status, 0);
  assert.match(stdout, /^F03 Stop inside a call\n/);
  assert.doesNotMatch(derail("explain").stdout, /undefined/);
});

test("derail families lists every grammar by its id", () => {
  const lines = derail("families").stdout.trimEnd().split("\n");
  assert.equal(lines.length, 44);
  assert.match(lines[0] ?? "", /^qwen3-hermes {2,}Qwen3 \(Hermes JSON\)/);
});

test("families and rules come as JSON, too", () => {
  const { families } = parsed("families") as { families: { id: string; calls: string }[] };
  assert.deepEqual([families.length, families[0]?.id, families[0]?.calls], [44, "qwen3-hermes", "json"]);
  const { rules } = parsed("explain", "F29") as { rules: { rule: string; remedy: string }[] };
  assert.deepEqual(rules.map(({ rule }) => rule), ["F29"]);
  assert.equal((parsed("explain") as { rules: unknown[] }).rules.length, 33);
});

/** What a command prints as JSON. */
function parsed(...args: readonly string[]): unknown {
  return JSON.parse(derail(...args, "--format", "json").stdout);
}

/** A folder with these files, gone after the test. */

/** Sampled turns of a chat-messages file with the text that is in the file. */
function sampledTurns(file: Report["files"][number] | undefined): { text: string; state: string | null }[] {
  const lines = readFileSync(file?.path ?? "", "utf8").trim().split("\n");
  return (file?.trajectories ?? []).flatMap(({ turns }, index) => {
    const { messages } = JSON.parse(lines[index] ?? "") as {
      messages: { role: string; content: string }[];
    };
    const texts = messages.filter(({ role }) => role === "assistant").map(({ content }) => content);
    const states = turns.filter(({ sampled }) => sampled).map(({ state }) => state);
    assert.equal(states.length, texts.length);
    return texts.map((text, turn) => ({ text, state: states[turn] ?? null }));
  });
}
