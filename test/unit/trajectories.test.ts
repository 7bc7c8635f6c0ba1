import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import * as fc from "fast-check";
import { memberOf, parseJson } from "../../src/core/text/json.ts";
import type { Format } from "../../src/core/formats/format.ts";
import { verl } from "../../src/core/formats/rl/verl.ts";
import { countPlaces, placesOfRecords } from "../../src/core/records/trajectory-places.ts";
import { growColumns } from "../../src/core/records/record-columns.ts";
import { startCounting } from "../../src/node/engine/count-trajectories.ts";
import { createTrajectoryReader } from "../../src/node/engine/read-trajectories.ts";
import { openRollouts } from "../../src/node/engine/open-rollouts.ts";
import { openFile } from "../../src/node/files/byte-source.ts";
import { indexFile } from "../../src/node/files/file-index.ts";

const never = new AbortController().signal;

test("every trajectory has its record and its place in it, and every record its first trajectory", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 700 }), fc.nat(700), (sizes, kept) => {
      const places = countPlaces();
      for (const size of sizes) places.append(size);
      places.truncate(kept);
      const held = sizes.slice(0, kept).map((size) => Math.max(1, size));
      const expected = held.flatMap((size, record) =>
        Array.from({ length: size }, (_, part) => ({ record, part })),
      );
      assert.equal(places.count, expected.length);
      assert.deepEqual(
        expected.map((_, trajectory) => places.at(trajectory)),
        expected,
      );
      assert.equal(places.at(expected.length), null);
      assert.equal(places.at(-1), null);
      assert.equal(places.at(0.5), null);
      for (const [record, size] of held.entries()) {
        assert.equal(places.sizeOf(record), size);
        assert.deepEqual(places.at(places.firstOf(record)), { record, part: 0 });
      }
      assert.equal(places.sizeOf(held.length), 0);
      assert.equal(places.firstOf(held.length), places.count);
    }),
  );
});

test("where a record is a trajectory, the places are those of the records", () => {
  const records = growColumns();
  const places = placesOfRecords(records);
  assert.equal(places.at(0), null);
  records.append(0, 5, 0);
  records.append(6, 9, 1);
  assert.equal(places.count, 2);
  assert.deepEqual(places.at(1), { record: 1, part: 0 });
  assert.deepEqual([places.firstOf(1), places.sizeOf(1), places.sizeOf(2)], [1, 1, 0]);
});

/** A list of veRL samples a record. */
const groups: Format = {
  ...verl,
  holds: "many",
  read(record, file) {
    const list: unknown = parseJson(record.bytes, record.startByte, record.line).value?.value;
    const rows = memberOf(list, "rows");
    if (!Array.isArray(rows)) return verl.read(record, file);
    const trajectories = rows.flatMap((row: unknown) => {
      const bytes = new TextEncoder().encode(JSON.stringify(row));
      return verl.read({ ...record, bytes }, file).value;
    });
    return { value: trajectories, problems: [] };
  },
};
const row = { input: "a", output: "b", score: 1 };

test("trajectories are counted record by record; one that can't be read still takes its place", async (t) => {
  const records = [[row, row, row], [], [row]].map((rows) => JSON.stringify({ rows }));
  const file = write(t, [...records, '{"rows": [', records[0]].join("\n"));
  const source = await openFile(file);
  const { index, done } = indexFile(source, "jsonl");
  await done;
  const { records: found } = index;
  const context = { name: source.name };
  let told = 0;
  const counting = startCounting(
    { source, records: found, format: groups, context },
    never,
    () => told++,
  );
  assert.equal(counting.places.count, 0);
  await Promise.all([counting.catchUp(), counting.catchUp()]);
  assert.equal(counting.places.recordCount, 5);
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((record) => counting.places.sizeOf(record)),
    [3, 1, 1, 1, 3],
  );
  assert.equal(told, 5);
  await source.close();
});

test("the trajectories of one record are read from one parse", async (t) => {
  const name = write(t, `${JSON.stringify(row)}\n${JSON.stringify(row)}\n`);
  const file = await openRollouts(name, { onIndexed: () => undefined }, never);
  await file.indexed;
  let reads = 0;
  const format: Format = {
    ...groups,
    read(record, context) {
      reads++;
      return groups.read(record, context);
    },
  };
  const counted = { ...file, format };
  const reader = createTrajectoryReader();
  await Promise.all([reader.read(counted, 0), reader.read(counted, 0)]);
  await reader.read(counted, 0);
  assert.equal(reads, 1);
  await reader.read(counted, 1);
  assert.equal(reads, 2);
  const beyond = await reader.read(counted, 2);
  assert.equal(beyond.kind, "unreadable");
  await file.close();
});

test("a format is told the folder that a file lies in", async (t) => {
  const name = write(t, JSON.stringify(row));
  const file = await openRollouts(name, { onIndexed: () => undefined }, never);
  assert.deepEqual(file.context, {
    name: "rows.jsonl",
    folder: path.basename(path.dirname(name)),
  });
  await file.close();
});

function write(t: TestContext, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "derail-trajectories-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, "rows.jsonl");
  writeFileSync(file, text);
  return file;
}
