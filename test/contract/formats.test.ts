import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { formats } from "../../src/core/formats/index.ts";
import type { RecordBytes } from "../../src/core/records/record.ts";
import type { Problem } from "../../src/core/result.ts";
import { detectContainer } from "../../src/core/records/detect-container.ts";
import { parseJson } from "../../src/core/text/json.ts";
import { toByte, toByteRange } from "../../src/core/text/source-map.ts";
import type { ByteRange, MappedText } from "../../src/core/text/source-map.ts";
import type { Trajectory } from "../../src/core/trajectory/trajectory.ts";
import { corpusFormats } from "../support/corpus-formats.ts";
import { assertMapHolds } from "../support/mapped.ts";
import {
  corpusOf,
  fixturesOf,
  messagesOf,
  readAll,
  textsOf,
  valueOf,
} from "../support/rollouts.ts";
import type { Reading, Sample } from "../support/rollouts.ts";
import { split } from "../support/split.ts";

for (const format of formats) {
  const own = fixturesOf(format.id);
  const real = (corpusFormats[format.id] ?? []).flatMap(corpusOf);
  const samples = [...own, ...real];

  test(`${format.id}: every sample is recognised and read, each record to the trajectories that it holds`, () => {
    assert.ok(own.length > 0);
    for (const sample of samples) {
      const { format: found, trajectories, records } = readAll(sample);
      assert.equal(found, format, sample.title);
      assert.ok(trajectories.length > 0, sample.title);
      if (format.holds === "one") assert.equal(trajectories.length, records.length, sample.title);
      const ids = new Set(trajectories.map((trajectory) => trajectory.id));
      assert.equal(ids.size, trajectories.length, `${sample.title}: ids are unique`);
    }
  });

  test(`${format.id}: no other format claims its samples`, () => {
    for (const sample of samples) {
      const container = detectContainer(sample.bytes.subarray(0, 64 * 1024)).value;
      assert.ok(container);
      const records = split(container, sample.bytes).ranges.map(({ startByte, endByte, line }) => ({
        index: 0,
        bytes: sample.bytes.subarray(startByte, endByte),
        startByte,
        line,
      }));
      const claims = records
        .slice(0, 20)
        .map((record) => formats.filter((other) => other.detect(valueOf(record, container))))
        .find((claiming) => claiming.length > 0);
      assert.deepEqual(claims, [format], sample.title);
    }
  });

  test(`${format.id}: every position lies inside its record`, () => {
    for (const sample of samples) assertInside(readAll(sample), sample);
  });

  test(`${format.id}: every text maps to the bytes that spell it`, () => {
    // JSON in a string of JSON: an escape of an escape takes as many bytes as other characters.
    if (format.id === "langfuse" || format.id === "otlp-genai") return;
    for (const sample of samples.filter(({ bytes }) => bytes.length < 100_000)) {
      for (const text of readAll(sample).trajectories.flatMap(textsOf)) {
        if (isFromFile(text)) assertMapHolds(text, sample.bytes);
      }
    }
  });

  test(`${format.id}: a file cut off at any byte still opens`, () => {
    for (const sample of own) {
      for (let end = 0; end < sample.bytes.length; end += 7) readsCut(sample, end);
    }
    for (const sample of real.filter(({ bytes }) => bytes.length < 400_000)) {
      for (let turn = 0; turn < 5; turn++)
        readsCut(sample, Math.floor((sample.bytes.length * (turn + 0.37)) / 5));
    }
  });

  test(`${format.id}: a torn last record is a problem on its line, and the others are read`, () => {
    const sample = own.find((candidate) => readAll(candidate).records.length > 1);
    // A format of one record a file has no others.
    if (!sample) return;
    const { records } = readAll(sample);
    const last = records.at(-1);
    assert.ok(last);
    const torn = readAll({
      name: sample.name,
      bytes: sample.bytes.subarray(0, last.startByte + last.bytes.length - 3),
    });
    if (format.holds === "one") assert.equal(torn.trajectories.length, records.length - 1);
    const problem = torn.problems.find(({ code }) => code === "record-not-json");
    assert.ok(problem);
    assert.ok(problem.line >= last.line);
    assert.match(problem.message, /cut off/);
  });

  test(`${format.id}: damaged UTF-8 anywhere still opens, with positions inside`, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...own),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0x80, max: 0xff })), {
          minLength: 1,
          maxLength: 8,
        }),
        (sample, hits) => {
          const bytes = Uint8Array.from(sample.bytes);
          for (const [at, byte] of hits) bytes[at % bytes.length] = byte;
          assertInside(readAll({ name: sample.name, bytes }), { ...sample, bytes });
        },
      ),
      { numRuns: 150 },
    );
  });

  test(`${format.id}: bytes changed, lost or doubled never make it throw`, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...own),
        fc.nat(),
        fc.nat(40),
        fc.uint8Array({ maxLength: 6 }),
        (sample, at, lost, inserted) => {
          const from = at % sample.bytes.length;
          const bytes = Uint8Array.from([
            ...sample.bytes.subarray(0, from),
            ...inserted,
            ...sample.bytes.subarray(from + lost),
          ]);
          assertInside(readAll({ name: sample.name, bytes }), { ...sample, bytes });
        },
      ),
      { numRuns: 200 },
    );
  });

  test(`${format.id}: a record with any values in its fields is read without a throw`, () => {
    const keys = keysOf(own);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 8 }),
        fc.constantFrom(...own.map(({ name }) => name)),
        (value, name) => {
          const bytes = new TextEncoder().encode(JSON.stringify(value));
          const record = { index: 0, bytes, startByte: 11, line: 3 };
          const { value: trajectories, problems } = format.read(record, { name });
          for (const trajectory of trajectories) assertTrajectoryInside(trajectory, record);
          for (const problem of problems) assertProblemInside(problem, record);
        },
      ),
      { numRuns: 300 },
    );
  });

  test(`${format.id}: a sample with a value replaced at any place is read without a throw`, () => {
    const replacements = [null, 0, -1.5, "", "x", true, [], {}, [[]], ["a"], { type: "text" }];
    const records = own.flatMap((sample) =>
      readAll(sample).records.map((record) => ({ record, name: sample.name })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...records),
        fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...replacements),
        ({ record, name }, path, replacement) => {
          const value = structuredClone(parseJson(record.bytes, 0, 0).value?.value);
          replaceAt(value, path, replacement);
          const bytes = new TextEncoder().encode(JSON.stringify(value));
          const changed = { ...record, bytes };
          const parsed = format.read(changed, { name });
          for (const trajectory of parsed.value) assertTrajectoryInside(trajectory, changed);
          for (const problem of parsed.problems) assertProblemInside(problem, changed);
        },
      ),
      { numRuns: 400 },
    );
  });

  test(`${format.id}: chunked equals whole`, () => {
    for (const sample of own) {
      const whole = readAll(sample);
      for (const chunk of [1, 2, 3, 64, 1021]) {
        const chunked = readAll(sample, chunk);
        assert.deepEqual(chunked.records, whole.records, sample.title);
      }
    }
    for (const { bytes, title } of real.filter((each) => each.bytes.length < 1_000_000)) {
      const whole = split("jsonl", bytes);
      assert.deepEqual(split("jsonl", bytes, [1, 4096]), whole, title);
    }
  });

  test(`${format.id}: absurd sizes are a problem, not an error`, () => {
    const record = { index: 0, startByte: 5, line: 1 };
    if (!format.containers.includes("jsonl") && !format.containers.includes("json-document"))
      return;
    const deep = new TextEncoder().encode(`{"messages":${"[".repeat(200_000)}`);
    const huge = new Uint8Array(64 * 1024 * 1024 + 1).fill(0x20);
    for (const bytes of [deep, huge, new Uint8Array(), new TextEncoder().encode('"x"')]) {
      const { value, problems } = format.read({ ...record, bytes }, { name: "x" });
      assert.deepEqual(value, []);
      assert.ok(problems.length > 0);
      for (const problem of problems) assertProblemInside(problem, { ...record, bytes });
    }
  });

  test(`${format.id}: markup and bidirectional controls stay what they are`, () => {
    const texts = own.flatMap((sample) => readAll(sample).trajectories.flatMap(textsOf));
    const hostile = "</script><img src=x onerror=alert(1)> \u202eevil\u2066 ü 漢字 😀";
    // A file of ids alone has no text to be hostile with.
    if (texts.length > 0) assert.ok(texts.some(({ text }) => text.includes(hostile)));
  });
}

function readsCut(sample: Sample, end: number): void {
  const bytes = sample.bytes.subarray(0, end);
  const whole = readAll(sample);
  const cut = readAll({ name: sample.name, bytes });
  assertInside(cut, { ...sample, bytes });
  // What was complete before the cut is read as before; a cut inside the only record leaves nothing to recognise, and
  // what holds a session may name it only in a later line.
  if (cut.format !== whole.format || cut.format?.holds === "file") return;
  for (const [index, trajectory] of cut.trajectories.entries()) {
    assert.equal(trajectory.id, whole.trajectories[index]?.id, `${sample.title} at ${String(end)}`);
  }
}

function assertInside({ records, trajectories, problems }: Reading, { bytes }: Sample): void {
  const file = { index: 0, bytes, startByte: 0, line: 0 };
  for (const problem of problems) assertProblemInside(problem, file);
  for (const trajectory of trajectories) {
    const { startByte: at } = trajectory.source;
    const record = records.find(
      ({ startByte, bytes: own }) => startByte <= at && at < startByte + own.length,
    );
    assert.ok(record);
    assertTrajectoryInside(trajectory, record);
  }
}

function assertTrajectoryInside(trajectory: Trajectory, record: RecordBytes): void {
  assert.equal(trajectory.line, record.line);
  assertRange(trajectory.source, record);
  for (const { text, map } of textsOf(trajectory)) {
    assert.equal(map.length, text.length);
    assertRange(toByteRange(map, 0, text.length), record);
    for (let unit = 0; unit <= text.length; unit += 1 + Math.floor(text.length / 50)) {
      assertRange({ startByte: toByte(map, unit), endByte: toByte(map, unit) }, record);
    }
  }
  const messages = messagesOf(trajectory);
  for (const { source, calls } of messages) {
    assertRange(source, record);
    for (const call of calls) {
      if (call.arguments.kind === "object") assertRange(call.arguments.source, record);
    }
  }
  if (trajectory.body.kind !== "ids") return;
  for (const { source, message, ids, logProbs } of trajectory.body.generations) {
    assertRange(source, record);
    assert.equal(messages[message]?.role, "assistant");
    assert.ok(logProbs === null || logProbs.length === ids.length);
  }
}

function assertProblemInside(
  { startByte, endByte, line, message }: Problem,
  record: RecordBytes,
): void {
  assert.ok(line >= record.line);
  assert.ok(message.length > 0);
  const from = startByte ?? record.startByte;
  assertRange({ startByte: from, endByte: endByte ?? from }, record);
}

function assertRange({ startByte, endByte }: ByteRange, record: RecordBytes): void {
  const end = record.startByte + record.bytes.length;
  const shown = `[${String(startByte)}, ${String(endByte)}) in [${String(record.startByte)}, ${String(end)})`;
  assert.ok(record.startByte <= startByte && startByte <= endByte && endByte <= end, shown);
}

/** JSON inside JSON has escapes of escapes, which the check does not read. */
function isFromFile({ map }: MappedText): boolean {
  return map.runStride.every(
    (stride) => stride === 1 || stride === 2 || stride === 3 || stride === 6,
  );
}

function keysOf(samples: readonly Sample[]): readonly string[] {
  const keys = new Set<string>();
  for (const { bytes } of samples) {
    for (const [, key = ""] of new TextDecoder().decode(bytes).matchAll(/"([a-z_]+)":/g))
      keys.add(key);
  }
  return [...keys, "__proto__", "constructor"];
}

/** Walk down by the path's numbers and put another value where it ends. */
function replaceAt(value: unknown, path: readonly number[], replacement: unknown): void {
  let at = value;
  for (const [depth, step] of path.entries()) {
    if (typeof at !== "object" || at === null) return;
    const keys = Object.keys(at);
    const key = keys[step % Math.max(1, keys.length)];
    if (key === undefined) return;
    const inner: unknown = Reflect.get(at, key);
    const isLast = depth === path.length - 1 || typeof inner !== "object" || inner === null;
    if (isLast) {
      Reflect.set(at, key, replacement);
      return;
    }
    at = inner;
  }
}
