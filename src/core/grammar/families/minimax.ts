import type { ControlToken, Family } from "../family.ts";
import { common, thinkTags } from "./building-blocks.ts";

const turns: readonly ControlToken[] = [
  { text: "]~!b[", role: "begin-of-text" },
  { text: "]~b]", role: "turn-start" },
  { text: "[e~[", role: "turn-end" },
];

export const minimaxM2: Family = {
  id: "minimax-m2",
  title: "MiniMax M2",
  models: ["MiniMax-M2", "MiniMax-M2.1", "MiniMax-M2.5", "MiniMax-M2.7"],
  machine: "section",
  turns: ["minimax"],
  controls: [
    ...turns,
    { text: "<minimax:tool_call>", role: "section-begin" },
    { text: "</minimax:tool_call>", role: "section-end" },
    ...thinkTags,
  ],
  calls: {
    kind: "tags",
    call: { before: '<invoke name="', after: ">", close: "</invoke>" },
    parameter: { before: '<parameter name="', after: ">", close: "</parameter>" },
    values: "raw",
  },
  ...common,
  textAfterCall: "odd",
};

/** Every tag has the same token before it, and a parameter's tag is its name. */
export const minimaxM3: Family = {
  id: "minimax-m3",
  title: "MiniMax M3",
  models: ["MiniMax-M3"],
  machine: "section",
  turns: ["minimax"],
  controls: [
    ...turns,
    { text: "]<]minimax[>[<tool_call>", role: "section-begin" },
    { text: "]<]minimax[>[</tool_call>", role: "section-end" },
    { text: "<mm:think>", role: "think-begin" },
    { text: "</mm:think>", role: "think-end" },
    { text: "]<]minimax[>[", role: "markup" },
  ],
  calls: {
    kind: "tags",
    call: {
      before: ']<]minimax[>[<invoke name="',
      after: ">",
      close: "]<]minimax[>[</invoke>",
    },
    parameter: {
      before: "]<]minimax[>[<",
      after: ">",
      close: "]<]minimax[>[</",
      closeAfter: ">",
    },
    values: "elements",
    newlines: "none",
  },
  ...common,
  textAfterCall: "odd",
  thinkEndAlone: "first",
};
