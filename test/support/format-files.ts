import type { FormatId } from "../../src/core/formats/format.ts";

/** How the files of a format are usually called: for the table in docs/formats.md. Derail goes by content alone. */
export const formatFiles: Readonly<Partial<Record<FormatId, string>>> = {
  verl: "`<step>.jsonl`",
  "verl-tool": "`*-step-<N>.json`",
  "nemo-gym": "`*rollouts*.jsonl`",
  atif: "`trajectory.json`, `*.trajectory.json`",
  "chat-messages": "`*.jsonl`, `*.json`",
  sharegpt: "`*.json`, `*.jsonl`",
  xlam: "`xlam*.json`",
  "transcript-text": "`*.txt`, `*.log`",
};
