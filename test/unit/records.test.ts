import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { detectContainer } from "../../src/core/records/detect-container.ts";
import type { Container } from "../../src/core/records/record.ts";
import { growColumns } from "../../src/core/records/record-columns.ts";
import { split } from "../support/split.ts";

const encoder = new TextEncoder();

/** Each record as text with its line. */
function recordsOf(container: Container, text: string): readonly (readonly [string, number])[] {
  const bytes = encoder.encode(text);
  return split(container, bytes).ranges.map(({ startByte, endByte, line }) => [
    new TextDecoder().decode(bytes.subarray(startByte, endByte)),
    line,
  ]);
}

const splits: readonly (readonly [
  title: string,
  container: Container,
  text: string,
  records: readonly (readonly [string, number])[],
  torn: boolean,
])[] = [
  [
    "lines end in LF",
    "jsonl",
    "{}\n[1]\n",
    [
      ["{}", 0],
      ["[1]", 1],
    ],
    false,
  ],
  [
    "lines end in CRLF",
    "jsonl",
    "{}\r\n{}\r\n",
    [
      ["{}", 0],
      ["{}", 1],
    ],
    false,
  ],
  [
    "a byte order mark is no text",
    "jsonl",
    "\ufeff{}\n{}",
    [
      ["{}", 0],
      ["{}", 1],
    ],
    false,
  ],
  [
    "blank lines are skipped and counted",
    "jsonl",
    "\n \t\n{}\n\r\n  {}  \n\n",
    [
      ["{}", 2],
      ["{}", 4],
    ],
    false,
  ],
  [
    "the last line needs no line feed",
    "jsonl",
    '{}\n{"a":1}',
    [
      ["{}", 0],
      ['{"a":1}', 1],
    ],
    false,
  ],
  [
    "a torn last line is told",
    "jsonl",
    '{}\n{"a":',
    [
      ["{}", 0],
      ['{"a":', 1],
    ],
    true,
  ],
  ["a file of nothing holds nothing", "jsonl", "", [], false],
  [
    "items of an array",
    "json-array",
    '[{"a":1}, [2,3],\n"x,]\\"",4]',
    [
      ['{"a":1}', 0],
      ["[2,3]", 0],
      ['"x,]\\""', 1],
      ["4", 1],
    ],
    false,
  ],
  [
    "a pretty-printed array",
    "json-array",
    '\ufeff[\n  {\n    "a": "]["\n  },\n  {}\n]\n',
    [
      ['{\n    "a": "]["\n  }', 1],
      ["{}", 4],
    ],
    false,
  ],
  ["an array without items", "json-array", "[ ]", [], false],
  [
    "an item cut off",
    "json-array",
    '[{"a":1},{"b',
    [
      ['{"a":1}', 0],
      ['{"b', 0],
    ],
    true,
  ],
  ["one document", "json-document", ' {\n"a": [1,\n{}]\n}\n', [['{\n"a": [1,\n{}]\n}', 0]], false],
  [
    "documents one after another",
    "json-document",
    '{\n}\n{\n"b":"}"\n}',
    [
      ["{\n}", 0],
      ['{\n"b":"}"\n}', 2],
    ],
    false,
  ],
  [
    "items of a member, on the lines they are on",
    "json-member",
    '{\n"a": ["samples", {"samples": [1]}],\n"\\"samples": [2],\n"samples": [\n{"b": "]"},\n3], "c": [4]}',
    [
      ['{"b": "]"}', 4],
      ["3", 5],
    ],
    false,
  ],
  [
    "an object without such a member",
    "json-member",
    ' {"samples": {"a": [1]}}\n',
    [[' {"samples": {"a": [1]}}\n', 0]],
    false,
  ],
  [
    "a member cut off",
    "json-member",
    '{"simulations": [{"a": 1}, {"b',
    [
      ['{"a": 1}', 0],
      ['{"b', 0],
    ],
    true,
  ],
  ["a document cut off", "json-document", '{\n"a":[1', [['{\n"a":[1', 0]], true],
];

for (const [title, container, text, records, torn] of splits) {
  test(`${container}: ${title}`, () => {
    assert.deepEqual(recordsOf(container, text), records);
    assert.equal(split(container, encoder.encode(text)).end.torn, torn);
  });
}

test("an array that is not closed is a problem where the file ends", () => {
  const { end } = split("json-array", encoder.encode('[{"a":1},\n'));
  assert.equal(end.torn, false);
  assert.deepEqual(
    end.problems.map(({ code, line, startByte }) => [code, line, startByte]),
    [["array-not-closed", 1, 10]],
  );
});

test("any chunking of any bytes gives the same records", () => {
  const pieces = [
    '{"a":"',
    "\\",
    '"',
    "}",
    "]",
    "[",
    ",",
    "\n",
    "\r\n",
    " ",
    "\ufeff",
    "ü😀",
    "{",
    '"samples":',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom<Container>("jsonl", "json-array", "json-document", "json-member"),
      fc.array(fc.constantFrom(...pieces), { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }),
      (container, texts, sizes) => {
        const bytes = encoder.encode(texts.join(""));
        const whole = split(container, bytes);
        assert.deepEqual(split(container, bytes, sizes), whole);
        for (const { startByte, endByte } of whole.ranges) assert.ok(startByte < endByte);
        for (const { endByte } of whole.ranges) assert.ok(endByte <= bytes.length);
      },
    ),
    { numRuns: 500 },
  );
});

test("a pretty-printed array has the same records and lines in chunks of every size", () => {
  const items = [{ a: 'x"\\', b: ["]", {}] }, { c: "ü\n" }, ["y"], {}];
  const bytes = encoder.encode(JSON.stringify(items, null, 2));
  const whole = split("json-array", bytes);
  assert.deepEqual(
    whole.ranges.map(({ line }) => line),
    [1, 8, 11, 14],
  );
  for (let size = 1; size <= bytes.length; size++) {
    assert.deepEqual(split("json-array", bytes, [size]), whole, `chunks of ${String(size)}`);
    assert.deepEqual(split("json-array", bytes, [size, Infinity]), whole, `cut at ${String(size)}`);
  }
});

test("columns grow, and find a record by line", () => {
  const columns = growColumns();
  for (let index = 0; index < 1000; index++) columns.append(index * 10, index * 10 + 8, index * 2);
  assert.equal(columns.count, 1000);
  assert.deepEqual(columns.at(999), { startByte: 9990, endByte: 9998, line: 1998 });
  assert.equal(columns.at(1000), null);
  assert.equal(columns.at(-1), null);
  assert.deepEqual(
    [0, 1, 2, 5000].map((line) => columns.findLine(line)),
    [0, 1, 1, 1000],
  );
});

const heads: readonly (readonly [title: string, head: string, container: Container | null])[] = [
  ["lines of objects", '{"a":1}\n{"a":2}\n', "jsonl"],
  ["one line", '{"a":1}', "jsonl"],
  ["one line longer than the head", '{"a":"xxxxx', "jsonl"],
  ["a pretty-printed object", '{\n  "a": 1\n}\n', "json-document"],
  ["a pretty-printed object longer than the head", '{\n  "a": [\n    1,', "json-document"],
  [
    "an Inspect log",
    '{\n  "version": 2,\n  "status": "success",\n  "eval": {"task": "x"},\n',
    "json-member",
  ],
  ["simulations on one line", '{"timestamp":"t","info":{},"tasks":[{"id":1', "json-member"],
  ["an Inspect log a line", '{"version":2,"status":"x","eval":{}}\n{"version":2}\n', "jsonl"],
  ["braces on lines of their own", '{\n  "a":\n  {\n  }\n}', "json-document"],
  ["a first line that was torn in a string", '{"a":"xx\n{"a":"yy"}\n', "jsonl"],
  ["a first line that was torn between values", '{"a":1,\n{"a":2}\n', "jsonl"],
  ["an array of records", '[{"traj_ids":"x","prompt":"', "json-array"],
  ["a pretty-printed array of records", '[\n    {\n        "id": "x"\n    },\n', "json-array"],
  ["an array of records with messages", '[{"role":"x","messages":[]}]', "json-array"],
  ["a bare array of messages", '[{"role":"user","content":"hi"},', "json-document"],
  [
    "a pretty-printed bare array of messages",
    '[\n  {\n    "content": "a",\n    "role": "user"',
    "json-document",
  ],
  ["a message longer than the head, its role at the end", '[{"content":"xxxxxx', "json-document"],
  ["messages whose role comes last", '[{"content":"x","name":"y', "json-document"],
  ["a key that only nests a role", '[{"meta":{"role":"x"},"id":1}]', "json-array"],
  ["lines that are conversations", '[{"role":"user"}]\n[{"role":"user"}]\n', "jsonl"],
  ["an empty array", "[]", "json-array"],
  ["a byte order mark and blank lines", "\ufeff\r\n\r\n{}\r\n{}", "jsonl"],
  ["nothing", " \n", null],
  ["a table that holds lines of JSON", '| message_index | content |\n{"a":1}\n', "text"],
  ["YAML", "interactions:\n- request:\n", "text"],
  ["bytes that are no text", "\u0001\u0000\u0002", null],
];

for (const [title, head, container] of heads) {
  test(`the container of ${title} is ${container ?? "none"}`, () => {
    const { value, problems } = detectContainer(encoder.encode(head));
    assert.equal(value, container);
    assert.deepEqual(
      problems.map((problem) => problem.code),
      container === null ? ["file-not-json"] : [],
    );
  });
}

test("an archive is named for what it is", () => {
  const zip = detectContainer(Uint8Array.from([0x50, 0x4b, 0x03, 0x04, 0x14]));
  assert.equal(zip.value, null);
  assert.match(zip.problems[0]?.message ?? "", /zip archive.*unpack/);
});

test("any head has a container or a reason for none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (head) => {
      const { value, problems } = detectContainer(head);
      assert.equal(value === null, problems.length > 0);
    }),
  );
});
