import type { Family } from "../family.ts";
import { common, json, thinkTags } from "./building-blocks.ts";

/** A JSON list of calls between two tags. */
export const jamba: Family = {
  id: "jamba",
  title: "Jamba 1.5",
  models: ["Jamba 1.5"],
  machine: "section",
  turns: ["jamba"],
  controls: [
    { text: "<|startoftext|>", role: "begin-of-text" },
    { text: "<|endoftext|>", role: "end-of-text" },
    { text: "<|bom|>", role: "turn-start" },
    { text: "<|eom|>", role: "turn-end" },
    { text: "<|system|>", role: "header-end", speaker: "system" },
    { text: "<|user|>", role: "header-end", speaker: "user" },
    { text: "<|assistant|>", role: "header-end", speaker: "assistant" },
    { text: "<|tool|>", role: "header-end", speaker: "tool" },
    { text: "<tool_calls>", role: "section-begin" },
    { text: "</tool_calls>", role: "section-end" },
  ],
  calls: json({ holds: "list" }),
  ...common,
  textAfterCall: "odd",
};

/** The user's turn ends in the token that begins the assistant's; all other markers are text. */
export const hunyuan: Family = {
  id: "hunyuan-a13b",
  title: "Hunyuan A13B",
  models: ["Hunyuan-A13B"],
  machine: "section",
  turns: ["hunyuan"],
  controls: [
    { text: "<|startoftext|>", role: "turn-start" },
    { text: "<|extra_4|>", role: "turn-start", speaker: "user" },
    { text: "<|extra_0|>", role: "turn-start", speaker: "assistant" },
    { text: "<|eos|>", role: "turn-end" },
    { text: "<|endoftext|>", role: "end-of-text" },
    { text: "<tool_calls>", role: "section-begin" },
    { text: "</tool_calls>", role: "section-end" },
    { text: "<tool_response>", role: "result-begin" },
    { text: "</tool_response>", role: "result-end" },
    ...thinkTags,
    { text: "<answer>", role: "text-begin" },
    { text: "</answer>", role: "text-end" },
  ],
  calls: json({ holds: "list" }),
  ...common,
  textMarkers: true,
  textAfterCall: "odd",
};
