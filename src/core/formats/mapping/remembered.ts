import { isRecord } from "../../text/json-value.ts";
import type { Format } from "../format.ts";
import { mappedFormat } from "./mapped.ts";
import type { Mapping } from "./mapping.ts";

/** A mapping and the records that it is for. */
export interface RememberedMapping {
  /** Of the records; null: whatever has the fields that it names. */
  readonly shape: string | null;
  readonly mapping: Mapping;
}

// A hostile record must not make a name of a megabyte.
const maxShape = 2_000;

/** What records that were written by one program share: their keys, sorted. Null for what has none. */
export function shapeOf(record: unknown): string | null {
  if (!isRecord(record)) return null;
  const keys = Object.keys(record);
  return keys.length === 0 ? null : JSON.stringify(keys.toSorted()).slice(0, maxShape);
}

/** The format that the first of the mappings that is for the record makes of it. */
export function rememberedFormat(
  record: unknown,
  mappings: readonly RememberedMapping[],
): Format | null {
  const shape = shapeOf(record);
  if (shape === null) return null;
  for (const remembered of mappings) {
    if (remembered.shape !== null && remembered.shape !== shape) continue;
    const format = mappedFormat(remembered.mapping);
    if (format.detect(record)) return format;
  }
  return null;
}
