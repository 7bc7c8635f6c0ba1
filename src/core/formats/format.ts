import type { Container, RecordBytes } from "../records/record.ts";
import type { Parsed } from "../result.ts";
import type { Trajectory } from "../trajectory/trajectory.ts";

export type FormatId =
  | "verl"
  | "verl-tool"
  | "verifiers"
  | "verifiers-results"
  | "prime-rl-tokens"
  | "nemo-gym"
  | "nemo-rl"
  | "trl"
  | "ms-swift"
  | "roll"
  | "skyrl"
  | "areal"
  | "rllm"
  | "atropos"
  | "slime"
  | "chat-messages"
  | "chat-completions"
  | "openai-responses"
  | "anthropic-messages"
  | "sharegpt"
  | "xlam"
  | "bfcl"
  | "atif"
  | "inspect"
  | "swe-agent"
  | "mini-swe-agent"
  | "openhands"
  | "openhands-sdk"
  | "tau-bench"
  | "tau2-bench"
  | "claude-code"
  | "codex"
  | "gemini-cli"
  | "otlp-genai"
  | "langfuse"
  | "transcript-text"
  | "mapped";

/** What is known of the file beside the record. */
export interface FileContext {
  /** Name without folder; a training step often hides in it (`96.jsonl`, `fcl-step-45.json`). */
  readonly name: string;
  /** Name of the folder that holds it (`step_12`, `global_step_40_evals`); null where it is not known. */
  readonly folder?: string | null;
}

/** One way of writing rollouts down. Each passes `test/contract/formats.test.ts`. */
export interface Format {
  readonly id: FormatId;
  readonly title: string;
  readonly containers: readonly Container[];
  /**
   * `one`: a record is a trajectory. `many`: a record is any number of them (a group, an episode, a batch in columns).
   * `file`: the records together are one trajectory (the events of a session); `read` is then given the whole file as
   * one record.
   */
  readonly holds: "one" | "many" | "file";
  /**
   * Whether a record, parsed, is of this format; for the container `text`, the text itself. Exclusive: no two formats
   * may claim one record. For `file`, any of the first records may tell.
   */
  detect(first: unknown): boolean;
  /** Read one record. Never throws on input; every position lies inside the record. */
  read(record: RecordBytes, file: FileContext): Parsed<readonly Trajectory[]>;
}
