import type { Policy } from "./policy.ts";
import { scoreInputs } from "./score-nodes.ts";
import type { Request } from "./request.ts";
import type { Column } from "./session.ts";

type Feeds = Readonly<Record<string, Column>>;

/** A cache that holds nothing yet. */
export function emptyPast(policy: Policy): Feeds {
  return Object.fromEntries(
    policy.cache.map(({ input, headCount, headSize }) => [
      input,
      { type: "float32", data: new Float32Array(0), dims: [1, headCount, 0, headSize] },
    ]),
  );
}

/** What the trunk takes for tokens [start, end), the cache aside: only inputs that it has. */
export function tokenFeeds(policy: Policy, ids: Int32Array, start: number): Feeds {
  const count = ids.length - start;
  const positions = Int32Array.from({ length: count }, (_, index) => start + index);
  const all: Feeds = {
    input_ids: integers(ids.subarray(start), [1, count]),
    attention_mask: integers(new Int32Array(ids.length).fill(1), [1, ids.length]),
    position_ids: integers(positions, [1, count]),
    // Zero means all of them.
    num_logits_to_keep: integers(new Int32Array(1), []),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => policy.inputs.includes(name)));
}

/** What the added nodes take for rows [start, end): each row is about the token after it. */
export function scoreFeeds(request: Request, start: number, end: number): Feeds {
  return {
    [scoreInputs.targets]: integers(request.ids.subarray(start + 1, end + 1), [end - start]),
    [scoreInputs.controls]: integers(request.controlIds, [request.controlIds.length]),
    // log Z needs the best token even when nobody asked for it.
    [scoreInputs.topCount]: integers(Int32Array.of(Math.max(1, request.topCount)), [1]),
  };
}

/** Non-negative integers, 64 bits wide: their low words are written directly, since every platform is little-endian. */
function integers(values: Int32Array, dims: readonly number[]): Column {
  const data = new BigInt64Array(values.length);
  const words = new Int32Array(data.buffer);
  for (const [index, value] of values.entries()) words[2 * index] = value;
  return { type: "int64", data, dims };
}
