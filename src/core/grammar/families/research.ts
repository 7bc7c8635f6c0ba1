import type { ControlToken, Family } from "../family.ts";
import { chatmlTurns, common, thinkTags } from "./building-blocks.ts";

/** Research runs on bases of Qwen and Llama: whichever ends turns, ends them here. */
const anyTurns: readonly ControlToken[] = [
  ...chatmlTurns,
  { text: "<|endoftext|>", role: "end-of-text" },
  { text: "<|start_header_id|>", role: "turn-start" },
  { text: "<|end_header_id|>", role: "header-end" },
  { text: "<|eot_id|>", role: "turn-end" },
  { text: "<|begin_of_text|>", role: "begin-of-text" },
  { text: "<|end_of_text|>", role: "end-of-text" },
];

/** A query between text tags; the environment writes the result on in the policy's turn. */
export const searchR1: Family = {
  id: "search-r1",
  title: "Search-R1 tags",
  models: ["Search-R1", "R1-Searcher", "ReSearch", "ZeroSearch", "ToRL"],
  machine: "text-tags",
  turns: ["chatml", "llama3"],
  controls: [
    ...anyTurns,
    ...thinkTags,
    { text: "<search>", role: "call-begin" },
    { text: "</search>", role: "call-end" },
    { text: "<information>", role: "result-begin" },
    { text: "</information>", role: "result-end" },
    { text: "<answer>", role: "text-begin" },
    { text: "</answer>", role: "text-end" },
  ],
  calls: { kind: "free-text" },
  ...common,
  textMarkers: true,
  results: "same-turn",
};

/** The tags of Qwen3-Coder without a wrapper, as agent harnesses teach them to any model; nothing may follow a call. */
export const functionTags: Family = {
  id: "function-tags",
  title: "Function tags in text",
  models: ["OpenHands", "SWE-smith", "SWE-Gym", "SWE-agent"],
  machine: "wrapped-call",
  turns: ["chatml", "llama3"],
  controls: [
    ...anyTurns,
    ...thinkTags,
    { text: "<function=", role: "call-begin" },
    { text: "</function>", role: "call-end" },
    { text: "</parameter>", role: "argument-end" },
  ],
  calls: {
    kind: "tags",
    call: { before: "<function=", after: ">", close: "</function>" },
    parameter: { before: "<parameter=", after: ">", close: "</parameter>" },
    values: "raw",
  },
  ...common,
  textMarkers: true,
  textAfterCall: "odd",
};

/** Labels that count at the beginning of a line only. */
export const react: Family = {
  id: "react",
  title: "ReAct text",
  models: ["any model prompted for ReAct"],
  machine: "text-tags",
  turns: ["chatml", "llama3"],
  controls: [
    ...anyTurns,
    { text: "Thought:", role: "think-begin" },
    { text: "Action:", role: "call-begin" },
    { text: "Action Input:", role: "separator" },
    { text: "Observation:", role: "result-begin" },
    { text: "Final Answer:", role: "text-begin" },
  ],
  calls: { kind: "react" },
  ...common,
  results: "same-turn",
};
