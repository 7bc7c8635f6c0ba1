import assert from "node:assert/strict";
import { test } from "node:test";
import { isTamePattern } from "../../src/core/schema/tame-pattern.ts";
import { schemaCheck } from "../../src/core/schema/schema-check.ts";
import type { Tools } from "../../src/core/trajectory/trajectory.ts";
import { parse } from "../support/turns.ts";

const parameters = {
  type: "object",
  properties: {
    q: { type: "string" },
    n: { type: "integer", minimum: 1 },
    unit: { type: "string", enum: ["km", "mi"] },
    items: { type: "array", items: { type: "object", properties: { id: { type: "integer" } } } },
  },
  required: ["q"],
  additionalProperties: false,
};

/** Breaks of a call of `search`: `rule offending-text | message`. */
function breaksOf(args: string, schema: unknown = parameters, name = "search"): readonly string[] {
  const body = `<tool_call>\n{"name": "${name}", "arguments": ${args}}\n</tool_call><|im_end|>`;
  const structure = parse(body, { tools: [{ name: "search", parameters: schema }] });
  assert.equal(structure.state, "healthy-call", "an unfit call leaves the turn's state");
  return structure.breaks.map(({ rule, severity, start, end, message }) =>
    [rule, severity, body.slice(start, end), message].join(" | "),
  );
}

const fits: readonly (readonly [sentence: string, args: string, schema?: unknown])[] = [
  ["arguments that fit", '{"q": "a", "n": 2, "unit": "km", "items": [{"id": 1}]}'],
  ["a schema that is none", '{"q": 1}', "no schema"],
  [
    "a schema that does not compile",
    "{}",
    { type: "object", properties: { a: { type: "nonsense" } } },
  ],
  ["a schema that loads another", "{}", { $ref: "https://example.org/schema.json" }],
  ["an unknown format", '{"a": "x"}', { properties: { a: { type: "string", format: "moon" } } }],
  [
    "a pattern that could hang",
    '{"a": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"}',
    { properties: { a: { pattern: "^(a+)+$" } } },
  ],
  [
    "type names of function-calling data",
    '{"a": {}, "b": 1.5}',
    { type: "dict", properties: { a: { type: "dict" }, b: { type: "float" } } },
  ],
  ["an older draft", "{}", { $schema: "http://json-schema.org/draft-04/schema#", type: "object" }],
  ["no schema", "{}", null],
];

for (const [sentence, args, schema] of fits)
  test(`F12 has nothing to say of ${sentence}`, () => {
    assert.deepEqual(breaksOf(args, schema === undefined ? parameters : schema), []);
  });

const unfit: readonly (readonly [args: string, expected: string, schema?: unknown])[] = [
  ["{}", "F12 | error | } | The call of search does not fit its schema: arguments.q is missing."],
  [
    '{"q": 1}',
    "F12 | error | 1 | The call of search does not fit its schema: arguments.q must be string.",
  ],
  [
    '{"q": "a", "n": "2"}',
    'F12 | error | "2" | The call of search does not fit its schema: arguments.n must be integer.',
  ],
  [
    '{"q": "a", "n": 0}',
    "F12 | error | 0 | The call of search does not fit its schema: arguments.n must be >= 1.",
  ],
  [
    '{"q": "a", "unit": "ly"}',
    'F12 | error | "ly" | The call of search does not fit its schema: arguments.unit must be one of km, mi.',
  ],
  [
    '{"q": "a", "x": [1, 2]}',
    "F12 | warning | [1, 2] | The call of search does not fit its schema: arguments.x is not a parameter of it.",
  ],
  [
    '{"q": "a", "items": "[]"}',
    'F12 | error | "[]" | The call of search does not fit its schema: arguments.items must be array.',
  ],
  [
    '{"q": "a", "items": [{"id": 1}, {"id": "x"}]}',
    'F12 | error | "x" | The call of search does not fit its schema: arguments.items.1.id must be integer.',
  ],
  [
    '{"n": 0}',
    "F12 | error | } | The call of search does not fit its schema: arguments.q is missing (and 1 more).",
  ],
  [
    "{}",
    "F12 | error | } | The call of search does not fit its schema: arguments.constructor is missing.",
    { type: "object", required: ["constructor"] },
  ],
  [
    '{"a": {"b": {}}}',
    "F12 | error | } | The call of search does not fit its schema: arguments.a.b.a is missing.",
    {
      $ref: "#/$defs/n",
      $defs: {
        n: {
          type: "object",
          properties: {
            a: { type: "object", properties: { b: { type: "object", required: ["a"] } } },
          },
        },
      },
    },
  ],
];

for (const [args, expected, schema] of unfit)
  test(`F12 of ${args}: ${expected.split("schema: ")[1] ?? ""}`, () => {
    assert.deepEqual(breaksOf(args, schema ?? parameters), [expected]);
  });

test("F11 names the nearest declared tool", () => {
  assert.deepEqual(breaksOf("{}", parameters, "serch"), [
    "F11 | error | serch | serch was called, but no tool of that name was offered; the nearest is search.",
  ]);
});

test("F11 suggests nothing for a name that is like none", () => {
  assert.deepEqual(breaksOf("{}", parameters, "weather"), [
    "F11 | error | weather | weather was called, but no tool of that name was offered.",
  ]);
});

test("F11 knows that no tools were offered", () => {
  const body = '<tool_call>{"name": "f", "arguments": {}}</tool_call><|im_end|>';
  const { breaks } = parse(body, { tools: [] });
  assert.deepEqual(
    breaks.map(({ message }) => message),
    ["f was called, but no tools were offered."],
  );
});

test("a schema is compiled once for a list of tools", () => {
  const tools: Tools = { kind: "declared", tools: [{ name: "search", parameters }] };
  assert.equal(schemaCheck(tools, "search"), schemaCheck(tools, "search"));
  assert.equal(schemaCheck(tools, "other"), null);
});

test("a schema larger than any tool needs is not compiled", () => {
  const properties = Object.fromEntries(
    Array.from({ length: 3000 }, (_, i) => [`p${String(i)}`, { type: "string" }]),
  );
  const tools: Tools = {
    kind: "declared",
    tools: [{ name: "f", parameters: { type: "object", properties } }],
  };
  assert.equal(schemaCheck(tools, "f"), null);
});

test("only patterns that are surely quick are run", () => {
  for (const tame of [
    "^[a-z]+$",
    String.raw`^\d{4}-\d{2}-\d{2}$`,
    "^(km|mi)$",
    "a*b+",
    "^.{1,10}$",
  ])
    assert.ok(isTamePattern(tame), tame);
  for (const wild of [
    "(a+)+",
    "^(a?){26}a{26}$",
    `^${"a?".repeat(20)}${"a".repeat(20)}$`,
    "(a|a)*",
    "(a*)*b",
    "([a-z]+)*$",
    "a*a*a*b",
    String.raw`(a)\1`,
    "(?=a)b",
    "((a))+x",
    "(a{1,9}){9,}",
    "x".repeat(400),
  ])
    assert.ok(!isTamePattern(wild), wild);
});

/** `check` of a schema alone. */
function errorsOf(schema: unknown, value: unknown): number | null {
  const tools: Tools = { kind: "declared", tools: [{ name: "f", parameters: schema }] };
  const check = schemaCheck(tools, "f");
  assert.ok(check, "the schema is one");
  return check(value)?.length ?? null;
}

/** A list in a list in a list. */
function nest(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

const twiceBelow = {
  $ref: "#/$defs/n",
  $defs: { n: { anyOf: [{ items: { $ref: "#/$defs/n" } }, { items: { $ref: "#/$defs/n" } }] } },
};

test("a schema that doubles with every level is given up, not followed for years", () => {
  assert.equal(
    errorsOf({ ...twiceBelow, $defs: { n: { ...twiceBelow.$defs.n, type: "array" } } }, nest(60)),
    null,
  );
});

test("definitions that each double the next are given up, too", () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => {
      const next = { $ref: `#/$defs/n${String(i + 1)}` };
      return [`n${String(i)}`, { allOf: [next, next] }];
    }),
  );
  const schema = { $ref: "#/$defs/n0", $defs: { ...$defs, n60: { type: "string" } } };
  assert.equal(errorsOf(schema, "x"), null);
});

test("a tree of a few thousand is checked against a schema that refers to itself", () => {
  const schema = {
    $ref: "#/$defs/n",
    $defs: {
      n: {
        type: "object",
        properties: { id: { type: "integer" }, children: { items: { $ref: "#/$defs/n" } } },
        required: ["id"],
      },
    },
  };
  const leaf = { id: 1, children: [] };
  const children = Array.from({ length: 60 }, () => ({
    id: 2,
    children: Array.from({ length: 60 }, () => leaf),
  }));
  assert.equal(errorsOf(schema, { id: 0, children }), 0);
  assert.equal(errorsOf(schema, { id: 0, children: [...children, {}] }), 1);
});

test("numbers by the hundred thousand are checked", () => {
  const schema = { properties: { a: { type: "array", items: { type: "number" } } } };
  assert.equal(errorsOf(schema, { a: Array(200_000).fill(1) }), 0);
});

test("uniqueItems looks at each item once", () => {
  const schema = { type: "array", uniqueItems: true };
  const items = Array.from({ length: 100_000 }, (_, id) => ({ id, of: { a: 1, b: 2 } }));
  assert.equal(errorsOf(schema, items), 0);
  assert.equal(errorsOf(schema, [...items, { of: { b: 2, a: 1 }, id: 7 }]), 1);
  assert.equal(errorsOf({ ...schema, uniqueItems: false }, [1, 1]), 0);
});

test("unique lists in unique lists are given up where each is written again for each level", () => {
  const schema = {
    $ref: "#/$defs/n",
    $defs: { n: { uniqueItems: true, items: { $ref: "#/$defs/n" } } },
  };
  assert.equal(errorsOf(schema, [["x".repeat(1000)], 1]), 0);
  let value: unknown = "x".repeat(1_000_000);
  for (let level = 0; level < 1000; level++) value = [value];
  assert.equal(errorsOf(schema, value), null);
});

test("F12 says nothing of arguments that could not be checked", () => {
  const args = `{"a": ${"[".repeat(60)}${"]".repeat(60)}}`;
  assert.deepEqual(breaksOf(args, { properties: { a: twiceBelow }, $defs: twiceBelow.$defs }), []);
});
