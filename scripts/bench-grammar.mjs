// How fast turns are parsed: megabytes of UTF-16 text (a unit is a byte here) a second of `parseTurn`, over ordinary
// and hostile texts, and the ratio of the time for ten times the text: `npm run bench:grammar -- [--megabytes N] [--only NAME]`.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "10" },
    only: { type: "string", default: "" },
  },
});
const { familyById, parseTurn } = await bundled();

const units = Number(values.megabytes) * 1e6;

const prose =
  "Let me look at the weather in Oslo first, because the user asks for it. It's 5 °C there, and `rain` is likely.\n" +
  "- one: a < b && c > d\n- two: see <https://example.org/a_b?x=1>\n\n" +
  "```ts\nconst wet = rain / hours > 0.5;\n```\nThat is all we know.\n";
const code = String.raw`def f(a, b=[1, 2]):\n    return {\"x\": a < b, 'y': \"<div>\" + str(b)}\n\n`;
const args = `{"city": "Oslo", "days": [1, 2, 3], "code": "${code}", "deep": {"a": {"b": [true, null, -1.5e3]}}}`;
const hermes = `<tool_call>\n{"name": "get_weather", "arguments": ${args}}\n</tool_call>\n`;
const coder = `<tool_call>\n<function=write_file>\n<parameter=path>\na.ts\n</parameter>\n<parameter=content>\n${prose}</parameter>\n</function>\n</tool_call>\n`;
const glm = `<tool_call>write_file\n<arg_key>path</arg_key>\n<arg_value>a.ts</arg_value>\n<arg_key>content</arg_key>\n<arg_value>${prose}</arg_value>\n</tool_call>\n`;
const kimi = `<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>${args}<|tool_call_end|><|tool_calls_section_end|>`;
const pythonic = `<|tool_call_start|>[get_weather(city="Oslo", days=[1, 2, 3], code="${code}")]<|tool_call_end|>\n`;
const gemma = `<|tool_call>call:write{path:<|"|>a.ts<|"|>,content:<|"|>${prose}<|"|>,n:[1,2,{a:true}]}<tool_call|>`;

/** Title, family, what stands once, what is repeated, what ends it. */
const texts = [
  ["prose", "qwen3-hermes", "", prose, ""],
  ["prose in Mistral's family", "mistral-args", "", prose, ""],
  ["prose in DeepSeek's family", "deepseek-v3", "", prose, ""],
  ["prose in Harmony", "gpt-oss-harmony", "<|channel|>final<|message|>", prose, ""],
  ["thinking", "qwen3-hermes", "<think>\n", prose, "</think>\nYes."],
  ["Chinese prose", "qwen3-hermes", "", "今天奥斯陆下雨，气温五度。请带伞！\n", ""],
  ["one line", "qwen3-hermes", "", "word and another word, ", ""],
  [
    "thinking and calls",
    "qwen3-hermes",
    "<think>\nSo.\n</think>\n",
    `${prose}${prose}${hermes}`,
    "",
  ],
  ["JSON calls", "qwen3-hermes", "", hermes, ""],
  [
    "one string of arguments",
    "qwen3-hermes",
    '<tool_call>{"name": "f", "arguments": {"a": "',
    code,
    '"}}</tool_call>',
  ],
  [
    "one list of arguments",
    "qwen3-hermes",
    '<tool_call>{"name": "f", "arguments": {"a": [',
    '{"a": 1, "b": [true, "x"]}, ',
    "0]}}</tool_call>",
  ],
  ["calls in tags", "qwen3-coder-xml", "", coder, ""],
  ["GLM's calls", "glm-4.5", "", glm, ""],
  ["Kimi's calls", "kimi-k2", "", kimi, ""],
  ["pythonic calls", "lfm2", "", pythonic, ""],
  ["Gemma's calls", "gemma4", "", gemma, ""],
  [
    "Harmony's calls",
    "gpt-oss-harmony",
    "",
    `<|channel|>commentary to=functions.f <|constrain|>json<|message|>${args}<|call|><|start|>assistant`,
    "",
  ],
  [
    "brackets in arguments",
    "qwen3-hermes",
    '<tool_call>{"name": "f", "arguments": {"a": ',
    "[",
    "",
  ],
  ["<", "qwen3-hermes", "", "<", ""],
  ["< and a space", "qwen3-hermes", "", "< ", ""],
  ["line breaks", "qwen3-hermes", "a", "\n", ""],
  ["tags that are nearly markers", "qwen3-hermes", "", "x <tool_cull_x> ", ""],
  ["openers", "qwen3-hermes", "", "<tool_call>", ""],
];

const width = Math.max(...texts.map(([title]) => title.length));
for (const [title, id, head, piece, tail] of texts) {
  if (!title.includes(values.only)) continue;
  const family = familyById(id);
  const end = family.controls.find(({ role }) => role === "turn-end")?.text ?? "";
  const text = (length) => head + piece.repeat(Math.ceil(length / piece.length)) + tail + end;
  const small = best(family, text(units / 10));
  const large = best(family, text(units));
  const speed = (values.megabytes / large) * 1000;
  console.log(
    `${title.padEnd(width)}  ${speed.toFixed(0).padStart(5)} MB/s   ten times the text: ${(large / small).toFixed(1)} times`,
  );
}

/** Bundled as it ships: the loader of the tests adds calls of its own to every closure. */
async function bundled() {
  const folder = mkdtempSync(path.join(tmpdir(), "derail-bench-"));
  const outfile = path.join(folder, "grammar.cjs");
  try {
    await build({
      stdin: {
        contents: `export { familyById } from "./grammar/families.ts"; export { parseTurn } from "./analysis/parse-turn.ts";`,
        resolveDir: path.join(import.meta.dirname, "../src/core"),
      },
      outfile,
      bundle: true,
      format: "cjs",
      platform: "node",
      mainFields: ["module", "main"],
      target: "node20",
      minify: true,
    });
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds of the best of three runs. */
function best(family, text) {
  const input = {
    family,
    text,
    turn: {
      index: 0,
      role: "assistant",
      sampled: true,
      start: 0,
      end: text.length,
      bodyStart: 0,
      bodyEnd: text.length,
      thinkingOpen: false,
    },
    turnEndsAreReal: true,
    tokens: null,
    controlIds: new Int32Array(family.controls.length).fill(-1),
    tools: { kind: "unknown" },
  };
  let least = Infinity;
  for (let run = 0; run < 3; run++) {
    const start = process.cpuUsage();
    parseTurn(input);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
