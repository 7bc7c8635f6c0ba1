import { Buffer } from "node:buffer";
import { fstatSync, readSync } from "node:fs";

/** Packed bytes, read by ranges. The unpacker has a thread of its own, so that it may wait for the disk. */
export interface Input {
  readonly size: number;
  /** Bytes from `at`: fewer than `length` at the end. They are the caller's own. */
  read(at: number, length: number): Buffer;
}

/** A file that somebody else opened and will close. */
export function fileInput(fd: number): Input {
  const { size } = fstatSync(fd);
  return {
    size,
    read(at, length) {
      // Of its own memory, not of Node's pool: parquet looks at the buffer below, from its first byte.
      const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - at)));
      let filled = 0;
      while (filled < bytes.length) {
        const count = readSync(fd, bytes, filled, bytes.length - filled, at + filled);
        if (count === 0) break;
        filled += count;
      }
      return filled === bytes.length ? bytes : Buffer.from(bytes.subarray(0, filled));
    },
  };
}

/** Bytes at hand. */
export function bytesInput(bytes: Uint8Array): Input {
  return {
    size: bytes.length,
    read: (at, length) => Buffer.from(bytes.subarray(at, Math.max(at, at + length))),
  };
}

/** How much is read at once: some milliseconds of work. */
export const inputBytes = 64 * 1024;
