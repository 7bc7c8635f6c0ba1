import { memberOf } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import { concatMapped, sliceMapped, templateText, type MappedText } from "../text/source-map.ts";
import { decodeUtf8 } from "../tokens/utf8.ts";
import type { RecordedColumn, WrittenTokens } from "../trajectory/trajectory.ts";
import { startAlternatives } from "./alternatives.ts";
import type { Notes } from "./notes.ts";
import { readIds, recordedBy } from "./token-columns.ts";

/** The tokens of one sampled message as a response of a model's API lists them. */
export interface ReadTokens {
  /** For `Message.written`; null where the file names its tokens by their ids alone (`token_id:151657`). */
  readonly written: WrittenTokens | null;
  /** For a `Generation`; null unless every id is known. */
  readonly ids: Int32Array | null;
  readonly columns: WrittenTokens["columns"];
  readonly alternatives: WrittenTokens["alternatives"];
}

/**
 * Tokens with their log-probabilities: `logprobs` of a choice of a chat completion (`content[]`, or `refusal[]`), of a text
 * of the Responses API (a list), or of a legacy completion (`tokens`, `token_logprobs`, `top_logprobs`); `tokenIds` are
 * vLLM's `token_ids`. Bytes are authoritative: together they are the raw stream, `<tool_call>` with it, even where the
 * message's content is null. Null where there are none.
 */
export function readTokens(
  logProbs: JsonNode | null,
  tokenIds: JsonNode | null,
  notes: Notes,
): ReadTokens | null {
  const ids = readIds(tokenIds, "token_ids", notes);
  const { spelled, key } = logProbs ? spelledIn(logProbs) : nothing;
  if (!logProbs || spelled.length === 0) {
    return ids && ids.length > 0 ? { written: null, ids, columns: [], alternatives: null } : null;
  }
  const beside = ids && ids.length > 0 ? fittingIds(ids, spelled.length, tokenIds, notes) : null;
  const own = beside ?? Int32Array.from(spelled, ({ id }) => id);
  const column: RecordedColumn = {
    name: "log-probability",
    key,
    by: recordedBy("log-probability"),
    values: Float32Array.from(spelled, ({ logProb }) => logProb),
  };
  const alternatives = alternativesOf(spelled);
  const text = textOf(spelled, logProbs);
  return {
    written: text === null ? null : { ...text, ids: own, columns: [column], alternatives },
    ids: own.includes(-1) ? null : own,
    columns: [column],
    alternatives,
  };
}

/** One token as the file spells it. */
interface Spelled {
  readonly node: JsonNode;
  /** -1 where the file gives none. */
  readonly id: number;
  /** Null where only the id is known. */
  readonly bytes: Uint8Array | null;
  readonly logProb: number;
  /** Pairs of text and log-probability. */
  readonly top: readonly (readonly [text: string, logProb: unknown])[];
}

const nothing: { readonly spelled: readonly Spelled[]; readonly key: string } = {
  spelled: [],
  key: "logprobs",
};

function spelledIn(logProbs: JsonNode): typeof nothing {
  if (Array.isArray(logProbs.value)) return { spelled: ofItems(logProbs), key: "logprobs" };
  for (const key of ["content", "refusal"]) {
    const list = logProbs.get(key);
    if (list && Array.isArray(list.value) && list.value.length > 0)
      return { spelled: ofItems(list), key: `logprobs.${key}` };
  }
  return { spelled: ofColumns(logProbs), key: "logprobs.token_logprobs" };
}

/** `[{token, bytes, logprob, top_logprobs: [{token, logprob}]}]`. */
function ofItems(list: JsonNode): readonly Spelled[] {
  return list.items().map((item) => {
    const { value } = item;
    const others = memberOf(value, "top_logprobs");
    return {
      node: item.get("token") ?? item,
      ...spellingOf(memberOf(value, "token"), memberOf(value, "bytes")),
      logProb: numberOr(memberOf(value, "logprob")),
      top: (Array.isArray(others) ? others : []).flatMap((other: unknown) => {
        const token = memberOf(other, "token");
        return typeof token === "string" ? [[token, memberOf(other, "logprob")] as const] : [];
      }),
    };
  });
}

/** `tokens: [], token_logprobs: [], top_logprobs: [{token: logprob}]` of legacy completions. */
function ofColumns(logProbs: JsonNode): readonly Spelled[] {
  const list = logProbs.get("tokens");
  const values = memberOf(logProbs.value, "token_logprobs");
  const tops = memberOf(logProbs.value, "top_logprobs");
  return (list?.items() ?? []).map((node, index) => {
    const top = memberOf(tops, index);
    return {
      node,
      ...spellingOf(node.value, undefined),
      logProb: numberOr(memberOf(values, index)),
      top: typeof top === "object" && top !== null ? Object.entries(top) : [],
    };
  });
}

const byId = /^token_id:(\d{1,10})$/;
const encoder = new TextEncoder();

function spellingOf(token: unknown, bytes: unknown): Pick<Spelled, "id" | "bytes"> {
  const text = typeof token === "string" ? token : "";
  const id = idIn(text);
  // vLLM then spells the bytes of these very words, so they say nothing of the token.
  if (id >= 0) return { id, bytes: null };
  const given = Array.isArray(bytes) && bytes.every((byte) => isByte(byte)) ? bytes : null;
  return { id, bytes: given ? Uint8Array.from(given) : encoder.encode(text) };
}

/** The id in `token_id:151657`; -1 in any other text. */
export function idIn(token: string): number {
  const id = Number(byId.exec(token)?.[1] ?? -1);
  return id <= 0x7fffffff ? id : -1;
}

function isByte(byte: unknown): byte is number {
  return typeof byte === "number" && Number.isInteger(byte) && byte >= 0 && byte <= 255;
}

function numberOr(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

function fittingIds(
  ids: Int32Array,
  count: number,
  node: JsonNode | null,
  notes: Notes,
): Int32Array | null {
  if (ids.length === count) return ids;
  const misfit = { key: "token_ids", found: ids.length, due: count };
  if (node) notes.addMisfit(misfit, node.range);
  return null;
}

function alternativesOf(spelled: readonly Spelled[]): WrittenTokens["alternatives"] {
  if (spelled.every(({ top }) => top.length === 0)) return null;
  const alternatives = startAlternatives("top_logprobs");
  for (const { top } of spelled) {
    for (const [text, logProb] of top) {
      const id = idIn(text);
      alternatives.add({ text: id < 0 ? text : null, id, logProb: numberOr(logProb) });
    }
    alternatives.endRow();
  }
  return alternatives.finish();
}

/** The text of all bytes in a row, each token's own string where it says the same, so that it keeps its place in the file. */
function textOf(
  spelled: readonly Spelled[],
  { range }: JsonNode,
): Pick<WrittenTokens, "text" | "start" | "end"> | null {
  const pieces = spelled.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
  if (pieces.length < spelled.length) return null;
  const decoded = decodeUtf8(joined(pieces));
  const start = new Uint32Array(pieces.length);
  const end = new Uint32Array(pieces.length);
  const parts: MappedText[] = [];
  let byte = 0;
  let at = 0;
  for (const [index, { node }] of spelled.entries()) {
    const size = pieces[index]?.length ?? 0;
    const from = size === 0 ? at : (decoded.start[byte] ?? decoded.text.length);
    const to = size === 0 ? at : (decoded.end[byte + size - 1] ?? decoded.text.length);
    byte += size;
    start[index] = from;
    end[index] = to;
    if (to <= at) continue;
    const own = node.text();
    const said = decoded.text.slice(from, to);
    // The second half of a character that two tokens share has its text from the first.
    parts.push(
      own?.text === said
        ? sliceMapped(own, at - from, to - from)
        : templateText(said.slice(at - from), node.range.startByte),
    );
    at = to;
  }
  if (parts.length === 0) parts.push(templateText("", range.startByte));
  return { text: concatMapped(parts), start, end };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
