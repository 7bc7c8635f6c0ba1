import type { ControlToken, Family } from "../family.ts";
import { common, namedJson, thinkTags } from "./building-blocks.ts";

// Bars are U+FF5C and the low lines U+2581; fine-tunes with ASCII look-alikes exist and are near misses.
const turns: readonly ControlToken[] = [
  { text: "<｜begin▁of▁sentence｜>", role: "begin-of-text" },
  { text: "<｜end▁of▁sentence｜>", role: "turn-end" },
  { text: "<｜User｜>", role: "turn-start", speaker: "user" },
  { text: "<｜Assistant｜>", role: "turn-start", speaker: "assistant" },
];

const tools: readonly ControlToken[] = [
  { text: "<｜tool▁calls▁begin｜>", role: "section-begin" },
  { text: "<｜tool▁calls▁end｜>", role: "section-end" },
  { text: "<｜tool▁call▁begin｜>", role: "call-begin" },
  { text: "<｜tool▁call▁end｜>", role: "call-end" },
  { text: "<｜tool▁sep｜>", role: "separator" },
  { text: "<｜tool▁outputs▁begin｜>", role: "result-begin" },
  { text: "<｜tool▁outputs▁end｜>", role: "result-end" },
  { text: "<｜tool▁output▁begin｜>", role: "result-begin" },
  { text: "<｜tool▁output▁end｜>", role: "result-end" },
];

/** `function<｜tool▁sep｜>NAME` and the arguments in a fence. */
export const deepseekV3: Family = {
  id: "deepseek-v3",
  title: "DeepSeek V3, R1 (fenced JSON)",
  models: ["DeepSeek-V3", "DeepSeek-V3-0324", "DeepSeek-R1", "DeepSeek-R1-0528"],
  machine: "section",
  turns: ["deepseek"],
  controls: [...turns, ...tools, ...thinkTags],
  calls: namedJson("\n", { prefix: "function<｜tool▁sep｜>", fenced: true }),
  ...common,
  textAfterCall: "odd",
};

/** `NAME<｜tool▁sep｜>{…}`: neither prefix nor fence. */
export const deepseekV31: Family = {
  id: "deepseek-v3.1",
  title: "DeepSeek V3.1 (JSON)",
  models: ["DeepSeek-V3.1", "DeepSeek-V3.2-Exp"],
  machine: "section",
  turns: ["deepseek"],
  controls: [...turns, ...tools, ...thinkTags],
  calls: namedJson("<｜tool▁sep｜>"),
  ...common,
  textAfterCall: "odd",
  thinkEndAlone: "first",
};

/** Tags with the piece `｜DSML｜` in each, of which only that piece is one token. V3.2 calls its section otherwise than V4. */
export const deepseekDsml: Family = {
  id: "deepseek-dsml",
  title: "DeepSeek V3.2, V4 (DSML)",
  models: ["DeepSeek-V3.2", "DeepSeek-V4", "DeepSeek-V4.1"],
  machine: "section",
  turns: ["deepseek"],
  controls: [
    ...turns,
    { text: "<｜DSML｜function_calls>", role: "section-begin" },
    { text: "</｜DSML｜function_calls>", role: "section-end" },
    { text: "<｜DSML｜tool_calls>", role: "section-begin" },
    { text: "</｜DSML｜tool_calls>", role: "section-end" },
    ...thinkTags,
  ],
  calls: {
    kind: "tags",
    call: { before: '<｜DSML｜invoke name="', after: ">", close: "</｜DSML｜invoke>" },
    parameter: { before: '<｜DSML｜parameter name="', after: ">", close: "</｜DSML｜parameter>" },
    values: "string-attribute",
  },
  ...common,
  textAfterCall: "odd",
  thinkEndAlone: "first",
};
