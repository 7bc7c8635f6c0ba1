import type { Family } from "../family.ts";
import {
  chatmlTurns,
  common,
  json,
  thinkTags,
  toolCallTags,
  toolResponseTags,
} from "./building-blocks.ts";

/** The call's kind stands between its marker and its JSON. */
export const internlm2: Family = {
  id: "internlm2",
  title: "InternLM 2.5",
  models: ["InternLM 2.5", "Intern-S1"],
  machine: "wrapped-call",
  turns: ["chatml"],
  controls: [
    { text: "<s>", role: "begin-of-text" },
    { text: "</s>", role: "end-of-text" },
    ...chatmlTurns,
    { text: "<|action_start|>", role: "call-begin" },
    { text: "<|plugin|>", role: "call-kind" },
    { text: "<|interpreter|>", role: "call-kind" },
    { text: "<|action_end|>", role: "call-end" },
  ],
  calls: json({ argumentsKey: "parameters" }),
  ...common,
  textAfterCall: "odd",
};

/** One pythonic call a line between text tags. */
export const olmo3: Family = {
  id: "olmo3",
  title: "Olmo 3 (pythonic lines)",
  models: ["Olmo 3"],
  machine: "section",
  turns: ["chatml"],
  controls: [
    ...chatmlTurns,
    { text: "<|endoftext|>", role: "end-of-text" },
    { text: "<function_calls>", role: "section-begin" },
    { text: "</function_calls>", role: "section-end" },
    ...thinkTags,
  ],
  calls: { kind: "pythonic", layout: "lines" },
  ...common,
  textMarkers: true,
  textAfterCall: "odd",
};

/** `<code>` holds Python for the interpreter, which is no call of a tool by name. */
export const smollm3: Family = {
  id: "smollm3",
  title: "SmolLM3",
  models: ["SmolLM3"],
  machine: "wrapped-call",
  turns: ["chatml"],
  controls: [
    ...chatmlTurns,
    { text: "<|end_of_text|>", role: "end-of-text" },
    ...toolCallTags,
    ...toolResponseTags,
    { text: "<code>", role: "text-begin" },
    { text: "</code>", role: "text-end" },
    ...thinkTags,
  ],
  calls: json(),
  ...common,
  textMarkers: true,
};

export const lfm2: Family = {
  id: "lfm2",
  title: "LFM2 (pythonic list)",
  models: ["LFM2", "LFM2.5"],
  machine: "wrapped-call",
  turns: ["chatml"],
  controls: [
    { text: "<|startoftext|>", role: "begin-of-text" },
    ...chatmlTurns,
    { text: "<|endoftext|>", role: "end-of-text" },
    { text: "<|tool_call_start|>", role: "call-begin" },
    { text: "<|tool_call_end|>", role: "call-end" },
    { text: "<|tool_list_start|>", role: "prompt-only" },
    { text: "<|tool_list_end|>", role: "prompt-only" },
    { text: "<|tool_response_start|>", role: "result-begin" },
    { text: "<|tool_response_end|>", role: "result-end" },
    ...thinkTags,
  ],
  calls: { kind: "pythonic", layout: "list" },
  ...common,
};

/** A call is its own tag: the opening marker is the beginning of `<function name="NAME">`. */
export const minicpm5: Family = {
  id: "minicpm5",
  title: "MiniCPM5 (function tags)",
  models: ["MiniCPM5"],
  machine: "wrapped-call",
  turns: ["chatml"],
  controls: [
    { text: "<s>", role: "begin-of-text" },
    { text: "</s>", role: "end-of-text" },
    ...chatmlTurns,
    { text: '<function name="', role: "call-begin" },
    { text: "</function>", role: "call-end" },
    { text: "</param>", role: "argument-end" },
    ...toolResponseTags,
    ...thinkTags,
  ],
  calls: {
    kind: "tags",
    call: { before: '<function name="', after: ">", close: "</function>" },
    parameter: { before: '<param name="', after: ">", close: "</param>" },
    values: "cdata",
    newlines: "none",
  },
  ...common,
};

/** Thinking is opened by the template, so a lone `</think>` is the rule; the answer stands in `<response>`. */
export const ernie45: Family = {
  id: "ernie4.5",
  title: "ERNIE 4.5, X1",
  models: ["ERNIE 4.5", "ERNIE X1"],
  machine: "wrapped-call",
  turns: ["chatml", "ernie"],
  controls: [
    { text: "<|begin_of_sentence|>", role: "begin-of-text" },
    { text: "<|end_of_sentence|>", role: "turn-end" },
    ...chatmlTurns,
    { text: "</s>", role: "end-of-text" },
    ...toolCallTags,
    { text: "<tool_output>", role: "result-begin" },
    { text: "</tool_output>", role: "result-end" },
    { text: "<response>", role: "text-begin" },
    { text: "</response>", role: "text-end" },
    ...thinkTags,
  ],
  calls: json(),
  ...common,
  thinkEndAlone: "usual",
};
