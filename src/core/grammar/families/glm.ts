import type { Family } from "../family.ts";
import { common, thinkTags, toolCallTags, toolResponseTags } from "./building-blocks.ts";

/** A turn ends at the next role token: `<|user|>` after an answer, `<|observation|>` after a call. */
export const glm45: Family = {
  id: "glm-4.5",
  title: "GLM-4.5 to GLM-5",
  models: ["GLM-4.5", "GLM-4.6", "GLM-4.7", "GLM-5"],
  machine: "next-role",
  turns: ["glm"],
  controls: [
    { text: "[gMASK]", role: "begin-of-text" },
    { text: "<sop>", role: "begin-of-text" },
    { text: "<|system|>", role: "turn-start", speaker: "system" },
    { text: "<|user|>", role: "turn-start", speaker: "user" },
    { text: "<|assistant|>", role: "turn-start", speaker: "assistant" },
    { text: "<|observation|>", role: "turn-start", speaker: "tool" },
    { text: "<|endoftext|>", role: "end-of-text" },
    ...toolCallTags,
    { text: "<arg_key>", role: "key-begin" },
    { text: "</arg_key>", role: "key-end" },
    { text: "<arg_value>", role: "argument-begin" },
    { text: "</arg_value>", role: "argument-end" },
    ...toolResponseTags,
    ...thinkTags,
  ],
  calls: { kind: "key-value" },
  ...common,
  textAfterCall: "odd",
  thinkEndAlone: "first",
};
