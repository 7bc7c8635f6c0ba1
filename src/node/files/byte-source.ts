import { Buffer } from "node:buffer";
import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import type { Problem } from "../../core/result.ts";
import type { Packed } from "../../core/records/packed.ts";

/** A file that is read by byte ranges. */
export interface ByteSource {
  /** Name without folder. */
  readonly name: string;
  /** Bytes in the file at this moment; it may grow while a training run writes it. */
  size(): Promise<number>;
  /**
   * Bytes from `offset`: fewer than `length` at the end of the file. A source that is still being unpacked waits until
   * they are there. `into`, of at least that length, may be filled and returned in part.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  /** Set where the file is unpacked to be read: places are those of the unpacked text. */
  readonly packed?: Packed;
  /** What is wrong with the packing; it may grow while the source is unpacked. */
  readonly problems?: readonly Problem[];
  /** How far unpacking is, in packed bytes; null when all is there. */
  readonly filling?: Filling | null;
  /** What the file is now, for sources that can grow; null where it is gone. */
  look?(): Promise<FileLook | null>;
  close(): Promise<void>;
}

export interface Filling {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** A file at one moment. */
export interface FileLook {
  readonly sizeBytes: number;
  /** Stays while the file is the same one; another file of the same name has another. */
  readonly identity: string;
  readonly modifiedMs: number;
}

export type FileErrorReason = "not-found" | "not-readable" | "is-folder" | "closed";

/** A file that can't be opened or read. The message names it and is fit to be shown. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly reason: FileErrorReason;
  constructor(reason: FileErrorReason, message: string, cause: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Open a file for reading. Rejects with a `FileError`. */
export async function openFile(file: string): Promise<ByteSource> {
  // On Linux a folder opens and only reading it fails: asked first, so that the message is the right one.
  const found = await guard(file, stat(file));
  if (found.isDirectory()) throw isFolder(file, null);
  // Opening a pipe waits for whoever writes it, perhaps for ever.
  if (!found.isFile()) {
    const message = `${file} is a pipe or a device, which Derail can't read: save what comes out of it as a file`;
    throw new FileError("not-readable", message, null);
  }
  return sourceOf(file, await guard(file, open(file, "r")));
}

function sourceOf(file: string, handle: FileHandle): ByteSource {
  let isOpen = true;
  return {
    name: path.basename(file),
    async size() {
      return (await guard(file, handle.stat())).size;
    },
    async read(offset, length, into) {
      // Every byte that is returned was read, so none need be cleared; not of the pool, which others write into.
      const buffer = into?.subarray(0, length) ?? Buffer.allocUnsafeSlow(length);
      const filled = await guard(file, fill(handle, buffer, offset));
      return filled === length ? buffer : buffer.subarray(0, filled);
    },
    async look() {
      // By its name: a file that was put in its place is another one.
      const found = await stat(file, { bigint: true }).catch(() => null);
      if (!found) return null;
      const { size, dev, ino, mtimeMs } = found;
      const identity = `${String(dev)}:${String(ino)}`;
      return { sizeBytes: Number(size), identity, modifiedMs: Number(mtimeMs) };
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await handle.close();
    },
  };
}

/** Read until the buffer is full or the file at its end: one read may give less than was asked for. */
async function fill(handle: FileHandle, buffer: Uint8Array, offset: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(
      buffer,
      filled,
      buffer.length - filled,
      offset + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

async function guard<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toFileError(file, error);
  }
}

function toFileError(file: string, error: unknown): FileError {
  if (error instanceof FileError) return error;
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ENOENT" || code === "ENOTDIR")
    return new FileError("not-found", `There is no file ${file}`, error);
  if (code === "EISDIR") return isFolder(file, error);
  if (code === "EBADF") return new FileError("closed", `${file} was closed already`, error);
  const why = code === "EACCES" || code === "EPERM" ? "no permission" : String(code ?? error);
  return new FileError("not-readable", `${file} can't be read: ${why}`, error);
}

function isFolder(file: string, cause: unknown): FileError {
  return new FileError("is-folder", `${file} is a folder, not a rollout file`, cause);
}
