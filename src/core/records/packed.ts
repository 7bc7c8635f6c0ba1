/** A file that is unpacked to be read. Places in it are those of the unpacked text, which no editor shows. */
export interface Packed {
  readonly kind: "gzip" | "zstd" | "zip" | "parquet";
  /** What the archive says of its contents, in a few words; null where that is nothing. */
  readonly about: string | null;
}

/** `zip: security_guide · openai/gpt-4o · 16 samples` */
export function packedWords({ kind, about }: Packed): string {
  return about === null ? kind : `${kind}: ${about}`;
}

/** Why its text can't be shown, fit to follow a name. */
export function notShown(kind: Packed["kind"]): string {
  return kind === "parquet"
    ? "is a parquet file: its columns have no text that an editor could show"
    : `is packed (${kind}): no editor shows its text. Unpack it to see the raw file`;
}

/** A file's name without the ending of its packing: steps are read from it. */
export function unpackedName(name: string): string {
  return name.replace(/\.(gz|gzip|zst|zstd)$/i, "");
}
