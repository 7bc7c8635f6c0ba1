import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { Engine } from "../../src/node/engine/engine.ts";
import { openRollouts } from "../../src/node/engine/open-rollouts.ts";
import { FileError, type ByteSource } from "../../src/node/files/byte-source.ts";
import { openSource } from "../../src/node/files/open-source.ts";
import { gzip, zip, zstd } from "../support/archives.ts";
import { corpusFolder, root } from "../support/paths.ts";

// Through files and the unpacker's thread; what comes out of archives is the matter of unpacking.test.ts.
const folder = mkdtempSync(path.join(tmpdir(), "derail-packed-"));
after(() => {
  rmSync(folder, { recursive: true });
});
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const never = new AbortController().signal;
const veRl = readFileSync(path.join(root, "test/fixtures/cli/96.jsonl"));

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

async function allOf(source: ByteSource): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let at = 0; ;) {
    const part = await source.read(at, 300_000);
    if (part.length === 0) return Buffer.concat(parts);
    parts.push(part);
    at += part.length;
  }
}

/** Files of this process that are open and were unpacked into. */
function openSpools(): readonly string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return path.basename(target).startsWith("derail-") && target.endsWith("(deleted)")
        ? [target]
        : [];
    } catch {
      return [];
    }
  });
}

test("a packed file is read by ranges, is there at once, and says what it is packed in", async () => {
  const numbers = Array.from({ length: 200_000 }, (_none, at) => `{"n":${String(at)}}\n`).join("");
  for (const [name, bytes, kind] of [
    ["a.jsonl.gz", gzip(numbers), "gzip"],
    ["a.jsonl.zst", zstd(Buffer.from(numbers)), "zstd"],
    ["a.zip", zip([{ name: "a.jsonl", text: numbers.trimEnd() }]), "zip"],
  ] as const) {
    const source = await openSource(write(name, bytes));
    assert.equal(source.packed?.kind, kind);
    assert.equal(source.name, name);
    assert.equal(Buffer.from(await source.read(5, 5)).toString(), `0}\n{"`);
    const late = await source.read(1_000_000, 20);
    assert.equal(Buffer.from(late).toString(), numbers.slice(1_000_000, 1_000_020));
    assert.equal((await allOf(source)).toString(), numbers);
    assert.equal(source.filling, null);
    assert.equal(await source.size(), numbers.length);
    assert.deepEqual(source.problems, []);
    await source.close();
  }
});

test(
  "the text lies in a file without a name, which closing removes",
  { skip: process.platform !== "linux" },
  async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("derail-"));
    const source = await openSource(write("b.jsonl.gz", gzip(veRl)));
    await source.read(0, 10);
    assert.equal(openSpools().length, 1);
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith("derail-")),
      before,
    );
    await source.close();
    await source.close();
    assert.equal(openSpools().length, 0);
  },
);

test("closing stops the unpacking, and whoever waits for bytes is told", async () => {
  const source = await openSource(write("c.json.gz", gzip(" ".repeat(400_000_000))));
  const waiting = source.read(390_000_000, 10);
  await source.read(0, 10);
  assert.ok(source.filling && source.filling.doneBytes <= source.filling.totalBytes);
  const failed = assert.rejects(
    waiting,
    (error) => error instanceof FileError && error.reason === "closed",
  );
  await source.close();
  await failed;
});

test(
  "opening that is cancelled leaves no file open",
  { skip: process.platform !== "linux" },
  async () => {
    const cancelling = new AbortController();
    const file = write("d.jsonl.gz", gzip('{"other":1}\n'.repeat(100_000)));
    cancelling.abort();
    await assert.rejects(openRollouts(file, { onIndexed: () => undefined }, cancelling.signal));
    assert.equal(openSpools().length, 0);
  },
);

test("a packed rollout is the rollout: its step is in the name, findings are at the file's beginning", async () => {
  const engine = new Engine({ scorerPath: "", changed: () => undefined, log: () => undefined });
  const plain = await engine.open(path.join(root, "test/fixtures/cli/96.jsonl"), never);
  const packed = await engine.open(write("96.jsonl.gz", gzip(veRl)), never);
  try {
    const plainRows = await engine.host().rows({ document: plain, from: 0, count: 10 }, never);
    const rows = await engine.host().rows({ document: packed, from: 0, count: 10 }, never);
    assert.deepEqual(rows.rows, plainRows.rows);
    assert.equal(rows.rows[0]?.step, 96);
    const info = await engine.host().info({ document: packed }, never);
    assert.deepEqual(info.packed, { kind: "gzip", about: null });
    const findings = await engine.host().rawFindings({ document: packed, limit: 100 }, never);
    assert.ok(findings.length > 0);
    for (const { startLine, endColumn, message, packed: isPacked } of findings) {
      assert.deepEqual([startLine, endColumn, isPacked], [0, 0, true]);
      assert.match(message, /^\S+( #\d+)?: /);
    }
    const place = { document: packed, trajectory: 1, finding: 0 };
    assert.equal(await engine.host().source(place, never), null);
    const lines = { document: packed, fromLine: 0, toLine: 100 };
    assert.deepEqual(await engine.host().records(lines, never), []);
  } finally {
    await engine.close(plain);
    await engine.close(packed);
  }
});

test("TRL's completions open from parquet as they do from lines", async () => {
  const name = path.join(root, "test/fixtures/containers/completions_00012");
  const opened = await openRollouts(`${name}.parquet`, { onIndexed: () => undefined }, never);
  await opened.indexed;
  assert.equal(opened.format?.id, "trl");
  assert.equal(opened.trajectories.count, 4);
  assert.deepEqual(opened.problems, []);
  await opened.close();
});

test("a file out of which nothing comes opens with the reason, and only with it", async () => {
  const torch = zip([{ name: "rollout_7/data.pkl", text: "p", method: "stored" }]);
  const opened = await openRollouts(
    write("rollout_7.pt", torch),
    { onIndexed: () => undefined },
    never,
  );
  assert.equal(opened.format, null);
  assert.deepEqual(
    opened.problems.map(({ code }) => code),
    ["torch-file"],
  );
  await opened.close();
});

const logs = corpusFolder === null ? null : path.join(corpusFolder, "inspect-ai");

test(
  "real Inspect logs open with every sample, packed with deflate or zstd alike",
  { skip: logs === null },
  async () => {
    const counts: Record<string, number> = {};
    const texts: Record<string, string> = {};
    for (const name of readdirSync(logs ?? "").filter((each) => each.endsWith(".eval"))) {
      const opened = await openRollouts(
        path.join(logs ?? "", name),
        { onIndexed: () => undefined },
        never,
      );
      await opened.indexed;
      assert.equal(opened.format?.id, "inspect", name);
      assert.deepEqual(opened.problems, [], name);
      counts[name] = opened.trajectories.count;
      texts[name] = (await allOf(opened.source)).toString();
      await opened.close();
    }
    // unzip -l FILE | grep -c samples/
    assert.deepEqual(
      Object.values(counts).toSorted((a, b) => a - b),
      [1, 4, 16, 16],
    );
    const guides = Object.keys(texts).filter((name) => name.includes("security"));
    assert.equal(texts[guides[0] ?? ""], texts[guides[1] ?? ""]);
  },
);

test(
  "a real parquet data set opens with every row, and without a format",
  { skip: corpusFolder === null },
  async () => {
    const file = path.join(corpusFolder ?? "", "not-rollouts/rlla_4k_test.parquet");
    const opened = await openRollouts(file, { onIndexed: () => undefined }, never);
    await opened.indexed;
    assert.equal(opened.records.count, 80);
    assert.equal(opened.format, null);
    assert.deepEqual(
      opened.problems.map(({ code }) => code),
      ["unknown-format"],
    );
    await opened.close();
  },
);

test(
  "the converter of docs/formats.md makes slime's lines of a torch file",
  { skip: !hasPython },
  async () => {
    const page = readFileSync(path.join(root, "docs/formats.md"), "utf8");
    const script = /```python\n([^]*?)```/.exec(page)?.[1] ?? "";
    // torch is not at hand: what it does here is unpickle.
    write(
      "torch.py",
      Buffer.from(
        "import pickle\ndef load(name, **options): return pickle.load(open(name, 'rb'))\n",
      ),
    );
    const make = `
import json, pickle, sys
class Tensor:
    def __init__(self, values): self.values = values
    def tolist(self): return self.values
samples = [json.loads(line) for line in open(sys.argv[1])]
pickle.dump({"rollout_id": 9, "samples": [{**s, "tokens": Tensor(s["tokens"])} for s in samples]}, open(sys.argv[2], "wb"))
exec(sys.argv[3].replace("sys.argv[1]", "sys.argv[2]"))
`;
    const slime = path.join(root, "test/fixtures/formats/slime/rollout_9.jsonl");
    const torch = path.join(folder, "rollout_9.pt");
    const { status, stderr } = spawnSync("python3", ["-c", make, slime, torch, script], {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: folder },
    });
    assert.equal(status, 0, stderr);
    const opened = await openRollouts(
      path.join(folder, "rollout_9.jsonl"),
      { onIndexed: () => undefined },
      never,
    );
    await opened.indexed;
    assert.equal(opened.format?.id, "slime");
    assert.equal(
      opened.trajectories.count,
      readFileSync(slime, "utf8").trimEnd().split("\n").length,
    );
    await opened.close();
  },
);
