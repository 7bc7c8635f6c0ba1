import type { ControlToken, Family } from "../family.ts";
import { common, json, namedJson } from "./building-blocks.ts";

const turns: readonly ControlToken[] = [
  { text: "<s>", role: "begin-of-text" },
  { text: "[INST]", role: "turn-start", speaker: "user" },
  { text: "[/INST]", role: "turn-start", speaker: "assistant" },
  { text: "</s>", role: "turn-end" },
  { text: "[TOOL_CALLS]", role: "call-begin" },
  { text: "[AVAILABLE_TOOLS]", role: "prompt-only" },
  { text: "[/AVAILABLE_TOOLS]", role: "prompt-only" },
  { text: "[TOOL_RESULTS]", role: "result-begin" },
  { text: "[/TOOL_RESULTS]", role: "result-end" },
];

/** A list of calls after one marker, which nothing closes but the end of the turn. */
export const mistral: Family = {
  id: "mistral",
  title: "Mistral v3 to v7 (JSON list)",
  models: ["Mistral 7B v0.3", "Mixtral 8x22B", "Mistral Nemo", "Mistral Small", "Ministral 8B"],
  machine: "open-call",
  turns: ["mistral"],
  controls: turns,
  calls: json({ holds: "list" }),
  ...common,
  textAfterCall: "odd",
};

/** `[TOOL_CALLS]NAME[ARGS]{…}`, once for each call. */
export const mistralArgs: Family = {
  id: "mistral-args",
  title: "Mistral v11, v13 ([ARGS])",
  models: ["Ministral 3", "Magistral", "Devstral 2", "Mistral Large 3"],
  machine: "open-call",
  turns: ["mistral"],
  controls: [
    ...turns,
    { text: "[ARGS]", role: "separator" },
    { text: "[CALL_ID]", role: "call-kind" },
    { text: "[THINK]", role: "think-begin" },
    { text: "[/THINK]", role: "think-end" },
    { text: "[SYSTEM_PROMPT]", role: "turn-start", speaker: "system" },
    { text: "[/SYSTEM_PROMPT]", role: "prompt-only" },
  ],
  calls: namedJson("[ARGS]"),
  ...common,
  textAfterCall: "odd",
};
