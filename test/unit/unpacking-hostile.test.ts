import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { gzip, unpackBytes, zip, zstd } from "../support/archives.ts";
import { root } from "../support/paths.ts";

const fixtures = path.join(root, "test/fixtures/containers");
const line = '{"id":1,"messages":[]}\n';
const text = line.repeat(500);
const plain = new TextEncoder().encode(text);

const archives = {
  gzip: gzip(text),
  "zstd without packing": zstd(plain),
  "zip of an Inspect log": zip([
    { name: "_journal/start.json", text: '{"eval":{"task":"t"}}' },
    { name: "samples/1_epoch_1.json", text },
    { name: "samples/2_epoch_1.json", text, method: "zstd" },
    { name: "samples/3_epoch_1.json", text, method: "stored" },
  ]),
  zstd: readFileSync(path.join(fixtures, "frames.jsonl.zst")),
  parquet: readFileSync(path.join(fixtures, "kinds.parquet")),
} as const;

/**
 * Of thousands of changes some make the libraries for zstd and parquet loop or fill the memory, against which only the
 * end of their thread helps (`open-packed.ts`): the same changes every time.
 */
const seed = 7;
const most = { bytes: 4_000_000 };

for (const [name, bytes] of Object.entries(archives)) {
  test(`${name}: whatever bytes are changed, it gives text or a problem, and never fails`, async () => {
    const place = fc.nat(bytes.length - 1);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 6 }), async (edits) => {
        const changed = Uint8Array.from(bytes);
        for (const [at, byte] of edits) changed[at] = byte;
        const { problems } = await unpackBytes(changed, most);
        for (const { message } of problems) assert.ok(message.length > 10 && message.length < 700);
      }),
      { numRuns: 150, seed },
    );
  });

  test(`${name}: cut off anywhere, it gives nothing that was not in it`, async () => {
    const { text: whole } = await unpackBytes(bytes);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: bytes.length - 1 }), async (length) => {
        const { text: cut } = await unpackBytes(bytes.subarray(0, length), most);
        assert.ok(whole.startsWith(cut.trimEnd()));
      }),
      { numRuns: 60, seed },
    );
  });
}

test("any bytes behind a signature give text or a problem", async () => {
  const heads = Object.values(archives).map((bytes) => bytes.subarray(0, 4));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...heads),
      fc.uint8Array({ maxLength: 400 }),
      async (head, rest) => {
        const { text: out, problems } = await unpackBytes(Uint8Array.of(...head, ...rest), most);
        assert.ok(problems.length > 0 || out.length >= 0);
      },
    ),
    { numRuns: 300, seed },
  );
});
