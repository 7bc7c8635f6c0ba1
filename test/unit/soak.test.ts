import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { Engine } from "../../src/node/engine/engine.ts";
import { mutate, startRandom } from "../support/mutations.ts";
import { corpusFolder, root } from "../support/paths.ts";

const never = new AbortController().signal;

/** Damaged files of each run: some seconds. `node scripts/test.mjs unit --only soak --soak 100` opens a hundred times as many. */
const runs = 300 * Math.max(1, Number(process.env["DERAIL_SOAK"] ?? 1));
/** Another seed damages otherwise. */
const seed = Number(process.env["DERAIL_SOAK_SEED"] ?? 1);

// Larger ones say nothing more about damage, and take long.
const maxBytes = 300_000;
const folder = mkdtempSync(path.join(tmpdir(), "derail-soak-"));
const engine = new Engine({ scorerPath: "", changed: () => undefined, log: () => undefined });
after(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

test("no damage to a file makes it crash, hang or lose a record: each is a row, or a row that says why not", async () => {
  const [first, ...others] = filesIn([
    path.join(root, "test/fixtures/formats"),
    path.join(root, "test/fixtures/cli"),
    ...(corpusFolder === null ? [] : [corpusFolder]),
  ]);
  assert.ok(first !== undefined);
  const files: readonly [string, ...string[]] = [first, ...others];
  for (let run = 0; run < runs; run++) {
    const random = startRandom(seed * 1_000_003 + run);
    const name = random.pick(files);
    const lender = readFileSync(random.pick(files));
    const bytes = mutate(readFileSync(name), [lender], random);
    try {
      await opensWhole(path.join(folder, path.basename(name)), bytes);
    } catch (error) {
      throw new Error(`${name}, seed ${String(seed)}, run ${String(run)}`, { cause: error });
    }
  }
});

async function opensWhole(file: string, bytes: Uint8Array): Promise<void> {
  writeFileSync(file, bytes);
  const document = await engine.open(file, never);
  try {
    const host = engine.host();
    const opened = engine.document(document);
    await opened.file.indexed;
    await host.analyse({ document, first: 0 }, never);
    const info = await host.info({ document }, never);
    for (const { message, line, startByte } of info.problems) {
      assert.ok(message.length > 0 && line >= 0 && (startByte ?? 0) <= info.sizeBytes);
    }
    if (info.format === null) {
      assert.ok(info.problems.length > 0, "an unknown file says why");
      return;
    }
    const { records, trajectories } = opened.file;
    assert.equal(info.analysedCount, trajectories.count);
    let shown = 0;
    for (let record = 0; record < records.count; record++) shown += trajectories.sizeOf(record);
    assert.equal(shown, trajectories.count, "every record has its rows");
    const { rows } = await host.rows({ document, from: 0, count: 500 }, never);
    assert.equal(rows.length, Math.min(500, trajectories.count));
    for (const trajectory of [0, trajectories.count - 1]) {
      await host.trajectory({ document, trajectory }, never);
      if (rows.find(({ index }) => index === trajectory)?.problem !== null) continue;
      await host.lines({ document, trajectory, from: 0, count: 500 }, never);
      await host.marks({ document, trajectory }, never);
    }
    // The page and the reports are JSON in the end.
    JSON.stringify([info, rows]);
  } finally {
    await engine.close(document);
  }
}

function filesIn(folders: readonly string[]): readonly string[] {
  return folders
    .flatMap((each) =>
      readdirSync(each, { recursive: true, encoding: "utf8" }).map((name) => path.join(each, name)),
    )
    .filter((file) => /\.(?:jsonl?|traj|txt|eval|parquet|gz|zst)$/.test(file))
    .filter((file) => statSync(file).isFile() && statSync(file).size <= maxBytes)
    .toSorted((a, b) => a.localeCompare(b));
}
