import type { Container } from "../../src/core/records/record.ts";
import type { RecordRange } from "../../src/core/records/record-columns.ts";
import { startSplitter } from "../../src/core/records/start-splitter.ts";
import type { SplitEnd } from "../../src/core/records/splitter.ts";

/** The records of whole bytes, fed in chunks of the given sizes (the last size goes on to the end). */
export function split(
  container: Container,
  bytes: Uint8Array,
  sizes: readonly number[] = [Infinity],
): { readonly ranges: readonly RecordRange[]; readonly end: SplitEnd } {
  const splitter = startSplitter(container);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[Math.min(turn, sizes.length - 1)] ?? 1);
    splitter.push(bytes.subarray(at, at + size));
    at += size;
  }
  const end = splitter.end();
  const { records } = splitter;
  const ranges = Array.from({ length: records.count }, (_, index) => records.at(index)).filter(
    (range) => range !== null,
  );
  return { ranges, end };
}
