import type { ControlToken, Family } from "../family.ts";
import { common } from "./building-blocks.ts";

const turns: readonly ControlToken[] = [
  { text: "<bos>", role: "begin-of-text" },
  { text: "<eos>", role: "end-of-text" },
  { text: "<start_of_turn>", role: "turn-start" },
  { text: "<end_of_turn>", role: "turn-end" },
];

/** The policy stops at `<start_function_response>`; the result is written on in its turn. */
export const functionGemma: Family = {
  id: "functiongemma",
  title: "FunctionGemma",
  models: ["FunctionGemma"],
  machine: "wrapped-call",
  turns: ["gemma"],
  controls: [
    ...turns,
    { text: "<start_function_call>", role: "call-begin" },
    { text: "<end_function_call>", role: "call-end" },
    { text: "<start_function_response>", role: "result-begin" },
    { text: "<end_function_response>", role: "result-end" },
    { text: "<start_function_declaration>", role: "prompt-only" },
    { text: "<end_function_declaration>", role: "prompt-only" },
    { text: "<escape>", role: "string-delimiter" },
  ],
  calls: { kind: "gemma", delimiter: "<escape>" },
  ...common,
  results: "same-turn",
};

/** Calls are fenced Python, as the prompt asks for them; no marker is a token. The fence's end closes a call. */
export const gemma3Prompted: Family = {
  id: "gemma3-prompted",
  title: "Gemma 3 (prompted, fenced)",
  models: ["Gemma 3"],
  machine: "text-tags",
  turns: ["gemma"],
  controls: [
    ...turns,
    { text: "```tool_code", role: "call-begin" },
    { text: "```tool_output", role: "result-begin" },
  ],
  calls: { kind: "pythonic", layout: "block" },
  ...common,
  textMarkers: true,
  taught: "fences",
};

/** The policy stops at `<|tool_response>`; the result is written on in its turn. */
export const gemma4: Family = {
  id: "gemma4",
  title: "Gemma 4",
  models: ["Gemma 4"],
  machine: "wrapped-call",
  turns: ["gemma4"],
  controls: [
    { text: "<bos>", role: "begin-of-text" },
    { text: "<eos>", role: "end-of-text" },
    { text: "<|turn>", role: "turn-start" },
    { text: "<turn|>", role: "turn-end" },
    { text: "<|tool>", role: "prompt-only" },
    { text: "<tool|>", role: "prompt-only" },
    { text: "<|tool_call>", role: "call-begin" },
    { text: "<tool_call|>", role: "call-end" },
    { text: "<|tool_response>", role: "result-begin" },
    { text: "<tool_response|>", role: "result-end" },
    { text: '<|"|>', role: "string-delimiter" },
    { text: "<|channel>", role: "think-begin" },
    { text: "<channel|>", role: "think-end" },
    { text: "<|think|>", role: "prompt-only" },
  ],
  calls: { kind: "gemma", delimiter: '<|"|>' },
  ...common,
  results: "same-turn",
};
