import { writeSync } from "node:fs";
import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";

/** Unpacking ends here, and what came before stays: a reason fit to be shown. */
export class UnpackingError extends Error {
  override readonly name = "UnpackingError";
  readonly code: UnpackingCode;
  constructor(code: UnpackingCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type UnpackingCode =
  /** Cut off, or other bytes than were packed. */
  | "archive-damaged"
  /** A limit, or the disk, is reached. */
  | "unpacking-stopped"
  /** A kind of packing that can't be read. */
  | "packing-unknown"
  /** A sound archive of something else. */
  | "archive-of-other-files"
  | "torch-file"
  | "log-not-finished";

/** Where unpacked bytes go. */
export interface Spool {
  readonly writtenBytes: number;
  /** Throws an `UnpackingError` where a limit is reached or the disk is full. */
  readonly write: (bytes: Uint8Array) => void;
}

export interface SpoolOptions {
  readonly packedBytes: number;
  readonly onWritten: (writtenBytes: number) => void;
  /** For tests. */
  readonly limits?: SpoolLimits;
}

export interface SpoolLimits {
  /** Unpacked bytes from which on the ratio counts. */
  readonly freeBytes: number;
  /** Unpacked bytes to each packed one. */
  readonly ratio: number;
  /** Unpacked bytes at all. */
  readonly bytes: number;
}

// Rollouts pack 3 to 30 times, equal prompts in a row some 200 times. What deflate can do at the very most is 1,032,
// and bombs are made to be near it or, in zstd, far beyond.
const maxRatio = 400;
/** No bomb: even packed a thousand times it goes on the disk and through the index in seconds. */
const harmlessBytes = 512 * 1024 * 1024;
/** Left on the temporary disk for everybody else. */
const reservedBytes = 1024 * 1024 * 1024;
/** Together with the index of its records, more is no file that one opens in an editor. */
const maxBytes = 256 * 1024 * 1024 * 1024;

/** Write to a file that somebody else opened and will close. */
export function fileSpool(fd: number, { packedBytes, onWritten, limits }: SpoolOptions): Spool {
  const { freeBytes, ratio, bytes: most } = limits ?? usualLimits();
  const allowed = Math.min(most, Math.max(freeBytes, packedBytes * ratio));
  let writtenBytes = 0;
  return {
    get writtenBytes() {
      return writtenBytes;
    },
    write(bytes) {
      if (writtenBytes + bytes.length > allowed) throw tooMuch(allowed, most);
      for (let done = 0; done < bytes.length;)
        done += writeSome(fd, bytes, done, writtenBytes + done);
      writtenBytes += bytes.length;
      onWritten(writtenBytes);
    },
  };
}

function writeSome(fd: number, bytes: Uint8Array, from: number, at: number): number {
  try {
    return writeSync(fd, bytes, from, bytes.length - from, at);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const full = why === "ENOSPC" || why === "EDQUOT";
    throw new UnpackingError(
      "unpacking-stopped",
      full
        ? `The disk of the temporary folder ${tmpdir()} is full. What was unpacked before is shown`
        : `The temporary folder ${tmpdir()} can't be written to: ${why}. What was unpacked before is shown`,
    );
  }
}

function tooMuch(allowed: number, most: number): UnpackingError {
  const reached = `${(allowed / 1024 ** 3).toFixed(1)} GB`;
  const why =
    allowed === most
      ? `that is all the room which the temporary folder ${tmpdir()} has for it`
      : `that is ${String(maxRatio)} times its size, and no rollouts are packed so well: it may be made to fill disks`;
  const message = `Unpacking stopped at ${reached}: ${why}. What was unpacked before is shown; unpack it yourself to see all`;
  return new UnpackingError("unpacking-stopped", message);
}

function usualLimits(): SpoolLimits {
  return { freeBytes: harmlessBytes, ratio: maxRatio, bytes: Math.min(maxBytes, roomForSpools()) };
}

/** What the temporary disk has left, without what others need of it. */
function roomForSpools(): number {
  try {
    const { bavail, bsize } = statfsSync(tmpdir());
    return Math.max(0, bavail * bsize - reservedBytes);
  } catch {
    // A file system that does not say: a full disk is met when it is.
    return maxBytes;
  }
}
