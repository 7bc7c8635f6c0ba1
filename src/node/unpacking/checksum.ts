import * as zlib from "node:zlib";

/** CRC-32 of bytes that come in pieces: `crc32(next, before)`. */
export function crc32(bytes: Uint8Array, before = 0): number {
  // Node's own came with 20.15; editors and users may run an older one.
  const native = (zlib as { readonly crc32?: typeof zlib.crc32 }).crc32;
  if (native) return native(bytes, before);
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

const table = Uint32Array.from({ length: 256 }, (_none, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
