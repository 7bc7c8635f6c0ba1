import type { Scores } from "../core/tokens/channel.ts";

/** A loaded policy. */
export interface PolicyDescription {
  /** Directory name and precision, as shown: `qwen3-derail-1m fp32`. */
  readonly name: string;
  readonly directory: string;
  readonly modelFile: string;
  readonly precision: string;
  readonly vocabularySize: number;
  /** Longest sequence the policy was made for; null where the config does not say. */
  readonly contextLength: number | null;
  /** Scores change with the chunk size (dynamic int8), so they hold for one setting only. */
  readonly chunkDependent: boolean;
  readonly hasCache: boolean;
  readonly warnings: readonly string[];
}

/** What the scoring process answers. It holds one policy at a time. */
export interface ScorerHost {
  load(params: { readonly directory: string }, signal: AbortSignal): Promise<PolicyDescription>;
  /** Score one sequence. Aborting stops between chunks. Errors carry a `reason`. */
  score(
    params: {
      readonly ids: Int32Array;
      readonly controlIds: Int32Array;
      readonly topCount: number;
    },
    signal: AbortSignal,
  ): Promise<Scores>;
}

export interface ScorerListener {
  progress(
    params: { readonly doneTokens: number; readonly totalTokens: number },
    signal: AbortSignal,
  ): Promise<void>;
}
