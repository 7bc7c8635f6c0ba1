import type { Packed } from "../../core/records/packed.ts";

export type PackingKind = Packed["kind"];

/** Bytes that `packingOf` wants. */
export const signatureBytes = 4;

/** Tell packing by a file's first bytes; null for a file that is read as it is. */
export function packingOf(head: Uint8Array): PackingKind | null {
  const found = signatures.find(({ bytes }) => bytes.every((byte, at) => head[at] === byte));
  if (found) return found.kind;
  // A skippable frame, with which parallel writers of zstd begin.
  const [first = 0, ...rest] = head.subarray(0, signatureBytes);
  const isSkippable = (first & 0xf0) === 0x50 && isSame(rest, [0x2a, 0x4d, 0x18]);
  return isSkippable ? "zstd" : null;
}

const signatures = [
  { kind: "gzip", bytes: [0x1f, 0x8b] },
  { kind: "zstd", bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: "zip", bytes: [0x50, 0x4b, 0x03, 0x04] },
  // An archive of nothing.
  { kind: "zip", bytes: [0x50, 0x4b, 0x05, 0x06] },
  { kind: "parquet", bytes: [0x50, 0x41, 0x52, 0x31] },
  // Parquet with a footer that is encrypted.
  { kind: "parquet", bytes: [0x50, 0x41, 0x52, 0x45] },
] as const;

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}
