import type { ChannelName } from "../tokens/channel.ts";
import type { JsonNode } from "../text/json.ts";
import type { RecordedColumn, TokenSequence } from "../trajectory/trajectory.ts";
import type { Notes } from "./notes.ts";

/**
 * How a list in the file lies over the ids: one value an `each`; only for those in the mask (`masked`, the compact form
 * of verifiers); longer than the ids because the batch was `padded`, and cut; or for the last ones alone (`tail`, a
 * response behind its prompt).
 */
export type Fit =
  | { readonly kind: "each"; readonly count: number }
  | { readonly kind: "masked"; readonly mask: Uint8Array }
  | { readonly kind: "padded"; readonly count: number }
  | { readonly kind: "tail"; readonly count: number; readonly tail: number };

/** A list of ids: all or nothing, since one lost id moves all others. A list that is none is a problem and gives null. */
export function readIds(list: JsonNode | null, key: string, notes: Notes): Int32Array | null {
  const value = list?.value;
  if (!list || value === null || value === undefined) return null;
  if (Array.isArray(value) && value.every(isId)) return Int32Array.from(value);
  notes.add("ids-not-usable", `"${key}" is no list of token ids: it is not used`, list.range);
  return null;
}

/** Where each id of a list stands in the file, for `TokenSequence.places`: ids without any text are shown there. */
export function placesOf(list: JsonNode, count: number): Float64Array {
  const items = list.items();
  return Float64Array.from({ length: count }, (_each, at) => items[at]?.range.startByte ?? 0);
}

/** A mask as 1 and 0, from booleans, numbers, or ids where -100 marks what is not trained on (Atropos). */
export function readMask(
  list: JsonNode | null,
  key: string,
  fit: Fit,
  notes: Notes,
): Uint8Array | null {
  const values = fitted(list, key, fit, notes);
  if (!values) return null;
  // The label of a token that is trained on may itself be id 0.
  const labels = values.includes(notTrained);
  const mask = new Uint8Array(lengthOf(fit));
  spread(values, fit, (index, value) => {
    const counts = labels ? value !== notTrained : value === true || Number(value) > 0;
    mask[index] = counts ? 1 : 0;
  });
  return mask;
}

/** The label that PyTorch's cross entropy ignores. */
const notTrained = -100;

/** A column of numbers or truth values. Null where the file has no such list, or one that does not fit (a problem). */
export function readColumn(
  list: JsonNode | null,
  { name, key }: { readonly name: ChannelName; readonly key: string },
  fit: Fit,
  notes: Notes,
): RecordedColumn | null {
  const found = fitted(list, key, fit, notes);
  if (!found) return null;
  const values = new Float32Array(lengthOf(fit)).fill(Number.NaN);
  spread(found, fit, (index, value) => {
    values[index] = typeof value === "number" || typeof value === "boolean" ? Number(value) : NaN;
  });
  return { name, key, by: recordedBy(name), values };
}

/** Columns of an object by the names of their fields: those that are there and fit. */
export function readColumns(
  parent: Pick<JsonNode, "get">,
  names: Readonly<Record<string, ChannelName>>,
  fit: Fit,
  notes: Notes,
): readonly RecordedColumn[] {
  return Object.entries(names).flatMap(([key, name]) => {
    const column = readColumn(parent.get(key), { name, key }, fit, notes);
    return column === null ? [] : [column];
  });
}

/** A trainer computes all of these but what its rollout engine sends along with the ids. */
export function recordedBy(name: ChannelName): RecordedColumn["by"] {
  return name === "log-probability" ? "rollout" : "trainer";
}

/** The parts of several ids in a row as one sequence: the messages on a branch of verifiers' graph, a prompt and its response. */
export function joinSequences(parts: readonly TokenSequence[]): TokenSequence | null {
  const [first] = parts;
  if (!first) return null;
  const length = parts.reduce((sum, { ids }) => sum + ids.length, 0);
  const ids = new Int32Array(length);
  const sampled = new Uint8Array(length);
  const columns = new Map<string, RecordedColumn>();
  let at = 0;
  for (const part of parts) {
    ids.set(part.ids, at);
    sampled.set(part.sampled, at);
    for (const { values, ...column } of part.columns) {
      const known = columns.get(column.key);
      const all = known?.values ?? new Float32Array(length).fill(Number.NaN);
      all.set(values, at);
      if (!known) columns.set(column.key, { ...column, values: all });
    }
    at += part.ids.length;
  }
  const startByte = parts.reduce((byte, { source }) => Math.min(byte, source.startByte), Infinity);
  const endByte = parts.reduce((byte, { source }) => Math.max(byte, source.endByte), 0);
  return {
    ids,
    sampled,
    sampledKey: first.sampledKey,
    columns: [...columns.values()],
    source: { startByte, endByte },
  };
}

/** The list's values where their number fits. An empty list or null says that nothing was captured. */
function fitted(
  list: JsonNode | null,
  key: string,
  fit: Fit,
  notes: Notes,
): readonly unknown[] | null {
  const value = list?.value;
  if (!list || value === null || value === undefined) return null;
  const found: readonly unknown[] | null = Array.isArray(value) ? value : null;
  if (found?.length === 0 && lengthOf(fit) > 0) return null;
  if (found && (fit.kind === "padded" ? found.length >= fit.count : found.length === wanted(fit)))
    return found;
  const due = wanted(fit);
  if (found) notes.addMisfit({ key, found: found.length, due }, list.range);
  else notes.add("column-does-not-fit", `"${key}" is no list: it is not used`, list.range);
  return null;
}

function lengthOf(fit: Fit): number {
  return fit.kind === "masked" ? fit.mask.length : fit.count;
}

/** How many values the file must give. */
function wanted(fit: Fit): number {
  if (fit.kind === "masked") return fit.mask.reduce((sum, bit) => sum + bit, 0);
  return fit.kind === "tail" ? fit.tail : fit.count;
}

function spread(
  values: readonly unknown[],
  fit: Fit,
  put: (index: number, value: unknown) => void,
): void {
  if (fit.kind === "masked") {
    let next = 0;
    for (const [index, bit] of fit.mask.entries()) if (bit === 1) put(index, values[next++]);
    return;
  }
  const from = fit.kind === "tail" ? fit.count - fit.tail : 0;
  const last = Math.min(values.length, fit.count - from);
  for (let index = 0; index < last; index++) put(from + index, values[index]);
}

function isId(id: unknown): id is number {
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id <= 0x7fffffff;
}
