import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { readDeclaredTools } from "../../src/core/grammar/declared-tools/read-declared-tools.ts";
import type { Role, ToolDeclaration } from "../../src/core/trajectory/trajectory.ts";
import type { Turn } from "../../src/core/transcript/transcript.ts";

const schema = '{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}';
const tool = (name: string): string =>
  `{"type": "function", "function": {"name": "${name}", "description": "d", "parameters": ${schema}}}`;
const llama = "Given the following functions, please respond with a JSON for a function call\n\n";

/** A prompt, and the tools that it declares; `+` behind them where there may be others. */
const cases: readonly (readonly [title: string, prompt: string, expected: string])[] = [
  ["nothing is declared", "You are helpful.", "unknown"],
  ["tags that are only named", "within <tools></tools> XML tags", "unknown"],
  ["tags around other text", "<tools>\nnot json\n</tools>", "unknown"],
  ["an empty list", "[AVAILABLE_TOOLS] [][/AVAILABLE_TOOLS]", "unknown"],
  ["JSON that is somebody's data", '[{"name": "Ada", "description": "a person"}]', "unknown"],
  [
    "an example of a call",
    '{"name": "get_weather", "parameters": {"city": "Bern"}} and {"name": "f", "arguments": {"type": 1}}',
    "unknown",
  ],
  ["a namespace of somebody's code", "namespace Shapes {\n  type Side = number;\n}\n", "unknown"],
  [
    "headings of an ordinary text",
    "Use the following tools\n\n### Setup\n\nInstall it.\n",
    "unknown",
  ],
  ["Python that a user asks about", "Complete this Function:\ndef f(x):\n    pass", "unknown"],
  ["one a line", `<tools>\n${tool("a")}\n${tool("b")}\n</tools>`, "a b"],
  ["one after another without white space", `<tools>${tool("a")}${tool("b")}</tools>`, "a b"],
  [
    "a list behind the tags that are named",
    `<tools> </tools> <tools> [${tool("a")}] </tools>`,
    "a",
  ],
  ["flat and by input_schema", `<tools>[{"name": "a", "input_schema": ${schema}}]</tools>`, "a"],
  ["a list in an object", `<tools>{"tools": [${tool("a")}, ${tool("b")}]}</tools>`, "a b"],
  ["each in a tag", `<functions>\n<function>${tool("a")}</function>\n</functions>`, "a"],
  ["the same tool twice", `<tools>\n${tool("a")}\n${tool("a")}\n</tools>`, "a"],
  ["a quoted end", `<tools>\n${tool("a").replace('"d"', '"</tools>"')}\n</tools>`, "a"],
  ["objects that nothing introduces", `Do it.\n${tool("a")}\n${tool("b")}`, "a b +"],
  ["objects that words introduce", llama + tool("a") + "\n\n" + tool("b") + "\n\nHi", "a b"],
  ["an object that is no tool", `<tools>\n${tool("a")}\n{"type": "web_search"}\n</tools>`, "a +"],
  ["a line that is cut", `<tools>\n${tool("a")}\n{"type": "function", "fun`, "a +"],
  [
    "an object that is damaged",
    `<tools>\n${tool("a")}\n{"name": b}\n${tool("c")}\n</tools>`,
    "a c +",
  ],
  ["no end", `<tools>\n${tool("a")}\n`, "a +"],
  ["words in the list", `<tools>\n${tool("a")}\nand more\n</tools>`, "a +"],
  ["introduced, and one damaged", `${llama}${tool("a")}\n${tool("b").slice(0, -3)}`, "a +"],
  [
    "a namespace",
    "namespace functions {\n\n// A\ntype a = () => any;\n\n} // namespace functions",
    "a",
  ],
  ["a namespace that is cut", "namespace functions {\n\ntype a = () => any;\n", "a +"],
  [
    "a namespace of another name",
    "namespace browser {\ntype open = (_: {\nid?: number | string, // default: -1\n}) => any;\n}\n",
    "browser.open",
  ],
  [
    "headings of groups",
    `You have access to the following tools:\n\n### a\nDescription: d\nParameters: ${schema}\n\n### More tools\n\n#### b\n`,
    "a +",
  ],
  [
    "ReAct's list without the names again",
    "You have access to the following tools:\n\na: does\nb: does\n\nAction: the action\nAction Input: its input",
    "a b +",
  ],
  [
    "ReAct's names that are still a placeholder",
    "Action: one of [{tool_names}]\nAction Input: its input",
    "unknown",
  ],
  [
    "documented functions",
    'You have access to the following tools:\nName: Recipes\nDescription: Of food\nDocumentation:\nscore: Scores.\nParameters: {"recipe": "Required. string.", "limit": "integer."}\nOutput: ok\nnone: Nothing.\nParameters: {}\n\n' +
      "Action: the action to take, should be one of the tool names.\nAction Input: JSON",
    "score none",
  ],
  [
    "descriptions that no template escaped",
    `<|function_call_library|>{"name": "a", "description": "says "a", \nb", "parameters": {}}\n{"name": "b", "description": "d", "parameters": ${schema}}\nIf`,
    "a b",
  ],
  [
    "what Granite calls where nothing fits",
    `<|function_call_library|>\n${tool("a")}\n\nplease output "<function_call> {"name": "no_function", "arguments": {}}"`,
    "no_function a",
  ],
  [
    "Llama's own tools",
    `Environment: ipython\nTools: brave_search\n\n${llama}${tool("a")}`,
    "code_interpreter code_interpreter.call brave_search brave_search.call a",
  ],
];

for (const [title, prompt, expected] of cases)
  test(`tools in a prompt: ${title}`, () => {
    assert.equal(shown(prompt), expected);
  });

test("a declaration says where it stands", () => {
  const prompt = `Be brief.\n<tools>\n${tool("a")}\n${tool("b")}\n</tools>`;
  const places = toolsIn(prompt).map(({ declaredAt: at }) => prompt.slice(at?.start, at?.end));
  assert.deepEqual(places, [tool("a"), tool("b")]);
});

test("two declarations of one tool that differ give its name only", () => {
  const other = tool("a").replace('"required": ["a"]', '"required": []');
  assert.deepEqual(
    toolsIn(`<tools>\n${tool("a")}\n${other}\n</tools>`).map(({ parameters }) => parameters),
    [null],
  );
});

const typescript: readonly (readonly [
  type: string,
  properties: Readonly<Record<string, unknown>>,
])[] = [
  ["a: string,", { a: { type: "string" } }],
  ["// what\n// it is\na: number, // default: 3", { a: { type: "number" } }],
  ['a: "x" | "y",', { a: { enum: ["x", "y"] } }],
  ["a: string | null,", { a: { anyOf: [{ type: "string" }, { type: "null" }] } }],
  ["a: any,", { a: {} }],
  ["a: string[][],", { a: { type: "array", items: { type: "array", items: { type: "string" } } } }],
  ["a: Date,", { a: { type: "string" } }],
  ["a: 1 | 2,\n  [key: string]: any", { a: { enum: [1, 2] } }],
  ["a: Array<boolean>;", { a: { type: "array", items: { type: "boolean" } } }],
  ['"a-b": object,', { "a-b": { type: "object" } }],
];

for (const [members, properties] of typescript)
  test(`arguments in TypeScript: ${members.replaceAll("\n", " ")}`, () => {
    const [found] = toolsIn(`namespace functions {\ntype f = (_: {\n${members}\n}) => any;\n}`);
    const required = Object.keys(properties);
    assert.deepEqual(found?.parameters, { type: "object", properties, required });
  });

test("a type that is not known leaves the tool without a schema, and the next one is read", () => {
  const text =
    "namespace functions {\ntype f = (_: {\na: Map<string, X>,\n}) => any;\ntype g = () => any;\n}";
  assert.deepEqual(
    toolsIn(text).map(({ name, parameters }) => [name, parameters]),
    [
      ["f", null],
      ["g", { type: "object" }],
    ],
  );
  assert.equal(shown(text), "f g");
});

test("who speaks decides: a tool's result and the policy's own words declare nothing", () => {
  const said = `<tools>\n${tool("b")}\n</tools>`;
  const prompt = `<tools>\n${tool("a")}\n</tools>`;
  assert.equal(
    shownTurns([
      ["system", prompt],
      ["assistant", said],
    ]),
    "a",
  );
  // But a search for tools may have found some.
  assert.equal(
    shownTurns([
      ["system", prompt],
      ["assistant", "Hm"],
      ["tool", said],
    ]),
    "a +",
  );
  assert.equal(
    shownTurns([
      ["system", prompt],
      ["assistant", "Hm"],
      ["user", said],
    ]),
    "a b",
  );
});

test("functions that a user announces and no text declares leave the list open", () => {
  const prompt = `<tools>\n${tool("a")}\n</tools>`;
  const announced = "I have updated some more functions you can choose from. What about now?";
  const first = [
    ["system", prompt],
    ["user", "Hi"],
    ["assistant", "Hm"],
  ] as const;
  assert.equal(shownTurns([...first, ["user", "And now?"]]), "a");
  assert.equal(shownTurns([...first, ["user", announced]]), "a +");
  assert.equal(shownTurns([...first, ["user", `[${tool("b")}]\n${announced}`]]), "a b");
});

test("a schema in Python's words is one, with its quotes and its None", () => {
  const dict =
    "{'type': 'function', 'function': {'name': 'a', 'description': \"it's\", 'parameters': {'type': 'object', " +
    "'properties': {'x': {'type': 'string', 'default': None}}, 'required': ['x']}}}";
  assert.equal(shown(`<tools>[${dict}]</tools>`), "a");
});

const hostile: readonly (readonly [title: string, text: string])[] = [
  ["tags", `${"<tools>".repeat(100_000)}<tools>${"\n ".repeat(200_000)}`],
  ["tags that open objects", "<tools>\n{".repeat(100_000)],
  ["objects that open", '{"name": "a", '.repeat(50_000)],
  ["brackets", `<tools>${"[".repeat(500_000)}{"name": "a", "parameters": ${"[".repeat(100_000)}`],
  ["declarations without an end", "<|tool>declaration:a{".repeat(50_000)],
  ["declarations with one", "<|tool>declaration:a{<tool|>".repeat(20_000)],
  ["namespaces", "\nnamespace a {\ntype b = (_: {c: {d: (".repeat(20_000)],
  ["types", `namespace f {\ntype a = (_: {${"\nb: {".repeat(50_000)}`],
  ["headings", `following tools:\n${"### a\nParameters: {".repeat(50_000)}`],
  ["ReAct's lines", `Action Input following tools:\n${"a(: x\nParameters: {".repeat(50_000)}`],
  ["functions with numbers", "---- BEGIN FUNCTION #1: a ----\n  (1) ".repeat(50_000)],
  ["white space", `<tools>${" ".repeat(1_000_000)}`],
];

for (const [title, text] of hostile)
  test(`hostile ${title} come to an end`, () => {
    const tools = readDeclaredTools({ text, turns: [turnOf("system", 0, text.length)] });
    assert.notEqual(tools.kind, "declared");
  });

test("no text makes the reader throw, and every declaration lies in it", () => {
  const piece = fc.constantFrom(
    ...'<tools> </tools> { } " [ ] , namespace <|tool> <tool|> declaration:a{ Parameters: {} Action'.split(
      " ",
    ),
    "'",
    "\n",
    "\\",
    tool("a"),
    llama,
    "### a\n",
    "namespace functions {",
    "\n}",
    "\ntype f = (_: {a?: string,}) => any;",
    "Action Input",
    "following tools:\n",
    "a: b\n",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      for (const { declaredAt } of toolsIn(text)) {
        assert.ok(declaredAt && declaredAt.start >= 0 && declaredAt.end <= text.length);
        assert.ok(declaredAt.start < declaredAt.end);
      }
    }),
    { numRuns: 300 },
  );
});

function toolsIn(prompt: string): readonly ToolDeclaration[] {
  const tools = readDeclaredTools({ text: prompt, turns: [turnOf("system", 0, prompt.length)] });
  return tools.kind === "unknown" ? [] : tools.tools;
}

function shown(prompt: string): string {
  return shownTurns([[prompt.startsWith("Complete") ? "user" : "system", prompt]]);
}

function shownTurns(said: readonly (readonly [Role, string])[]): string {
  let text = "";
  const turns: Turn[] = [];
  for (const [role, words] of said) {
    turns.push(turnOf(role, text.length, text.length + words.length));
    text += words;
  }
  const tools = readDeclaredTools({ text, turns });
  if (tools.kind === "unknown") return "unknown";
  const names = tools.tools.map(({ name }) => name).join(" ");
  return tools.kind === "partial" ? `${names} +` : names;
}

function turnOf(role: Role, start: number, end: number): Turn {
  const sampled = role === "assistant";
  return {
    index: 0,
    role,
    sampled,
    start,
    end,
    bodyStart: start,
    bodyEnd: end,
    thinkingOpen: false,
  };
}
