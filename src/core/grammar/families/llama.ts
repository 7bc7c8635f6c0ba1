import type { ControlToken, Family } from "../family.ts";
import { chatmlTurns, common, json, namedJson, thinkTags } from "./building-blocks.ts";

const llama3: readonly ControlToken[] = [
  { text: "<|begin_of_text|>", role: "begin-of-text" },
  { text: "<|end_of_text|>", role: "end-of-text" },
  { text: "<|start_header_id|>", role: "turn-start" },
  { text: "<|end_header_id|>", role: "header-end" },
  { text: "<|eot_id|>", role: "turn-end" },
  { text: "<|eom_id|>", role: "message-end" },
  { text: "<|python_tag|>", role: "call-begin" },
];

/** The call is the whole turn, and only its place says so. `<|eom_id|>` ends a turn that waits for a result. */
export const llamaJson: Family = {
  id: "llama3.1-json",
  title: "Llama 3.1 (bare JSON)",
  models: ["Llama 3.1", "Llama 3.2", "Llama 3.3"],
  machine: "bare",
  turns: ["llama3"],
  controls: llama3,
  calls: json({ argumentsKey: "parameters", otherArgumentsKey: "arguments" }),
  ...common,
  textAfterCall: "odd",
  taught: "function-tags",
  code: {
    opener: "<|python_tag|>",
    sign: "Environment: ipython",
    tools: ["brave_search", "wolfram_alpha"],
    interpreter: "code_interpreter",
  },
};

/** `[f(a=1), g(b="x")]`; Llama 4 may stand it between `<|python_start|>` and `<|python_end|>`. */
export const llamaPythonic: Family = {
  id: "llama-pythonic",
  title: "Llama 3.2, Llama 4 (pythonic)",
  models: ["Llama 3.2", "Llama 4", "ToolACE"],
  machine: "bare",
  turns: ["llama4", "llama3"],
  controls: [
    { text: "<|begin_of_text|>", role: "begin-of-text" },
    { text: "<|end_of_text|>", role: "end-of-text" },
    { text: "<|header_start|>", role: "turn-start" },
    { text: "<|header_end|>", role: "header-end" },
    { text: "<|eot|>", role: "turn-end" },
    { text: "<|eom|>", role: "message-end" },
    { text: "<|python_start|>", role: "call-begin" },
    { text: "<|python_end|>", role: "call-end" },
    // Llama 3.2 and ToolACE have the older headers.
    { text: "<|start_header_id|>", role: "turn-start" },
    { text: "<|end_header_id|>", role: "header-end" },
    { text: "<|eot_id|>", role: "turn-end" },
    { text: "<|eom_id|>", role: "message-end" },
  ],
  calls: { kind: "pythonic", layout: "list" },
  ...common,
  textAfterCall: "odd",
};

/** A bare list; some checkpoints write a marker of another grammar before it. Bases are Llama 3 and Qwen2.5. */
export const xlam: Family = {
  id: "xlam",
  title: "xLAM (bare JSON list)",
  models: ["xLAM-2", "xLAM-fc-r"],
  machine: "bare",
  turns: ["llama3", "chatml"],
  controls: [
    ...llama3.filter(({ role }) => role !== "call-begin"),
    ...chatmlTurns,
    { text: "<|endoftext|>", role: "end-of-text" },
    { text: "[TOOL_CALLS]", role: "call-begin" },
    { text: "<tool_call>", role: "call-begin" },
    { text: "</tool_call>", role: "call-end" },
    ...thinkTags,
  ],
  calls: json({ holds: "list" }),
  ...common,
  textAfterCall: "odd",
};

/** `>>>NAME\n{…}`; text is `>>>all\n`. The generation prompt ends with `>>>`, so a turn begins with a name. */
export const functionary: Family = {
  id: "functionary-v3.2",
  title: "Functionary v3.2",
  models: ["Functionary v3.2"],
  machine: "open-call",
  turns: ["llama3"],
  controls: [
    ...llama3.filter(({ role }) => role !== "call-begin"),
    { text: ">>>", role: "call-begin" },
    { text: ">>>all", role: "text-begin" },
  ],
  calls: namedJson("\n"),
  ...common,
  textAfterCall: "odd",
};
