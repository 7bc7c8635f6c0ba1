import type { Scores } from "../../core/tokens/channel.ts";
import { putRows, type Rows } from "./columns.ts";
import { ScoringError } from "./error.ts";
import { scoreFeeds, tokenFeeds } from "./feeds.ts";
import type { Policy } from "./policy.ts";
import type { Request } from "./request.ts";
import { scoreOutputs } from "./score-nodes.ts";
import type { Column, Session } from "./session.ts";
import { hiddenName } from "./surgery.ts";

type Past = Readonly<Record<string, Column>>;

/** Rows [start, end) of a sequence, with the cache of the tokens before. */
export interface Chunk {
  readonly request: Request;
  readonly start: number;
  readonly end: number;
  readonly past: Past;
  readonly keepsPast: boolean;
}

/** Rows whose logits exist at once. 128 rows of 152,000 words are 78 MB, and longer blocks are hardly faster. */
const blockRows = 128;
// Dynamic int8 scales over the rows it sees, so it gets as many as memory allows: 256 MB of logits.
const dynamicLogits = 64 * 1024 * 1024;

/** Scores the chunk into the columns, and gives the cache with it added where that is wanted. */
export async function scoreChunk(policy: Policy, chunk: Chunk, into: Scores): Promise<Past> {
  const { request, start, end, past } = chunk;
  const slots = chunk.keepsPast ? policy.cache : [];
  const feeds = {
    ...past,
    ...tokenFeeds(policy, request.ids.subarray(0, end), start),
    ...(policy.head ? {} : scoreFeeds(request, start, end)),
  };
  const results = await run(policy, policy.trunk, {
    feeds,
    wanted: [
      ...(policy.head ? [hiddenName] : Object.values(scoreOutputs)),
      ...slots.map((slot) => slot.output),
    ],
  });
  if (policy.head)
    await scoreHidden(policy, policy.head, { chunk, hidden: floatsOf(results, hiddenName), into });
  else putRows(into, start, rowsOf(results));
  return Object.fromEntries(slots.map((slot) => [slot.input, floatsOf(results, slot.output)]));
}

async function scoreHidden(
  policy: Policy,
  head: Session,
  part: { readonly chunk: Chunk; readonly hidden: FloatColumn; readonly into: Scores },
): Promise<void> {
  const { hidden, chunk } = part;
  const count = chunk.end - chunk.start;
  const width = hidden.dims.at(-1) ?? 0;
  if (hidden.data.length !== count * width)
    throw new ScoringError(
      "unsupported-graph",
      `${policy.description.modelFile} does not give a prediction for every token. Export it again without pruning the head`,
    );
  const block = policy.description.chunkDependent
    ? Math.max(blockRows, Math.floor(dynamicLogits / policy.description.vocabularySize))
    : blockRows;
  for (let first = 0; first < count; first += block) {
    const last = Math.min(count, first + block);
    const rows: Column = {
      type: "float32",
      data: hidden.data.subarray(first * width, last * width),
      // The rank stays what the original nodes saw.
      dims: [...hidden.dims.slice(2).map(() => 1), last - first, width],
    };
    const start = chunk.start + first;
    const results = await run(policy, head, {
      feeds: { [hiddenName]: rows, ...scoreFeeds(chunk.request, start, chunk.start + last) },
      wanted: Object.values(scoreOutputs),
    });
    putRows(part.into, start, rowsOf(results));
  }
}

async function run(
  policy: Policy,
  session: Session,
  call: { readonly feeds: Readonly<Record<string, Column>>; readonly wanted: readonly string[] },
): Promise<Results> {
  try {
    return await session.run(call.feeds, call.wanted);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ScoringError(
      "runtime",
      `${policy.description.modelFile} failed while scoring: ${why}`,
    );
  }
}

type Results = ReadonlyMap<string, Column>;
type FloatColumn = Extract<Column, { readonly type: "float32" }>;

function rowsOf(results: Results): Rows {
  const topIds = results.get(scoreOutputs.topIds);
  if (topIds?.type !== "int64") throw new Error("The best tokens are no ids");
  return {
    target: floatsOf(results, scoreOutputs.target).data,
    control: floatsOf(results, scoreOutputs.control).data,
    entropy: floatsOf(results, scoreOutputs.entropy).data,
    topIds: topIds.data,
    top: floatsOf(results, scoreOutputs.top).data,
  };
}

function floatsOf(results: Results, name: string): FloatColumn {
  const column = results.get(name);
  if (column?.type !== "float32") throw new Error(`The graph gives no numbers as ${name}`);
  return column;
}
