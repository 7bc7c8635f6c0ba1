import type { Family } from "../family.ts";
import {
  chatmlTurns,
  common,
  json,
  thinkTags,
  toolCallTags,
  toolResponseTags,
} from "./building-blocks.ts";

const chat = [
  ...chatmlTurns,
  { text: "<|endoftext|>", role: "end-of-text" },
  ...toolCallTags,
  ...toolResponseTags,
] as const;

/** Qwen3, Qwen3-2507 and QwQ: Hermes calls in JSON, with thinking. */
export const qwen3Hermes: Family = {
  id: "qwen3-hermes",
  title: "Qwen3 (Hermes JSON)",
  models: ["Qwen3", "Qwen3-2507", "QwQ"],
  machine: "wrapped-call",
  turns: ["chatml"],
  controls: [...chat, ...thinkTags],
  calls: json(),
  ...common,
};

/** Qwen2.5: the same calls; `<think>` is ordinary text and the result markers are several tokens. */
export const qwen25Hermes: Family = {
  id: "qwen2.5-hermes",
  title: "Qwen2.5 (Hermes JSON)",
  models: ["Qwen2.5"],
  machine: "wrapped-call",
  turns: ["chatml"],
  controls: chat,
  calls: json(),
  ...common,
};

/** Hermes itself, on several vocabularies. */
export const hermes: Family = {
  id: "hermes",
  title: "Hermes (JSON)",
  models: ["Hermes 2 Pro", "Hermes 3", "Llama-3-Groq-Tool-Use"],
  machine: "wrapped-call",
  turns: ["chatml", "llama3"],
  controls: [
    ...chat,
    { text: "<|begin_of_text|>", role: "begin-of-text" },
    { text: "<|end_of_text|>", role: "end-of-text" },
    // Some were trained in Llama's turns.
    { text: "<|start_header_id|>", role: "turn-start" },
    { text: "<|end_header_id|>", role: "header-end" },
    { text: "<|eot_id|>", role: "turn-end" },
    { text: "<tools>", role: "prompt-only" },
    { text: "</tools>", role: "prompt-only" },
    { text: "<scratch_pad>", role: "think-begin" },
    { text: "</scratch_pad>", role: "think-end" },
  ],
  calls: json(),
  ...common,
};

/** `<function=NAME>` inside the call; its template forbids a suffix. */
export const qwen3Coder: Family = {
  id: "qwen3-coder-xml",
  title: "Qwen3-Coder, Qwen3.5 (function tags)",
  models: ["Qwen3-Coder", "Qwen3.5", "Qwen3.6", "Nemotron-3", "Step-3.5-Flash"],
  machine: "wrapped-call",
  turns: ["chatml"],
  controls: [...chat, ...thinkTags],
  calls: {
    kind: "tags",
    call: { before: "<function=", after: ">", close: "</function>" },
    parameter: { before: "<parameter=", after: ">", close: "</parameter>" },
    values: "raw",
    newlines: "around-values",
  },
  ...common,
  textAfterCall: "odd",
};
