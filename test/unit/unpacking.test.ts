import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { gzip, u32, unpackBytes, zip, zstd, zstdRun, type Member } from "../support/archives.ts";
import { root } from "../support/paths.ts";

const fixtures = path.join(root, "test/fixtures/containers");
const fixture = (name: string): Buffer => readFileSync(path.join(fixtures, name));
const hostile = "</script><img src=x onerror=alert(1)> \u202eevil\u2066 ü 漢字 😀";
const line = `${JSON.stringify({ text: hostile })}\n`;

describe("gzip", () => {
  test("comes out as it went in", async () => {
    const { text, problems } = await unpackBytes(gzip(line.repeat(50_000)));
    assert.equal(text, line.repeat(50_000));
    assert.deepEqual(problems, []);
  });

  test("members one after another are one file, with zeros behind them", async () => {
    const bytes = Buffer.concat([gzip(line), gzip(""), gzip(line), Buffer.alloc(512)]);
    assert.deepEqual(await unpackBytes(bytes), {
      text: line + line,
      problems: [],
      about: null,
      doneBytes: [gzip(line).length, gzip(line).length + 20, 2 * gzip(line).length + 20],
    });
  });

  test("a name and a comment in the header are passed over", async () => {
    const bytes = gzip(line);
    const named = Buffer.concat([
      Buffer.from([...bytes.subarray(0, 3), 0x1c, ...bytes.subarray(4, 10)]),
      Buffer.from([3, 0, 1, 2, 3]),
      Buffer.from("../../etc/passwd\0a comment\0"),
      bytes.subarray(10),
    ]);
    assert.equal((await unpackBytes(named)).text, line);
  });

  test("cut off anywhere, it gives what came before and says so", async () => {
    const noise = Array.from(
      { length: 4000 },
      (_none, at) => `{"n":${String((at * 7919) % 1e9)}}\n`,
    );
    const text = noise.join("");
    const bytes = gzip(text);
    for (const share of [0.1, 0.5, 0.9, 0.999]) {
      const cut = await unpackBytes(bytes.subarray(0, Math.floor(bytes.length * share)));
      assert.ok(text.startsWith(cut.text));
      assert.ok(
        cut.text.length > text.length * share * 0.5,
        `${String(cut.text.length)} at ${String(share)}`,
      );
      assert.deepEqual(
        cut.problems.map(({ code }) => code),
        ["archive-damaged"],
      );
      assert.match(cut.problems[0]?.message ?? "", /cut off at byte \d+/);
    }
  });

  test("another checksum is a problem, and the text is there", async () => {
    const bytes = gzip(line);
    bytes[bytes.length - 8] = (bytes.at(-8) ?? 0) ^ 1;
    const { text, problems } = await unpackBytes(bytes);
    assert.equal(text, line);
    assert.match(problems[0]?.message ?? "", /checksum/);
  });

  test("what follows it and is no gzip is left out, and told", async () => {
    const { text, problems } = await unpackBytes(Buffer.concat([gzip(line), Buffer.from("more")]));
    assert.equal(text, line);
    assert.match(problems[0]?.message ?? "", /is no gzip/);
  });
});

describe("zstd", () => {
  test("frames of the zstd command, with one to be skipped between them, come out whole", async () => {
    const { text, problems } = await unpackBytes(fixture("frames.jsonl.zst"));
    assert.equal(text, fixture("frames.jsonl").toString());
    assert.deepEqual(problems, []);
  });

  test("ten thousand small frames are one file", async () => {
    const bytes = Buffer.concat(Array.from({ length: 10_000 }, () => zstd(Buffer.from("{}\n"))));
    assert.equal((await unpackBytes(bytes)).text, "{}\n".repeat(10_000));
  });

  test("another checksum is a problem, and the text is there", async () => {
    const bytes = Buffer.from(fixture("frames.jsonl.zst"));
    // The first frame's checksum stands before the frame that is skipped.
    const at = bytes.indexOf(u32(0x184d2a5a)) - 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const { text, problems } = await unpackBytes(bytes);
    assert.equal(text, fixture("frames.jsonl").toString());
    assert.match(problems[0]?.message ?? "", /checksum/);
  });

  test("cut off anywhere, it gives what came before and says so", async () => {
    const whole = fixture("frames.jsonl").toString();
    const bytes = fixture("frames.jsonl.zst");
    for (let at = 8; at < bytes.length; at += 13) {
      const { text, problems } = await unpackBytes(bytes.subarray(0, at));
      assert.ok(whole.startsWith(text));
      // Between two frames nothing shows that there should be more.
      if (problems.length > 0) assert.match(problems[0]?.message ?? "", /cut off|damaged/);
    }
  });

  test("a frame that asks for more memory than zstd itself gives is refused with the figure", async () => {
    const { text, problems } = await unpackBytes(zstd(Buffer.from("{}"), 31));
    assert.equal(text, "");
    assert.match(problems[0]?.message ?? "", /2048 MB/);
  });

  test("one that needs a dictionary is refused", async () => {
    const bytes = Buffer.concat([u32(0xfd2fb528), Buffer.from([1, 0x38, 7, 1, 0, 0])]);
    assert.match((await unpackBytes(bytes)).problems[0]?.message ?? "", /dictionary/);
  });
});

const samples: readonly Member[] = [
  { name: "_journal/start.json", text: '{"eval": {"task": "prices", "model": "m/1"}}' },
  { name: "samples/10_epoch_1.json", text: '{\n  "id": 10,\r\n  "epoch": 1\n}' },
  { name: "samples/9_epoch_1.json", text: '{\n  "id": 9\n}', method: "zstd" },
];
const header: Member = {
  name: "header.json",
  text: '{"status": "success", "eval": {"task": "prices", "model": "m/1"}}',
};

describe("Inspect logs", () => {
  test("each sample is a line, in the order of its number, byte for byte in its place", async () => {
    const { text, about, problems } = await unpackBytes(zip([...samples, header]));
    assert.equal(text, '{   "id": 9 }\n{   "id": 10,    "epoch": 1 }\n');
    assert.equal(about, "prices · m/1 · 2 samples");
    assert.deepEqual(problems, []);
  });

  test("a log that still runs has no header: its samples are shown", async () => {
    const { text, about, problems } = await unpackBytes(zip(samples));
    assert.equal(text.split("\n").length, 3);
    assert.equal(about, "prices · m/1 · 2 samples");
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["log-not-finished"],
    );
  });

  test("a log without samples says what it is of", async () => {
    const { text, about } = await unpackBytes(zip([samples[0] ?? header, header]));
    assert.equal(text, "");
    assert.equal(about, "prices · m/1 · 0 samples");
  });

  test("a sample that was written twice counts as it was written last", async () => {
    const again: Member = { name: "samples/9_epoch_1.json", text: '{"id": 9, "again": true}' };
    const { text } = await unpackBytes(zip([...samples, again, header]));
    assert.equal(text.split("\n")[0], '{"id": 9, "again": true}');
  });

  test("a torn log gives the samples that are whole, and names those that are not", async () => {
    const bytes = zip([...samples, header]);
    const end = bytes.indexOf("samples/9_epoch_1.json") + 30;
    const { text, problems } = await unpackBytes(bytes.subarray(0, end));
    assert.match(text, /"id": 10/);
    assert.match(problems[0]?.message ?? "", /cut off.*2 files|cut off.*3 files/);
  });
});

describe("zip", () => {
  test("another archive gives its JSON files one after another", async () => {
    const { text, about } = await unpackBytes(
      zip([
        { name: "readme.txt", text: "no" },
        { name: "run/2.jsonl", text: '{"n":2}\n{"n":3}', method: "stored" },
        { name: "run/1.json", text: '{\n"n": 1\n}\n' },
        { name: "__MACOSX/run/._1.json", text: "junk" },
      ]),
    );
    assert.equal(text, '{ "n": 1 } \n{"n":2}\n{"n":3}\n');
    assert.equal(about, "2 of its 3 files");
  });

  test("the one file of an archive is read as it is", async () => {
    const pretty = '[\n  {"n": 1}\n]';
    assert.equal((await unpackBytes(zip([{ name: "a.txt", text: pretty }]))).text, `${pretty}\n`);
  });

  test("one of other files is refused with what is in it", async () => {
    const members = Array.from({ length: 12 }, (_none, at) => ({
      name: `picture-${String(at)}.png`,
      text: "x",
    }));
    const { text, problems } = await unpackBytes(zip(members));
    assert.equal(text, "");
    assert.equal(problems[0]?.code, "archive-of-other-files");
    assert.match(problems[0]?.message ?? "", /picture-0\.png, .*picture-7\.png and 4 more/);
  });

  test("a torch file is refused, and the document with the converter is named", async () => {
    const torch = zip([
      { name: "rollout_7/data.pkl", text: "pickle", method: "stored" },
      { name: "rollout_7/version", text: "3", method: "stored" },
    ]);
    const { text, problems } = await unpackBytes(torch);
    assert.equal(text, "");
    assert.equal(problems[0]?.code, "torch-file");
    assert.match(problems[0]?.message ?? "", /docs\/formats\.md/);
  });

  test("names that point out of the folder are only names", async () => {
    const { text } = await unpackBytes(
      zip([
        { name: "../../../etc/cron.d/x.json", text: '{"a":1}' },
        { name: "/etc/passwd.json", text: '{"b":2}' },
        { name: "C:\\windows\\c.json", text: '{"c":3}' },
      ]),
    );
    assert.equal(text.split("\n").length, 4);
  });

  test("sizes of 64 bits, a comment and bytes before the archive are no hindrance", async () => {
    const members = [
      { name: "1.json", text: '{"n":1}', isLarge: true },
      { name: "2.json", text: '{"n":2}', method: "stored", isLarge: true },
    ] as const;
    const expected = '{"n":1}\n{"n":2}\n';
    assert.equal((await unpackBytes(zip(members, "PK\u0005\u0006 a comment"))).text, expected);
    const self = Buffer.concat([zip(members.slice(0, 1)).subarray(0, 60), zip(members)]);
    assert.equal((await unpackBytes(self)).text, expected);
  });

  test("what is wrong with a member is told by its name, and the others are there", async () => {
    const { text, problems } = await unpackBytes(
      zip([
        { name: "1.json", text: '{"n":1}', crc: 7 },
        { name: "2.json", text: '{"n":2}', flags: 1 },
        { name: "3.json", text: '{"n":3}' },
      ]),
    );
    assert.equal(text, '{"n":1}\n{"n":3}\n');
    assert.deepEqual(
      problems.map(({ message }) => message),
      [
        "The checksum of 1.json is another one: some of what is shown of it is not what was packed",
        "2.json can't be unpacked: it is encrypted",
      ],
    );
  });
});

describe("one thing packed in another", () => {
  test("is unpacked one level deep", async () => {
    const log = zip([...samples, header]);
    const { text, about } = await unpackBytes(gzip(log));
    assert.equal(about, "prices · m/1 · 2 samples");
    assert.match(text, /"id": 9/);
    assert.equal((await unpackBytes(zstd(gzip(line)))).text, line);
  });

  test("and no deeper: what comes out then is shown as it is", async () => {
    const { text } = await unpackBytes(gzip(gzip(gzip(line))));
    assert.ok(text.startsWith("\u001f"));
  });
});

describe("what would fill the disk", () => {
  const most = { bytes: 10_000_000 };

  test("stops at the limit, and what came before is there", async () => {
    for (const bomb of [gzip("[".repeat(50_000_000)), zstdRun(0x5b, 1000)]) {
      const { text, problems } = await unpackBytes(bomb, most);
      assert.ok(text.length <= most.bytes && text.length > 1_000_000);
      assert.deepEqual(
        problems.map(({ code }) => code),
        ["unpacking-stopped"],
      );
    }
  });

  test("so does a zip of many members that are small each", async () => {
    const text = "[".repeat(4_000_000);
    const bytes = zip(
      Array.from({ length: 9 }, (_none, at) => ({ name: `${String(at)}.json`, text })),
    );
    assert.ok(bytes.length < 100_000);
    const { problems } = await unpackBytes(bytes, most);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["unpacking-stopped"],
    );
  });
});
