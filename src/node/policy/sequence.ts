import type { Scores } from "../../core/tokens/channel.ts";
import { scoreChunk } from "./chunk.ts";
import { emptyScores } from "./columns.ts";
import { ScoringError } from "./error.ts";
import { emptyPast } from "./feeds.ts";
import type { Policy } from "./policy.ts";
import type { Request } from "./request.ts";
import { reusable, worthKeeping, type Prefix } from "./prefix.ts";

export interface Progress {
  readonly signal: AbortSignal;
  readonly prefix: Prefix | null;
  readonly onProgress: (doneTokens: number, totalTokens: number) => void;
}

/** One pass without a cache holds all attention scores: 4 GB of them is where a laptop stops. */
const maxAttentionBytes = 4 * 1024 ** 3;

/**
 * Scores a sequence, chunk by chunk where the policy has a cache. Tokens beyond the context length stay NaN.
 * Gives the scores and what the next sequence may reuse of this one.
 */
export async function scoreSequence(
  policy: Policy,
  asked: Request,
  { signal, prefix, onProgress }: Progress,
): Promise<{ readonly scores: Scores; readonly prefix: Prefix | null }> {
  check(policy, asked);
  const { ids } = asked;
  const topCount = Math.min(asked.topCount, policy.description.vocabularySize);
  const request = { ...asked, topCount };
  const { contextLength } = policy.description;
  const scoredCount = Math.min(ids.length, contextLength ?? ids.length);
  // The last token predicts nothing that is there.
  const rowCount = Math.max(0, scoredCount - 1);
  const scores = emptyScores(policy.description.name, request, scoredCount);
  checkMemory(policy, rowCount);
  const size = policy.chunkTokens ?? Math.max(1, rowCount);
  const reused =
    prefix && policy.chunkTokens ? reusable(prefix, request, { scores, size, rowCount }) : null;
  let past = reused?.past ?? emptyPast(policy);
  let pastTokens = reused?.pastTokens ?? 0;

  for (let start = pastTokens; start < rowCount; start += size) {
    signal.throwIfAborted();
    const end = Math.min(rowCount, start + size);
    // Kept at full chunks only: then a reused prefix was computed in the very steps that it would be without.
    const keepsPast = policy.chunkTokens !== null && end - start === size;
    const next = await scoreChunk(policy, { request, start, end, past, keepsPast }, scores);
    if (keepsPast) {
      past = next;
      pastTokens = end;
    }
    onProgress(end === rowCount ? scoredCount : end, scoredCount);
    // The runtime blocks this thread; only between chunks can a cancellation arrive.
    await new Promise(setImmediate);
  }
  signal.throwIfAborted();
  const kept = policy.chunkTokens === null ? null : { request, scores, past, pastTokens };
  return { scores, prefix: worthKeeping(kept) };
}

function check(policy: Policy, { ids, controlIds }: Request): void {
  const { vocabularySize, modelFile } = policy.description;
  const bad = (id: number): boolean => id < 0 || id >= vocabularySize;
  const at = ids.findIndex(bad);
  if (at >= 0)
    throw new ScoringError(
      "vocabulary-mismatch",
      `Token ${String(at)} has id ${String(ids[at])}, but ${modelFile} knows ids 0 to ${String(vocabularySize - 1)}. Choose the tokenizer or the policy that the rollout was made with`,
    );
  const control = controlIds.find(bad);
  if (control !== undefined)
    throw new ScoringError(
      "vocabulary-mismatch",
      `A control token has id ${String(control)}, but ${modelFile} knows ids 0 to ${String(vocabularySize - 1)}. Choose the policy's own tokenizer`,
    );
}

function checkMemory(policy: Policy, rowCount: number): void {
  if (policy.chunkTokens !== null) return;
  const bytes = rowCount ** 2 * policy.attentionHeadCount * 4;
  if (bytes > maxAttentionBytes)
    throw new ScoringError(
      "too-long",
      `${String(rowCount + 1)} tokens are too many for ${policy.description.modelFile}, which needs one pass and some ${String(Math.ceil(bytes / 1e9))} GB for them. Use a float export with past key values`,
    );
}
