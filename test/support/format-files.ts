import type { FormatId } from "../../src/core/formats/format.ts";

/** How the files of a format are usually called: for the table in docs/formats.md. Derail goes by content alone. */
export const formatFiles: Readonly<Partial<Record<FormatId, string>>> = {
  verl: "`<step>.jsonl`",
  "verl-tool": "`*-step-<N>.json`",
  "nemo-gym": "`*rollouts*.jsonl`",
  atif: "`trajectory.json`, `*.trajectory.json`",
  verifiers: "`traces.jsonl`",
  "verifiers-results": "`results.jsonl`",
  "prime-rl-tokens": "`token_exports/step_<N>/rank_<R>.jsonl`",
  "nemo-rl": "`train_data_step<N>.jsonl`, `val_data_step<N>.jsonl`",
  trl: "`completions_<step>.parquet`",
  "ms-swift": "`completions.jsonl`",
  roll: "`rollout_dump_data.step_<N>.jsonl`",
  skyrl: "`global_step_<N>_evals/*.jsonl`",
  areal: "`<version>/<task>.jsonl`",
  rllm: "`episode_*.json`",
  atropos: "`*.jsonl`",
  slime: "`rollout_<N>.jsonl` (converted)",
  inspect: "`<time>_<task>_<id>.json`, `*.eval`",
  "swe-agent": "`*.traj`",
  "mini-swe-agent": "`*.traj.json`",
  "chat-messages": "`*.jsonl`, `*.json`",
  sharegpt: "`*.json`, `*.jsonl`",
  xlam: "`xlam*.json`",
  "transcript-text": "`*.txt`, `*.log`",
};
