import type { ByteRange, MappedText } from "../text/source-map.ts";
import type { Alternatives, ChannelName } from "../tokens/channel.ts";

export type Role = "system" | "user" | "assistant" | "tool";

/** A tool as the rollout declares it. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description?: string;
  /** JSON schema of the arguments as found in the file; unchecked. */
  readonly parameters: unknown;
  /** Where the transcript's own text declares it, UTF-16; absent where the file has a field of it. */
  readonly declaredAt?: { readonly start: number; readonly end: number };
}

/**
 * `unknown`: the file does not say which tools there were, so an unknown tool can't be told. `partial`: these there were,
 * and there may have been others, since not all of what declares them was understood.
 */
export type Tools =
  | { readonly kind: "declared"; readonly tools: readonly ToolDeclaration[] }
  | { readonly kind: "partial"; readonly tools: readonly ToolDeclaration[] }
  | { readonly kind: "unknown" };

/** A call that some parser already took out of the text: what the model really wrote is lost. */
export interface MessageCall {
  readonly id: string | null;
  readonly name: MappedText;
  readonly arguments:
    | { readonly kind: "text"; readonly text: MappedText }
    | { readonly kind: "object"; readonly value: unknown; readonly source: ByteRange };
}

export interface Message {
  readonly role: Role;
  /** The policy wrote it. */
  readonly sampled: boolean;
  readonly content: MappedText | null;
  /** Thinking that the file keeps apart from the content. */
  readonly reasoning: MappedText | null;
  readonly calls: readonly MessageCall[];
  /** Name of the tool that answers, for role `tool`. */
  readonly toolName: string | null;
  readonly callId: string | null;
  readonly source: ByteRange;
  /** What the policy wrote for this message, token by token, where the file spells it: it replaces what is rendered. */
  readonly written?: WrittenTokens;
}

/** What the file recorded a token. The values lie over the ids (or written tokens) beside them; NaN where there is none. */
export interface RecordedColumn {
  readonly name: ChannelName;
  /** The field's own name in the file; empty where it is not known. */
  readonly key: string;
  readonly by: "rollout" | "trainer";
  readonly values: Float32Array;
}

/**
 * The tokens of one sampled message as texts, with their ids where the file has them (`logprobs.content` of a chat
 * completion). Token t is `[start[t], end[t])` of the text, UTF-16; tokens that hold parts of one character share it.
 */
export interface WrittenTokens {
  readonly text: MappedText;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** -1 where the file has none. */
  readonly ids: Int32Array;
  readonly columns: readonly RecordedColumn[];
  readonly alternatives: Alternatives | null;
}

/** A stretch of raw wire text. `mixed`: the policy's turns with the environment's answers between them. */
export interface WirePiece {
  readonly text: MappedText;
  readonly author: "environment" | "policy" | "mixed";
  /** The tokens of this very text, where the file spells them. */
  readonly written?: WrittenTokens;
}

/** One call of the model with its exact token ids, as the rollout engine recorded it. */
export interface Generation {
  readonly promptIds: Int32Array;
  readonly ids: Int32Array;
  /** Natural log-probability of each sampled id; null where the file has none. NaN marks a missing value. */
  readonly logProbs: Float32Array | null;
  /** The field's own name in the file. */
  readonly logProbsKey?: string;
  /** Index of the last message this generation wrote. */
  readonly message: number;
  readonly source: ByteRange;
  /** What else the file recorded of the sampled ids. */
  readonly columns?: readonly RecordedColumn[];
  readonly alternatives?: Alternatives | null;
  /** What the file recorded of the prompt's ids (`prompt_logprobs`). */
  readonly promptColumns?: readonly RecordedColumn[];
  readonly promptAlternatives?: Alternatives | null;
}

/** All ids of one rollout in a row, prompts and tool results with them, as trainers keep it. */
export interface TokenSequence {
  readonly ids: Int32Array;
  /** 1 where the file says that the policy wrote the token (or is trained on it, which is all that most files say). */
  readonly sampled: Uint8Array;
  /** The field that says so, in the file's words: `loss_mask`. */
  readonly sampledKey: string;
  /** Over `ids`. A mask that differs from `sampled` is a column `loss-mask`. */
  readonly columns: readonly RecordedColumn[];
  readonly alternatives?: Alternatives | null;
  /** Byte of the file at which each id stands. */
  readonly places?: Float64Array;
  readonly source: ByteRange;
}

/** What the record holds of the conversation, from the most to the least faithful. */
export type Body =
  | {
      readonly kind: "ids";
      readonly generations: readonly Generation[];
      readonly messages: readonly Message[];
    }
  | {
      readonly kind: "tokens";
      readonly sequence: TokenSequence;
      /** The same conversation as messages, where the file has it; else empty. */
      readonly messages: readonly Message[];
      /** The same rollout as raw text, where the file has it: shown where no tokenizer decodes the ids. */
      readonly pieces?: readonly WirePiece[];
    }
  | { readonly kind: "wire"; readonly pieces: readonly WirePiece[] }
  | { readonly kind: "messages"; readonly messages: readonly Message[] };

/** Whether `<|im_end|>` and the like survived in the file. On a stripped file a missing one is never reported. */
export type SpecialTokens = "kept" | "stripped" | "unknown";

/** A list that has another number of values than there are tokens: it was left out. */
export interface Misfit {
  /** The field's own name in the file. */
  readonly key: string;
  readonly found: number;
  readonly due: number;
}

/** One rollout as a format read it from one record. */
export interface Trajectory {
  /** Unique in the file and stable across openings. */
  readonly id: string;
  readonly step: number | null;
  /** Rollouts of the same prompt share it. */
  readonly group: string | null;
  readonly sample: number | null;
  readonly reward: number | null;
  readonly tools: Tools;
  readonly specialTokens: SpecialTokens;
  readonly body: Body;
  readonly source: ByteRange;
  /** Zero-based line at which the record begins. */
  readonly line: number;
  readonly misfits?: readonly Misfit[];
}
