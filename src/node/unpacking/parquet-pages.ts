import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { CompressionCodec, Compressors } from "hyparquet";
import { compressors as packed } from "hyparquet-compressors";
import { snappyUncompress } from "hyparquet";

/** Writers make pages of a megabyte; one value may be larger, but what a page claims to be is only a claim. */
const maxPageBytes = 512 * 1024 * 1024;

type Unpack = (input: Uint8Array, length: number) => Uint8Array;

/** How pages of columns are unpacked: Node's own zlib where it can, which is some ten times as fast. */
export const compressors: Compressors = {
  SNAPPY: checked((input, length) => {
    const output = new Uint8Array(length);
    snappyUncompress(input, output);
    return output;
  }),
  GZIP: checked((input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) })),
  BROTLI: checked((input, length) =>
    brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  ),
  ZSTD: checked(library("ZSTD")),
  LZ4: checked(library("LZ4")),
  LZ4_RAW: checked(library("LZ4_RAW")),
};

function library(codec: CompressionCodec): Unpack {
  return (input, length) => {
    const unpack = packed[codec];
    if (!unpack) throw new Error(`pages packed with ${codec} can't be read`);
    return unpack(input, length);
  };
}

function checked(unpack: Unpack): Unpack {
  return (input, length) => {
    if (length > maxPageBytes) throw new Error(`a page claims to be ${String(length)} bytes long`);
    return unpack(input, length);
  };
}
