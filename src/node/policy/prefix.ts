import type { Scores } from "../../core/tokens/channel.ts";
import { copyTokens } from "./columns.ts";
import type { Request } from "./request.ts";
import type { Column } from "./session.ts";

/** The last sequence's cache and scores: rollouts of a group begin with the same prompt. */
export interface Prefix {
  readonly request: Request;
  readonly scores: Scores;
  readonly past: Readonly<Record<string, Column>>;
  /** Tokens in the cache, whole chunks. */
  readonly pastTokens: number;
}

// 512 MB are 20,000 tokens of a 0.5B policy. The cache of something longer is not worth the memory it would hold.
const maxPastBytes = 512 * 1024 * 1024;

/** Keeps it, unless it is too large. */
export function worthKeeping(prefix: Prefix | null): Prefix | null {
  if (!prefix) return null;
  let bytes = 0;
  for (const column of Object.values(prefix.past)) bytes += column.data.byteLength;
  return bytes > maxPastBytes || prefix.pastTokens === 0 ? null : prefix;
}

/**
 * The cache cut to the whole chunks that both sequences share, with their scores copied; null where they share none.
 * Whole chunks, because then every number is the one that scoring from the start would give.
 */
export function reusable(
  prefix: Prefix,
  request: Request,
  into: { readonly scores: Scores; readonly size: number; readonly rowCount: number },
): { readonly past: Prefix["past"]; readonly pastTokens: number } | null {
  if (prefix.request.topCount !== request.topCount) return null;
  if (!isSame(prefix.request.controlIds, request.controlIds)) return null;
  // The last shared row is scored against the token after it, so that one has to be shared too.
  const shared = sharedLength(prefix.request.ids, request.ids) - 1;
  const limit = Math.min(shared, prefix.pastTokens, into.rowCount);
  const pastTokens = Math.floor(limit / into.size) * into.size;
  if (pastTokens <= 0) return null;
  copyTokens(prefix.scores, into.scores, pastTokens + 1);
  const past = Object.fromEntries(
    Object.entries(prefix.past).map(([name, column]) => [name, cut(column, pastTokens)]),
  );
  return { past, pastTokens };
}

/** [1, heads, tokens, size] to fewer tokens. */
function cut(column: Column, tokens: number): Column {
  const [batch = 1, heads = 0, before = 0, size = 0] = column.dims;
  if (before === tokens || column.type !== "float32") return column;
  const data = new Float32Array(heads * tokens * size);
  for (let head = 0; head < heads; head++) {
    const start = head * before * size;
    data.set(column.data.subarray(start, start + tokens * size), head * tokens * size);
  }
  return { type: "float32", data, dims: [batch, heads, tokens, size] };
}

function sharedLength(a: Int32Array, b: Int32Array): number {
  const length = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < length && a[shared] === b[shared]) shared++;
  return shared;
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && sharedLength(a, b) === a.length;
}
