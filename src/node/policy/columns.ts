import type { Scores } from "../../core/tokens/channel.ts";

/** What the graph gives for a block of rows. */
export interface Rows {
  readonly target: Float32Array;
  readonly control: Float32Array;
  readonly entropy: Float32Array;
  readonly topIds: BigInt64Array;
  readonly top: Float32Array;
}

/** Scores of nothing yet: NaN, and -1 for ids. */
export function emptyScores(
  policy: string,
  request: {
    readonly ids: Int32Array;
    readonly controlIds: Int32Array;
    readonly topCount: number;
  },
  scoredCount: number,
): Scores {
  const tokenCount = request.ids.length;
  const column = (width: number): Float32Array => new Float32Array(tokenCount * width).fill(NaN);
  return {
    policy,
    tokenCount,
    scoredCount,
    controlIds: request.controlIds.slice(),
    controlLogProbs: column(request.controlIds.length),
    targetLogProbs: column(1),
    entropy: column(1),
    topCount: request.topCount,
    topIds: new Int32Array(tokenCount * request.topCount).fill(-1),
    topLogProbs: column(request.topCount),
  };
}

/** Rows of the graph are about the token after theirs: row `start` becomes token `start + 1`. */
export function putRows(scores: Scores, start: number, rows: Rows): void {
  const token = start + 1;
  const { topCount } = scores;
  scores.targetLogProbs.set(rows.target, token);
  scores.entropy.set(rows.entropy, token);
  scores.controlLogProbs.set(rows.control, token * scores.controlIds.length);
  if (topCount === 0) return;
  scores.topLogProbs.set(rows.top, token * topCount);
  const words = new Int32Array(rows.topIds.buffer, rows.topIds.byteOffset, rows.topIds.length * 2);
  for (let index = 0; index < rows.topIds.length; index++)
    scores.topIds[token * topCount + index] = words[2 * index] ?? -1;
}

/** Copies the tokens before `count` from scores of the same beginning. */
export function copyTokens(from: Scores, into: Scores, count: number): void {
  into.targetLogProbs.set(from.targetLogProbs.subarray(0, count));
  into.entropy.set(from.entropy.subarray(0, count));
  into.controlLogProbs.set(from.controlLogProbs.subarray(0, count * from.controlIds.length));
  into.topLogProbs.set(from.topLogProbs.subarray(0, count * from.topCount));
  into.topIds.set(from.topIds.subarray(0, count * from.topCount));
}
