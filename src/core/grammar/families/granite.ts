import type { ControlToken, Family } from "../family.ts";
import { common, json, thinkTags, toolCallTags, toolResponseTags } from "./building-blocks.ts";

const turns: readonly ControlToken[] = [
  { text: "<|start_of_role|>", role: "turn-start" },
  { text: "<|end_of_role|>", role: "header-end" },
  { text: "<|end_of_text|>", role: "turn-end" },
];

/** Nothing closes the list but the end of the turn; 3.1 writes the marker as `<tool_call>`. */
export const granite3: Family = {
  id: "granite3",
  title: "Granite 3",
  models: ["Granite 3.0", "Granite 3.1", "Granite 3.2", "Granite 3.3"],
  machine: "open-call",
  turns: ["granite"],
  controls: [
    ...turns,
    { text: "<|tool_call|>", role: "call-begin" },
    { text: "<tool_call>", role: "call-begin" },
  ],
  calls: json({ holds: "list" }),
  ...common,
  textAfterCall: "odd",
};

/** Roles are words of the text; the marker is text too and nothing closes a call. */
export const granite20b: Family = {
  id: "granite-20b-fc",
  title: "Granite-20B function calling",
  models: ["granite-20b-functioncalling"],
  machine: "open-call",
  turns: ["role-labels"],
  controls: [
    { text: "<|endoftext|>", role: "turn-end" },
    { text: "<function_call>", role: "call-begin" },
  ],
  calls: json(),
  ...common,
  textMarkers: true,
  textAfterCall: "odd",
};

/** 4.2 thinks without writing `<think>`: its template does. */
export const granite4: Family = {
  id: "granite4",
  title: "Granite 4",
  models: ["Granite 4.0", "Granite 4.1", "Granite 4.2"],
  machine: "wrapped-call",
  turns: ["granite"],
  controls: [...turns, ...toolCallTags, ...toolResponseTags, ...thinkTags],
  calls: json(),
  ...common,
  thinkEndAlone: "usual",
};
