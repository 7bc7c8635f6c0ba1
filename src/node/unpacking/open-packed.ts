import { Buffer } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Problem } from "../../core/result.ts";
import type { Packed } from "../../core/records/packed.ts";
import { FileError, type ByteSource, type Filling } from "../files/byte-source.ts";
import type { UnpackingJob, UnpackingMessage } from "./messages.ts";
import type { PackingKind } from "./packing.ts";
import { openTemporaryHandle, type TemporaryHandle } from "./temporary-file.ts";

/** A packed file that is open: the source closes it. */
export interface PackedFile {
  readonly name: string;
  readonly kind: PackingKind;
  readonly handle: FileHandle;
}

/** Columns and dictionaries of a large row group; far below what a machine would start to swap at. */
const maxHeapMb = 1024;
/** Without a word for so long the unpacker is taken to hang: between two words it reads a column of rows at most. */
const silenceMs = 20_000;
/** All of a file may be one such column, read at some 10 MB a second, on a busy machine slower. */
const slowestBytesPerMs = 2_000;

/**
 * The unpacked bytes of a file, read by ranges while they are still coming: they go to a temporary file without a name.
 * What is wrong with the packing are problems, at the file's beginning, since no editor shows the unpacked text.
 * Rejects with a `FileError` where there is no room for the temporary file.
 */
export async function openPacked(file: PackedFile): Promise<ByteSource> {
  const spool = await openSpool(file);
  const totalBytes = (await file.handle.stat()).size;
  const job: UnpackingJob = { packedFd: file.handle.fd, spoolFd: spool.handle.fd };
  const worker = new Worker(entry, {
    workerData: job,
    // Modules that whoever starts it was told to load first (a test's setup) are not for this thread.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    stdin: false,
  });
  // Whoever has seen enough may end the process.
  worker.unref();
  const problems: Problem[] = [];
  let writtenBytes = 0;
  let filling: Filling | null = { doneBytes: 0, totalBytes };
  let packed: Packed = { kind: file.kind, about: null };
  let isClosed = false;
  let waiting: (() => void)[] = [];
  let silence = watch();

  worker.on("message", hear);
  worker.on("error", (error) => {
    const isMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    const why = isMemory ? `it needs more than ${String(maxHeapMb)} MB of memory` : error.message;
    fail(`This file can't be unpacked further: ${why}. What came before is shown`);
  });
  worker.on("exit", () => {
    fail("Unpacking this file ended before its end. What came before is shown");
  });

  return {
    name: file.name,
    get packed() {
      return packed;
    },
    get filling() {
      return filling;
    },
    problems,
    size: async () => writtenBytes,
    async read(offset, length, into) {
      await filledTo(offset + length);
      if (isClosed) throw new FileError("closed", `${file.name} was closed already`, null);
      const wanted = Math.max(0, Math.min(length, writtenBytes - offset));
      const buffer = into?.subarray(0, wanted) ?? Buffer.allocUnsafeSlow(wanted);
      const filled = await fill(spool.handle, buffer, offset);
      return filled === wanted ? buffer : buffer.subarray(0, filled);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      finish();
      // Files may be closed only when nobody writes to their numbers any more.
      await worker.terminate();
      await spool.close();
      await file.handle.close();
    },
  };

  async function filledTo(end: number): Promise<void> {
    if (!filling || writtenBytes >= end) return;
    worker.ref();
    await new Promise<void>((resolve) => waiting.push(resolve));
    await filledTo(end);
  }

  function hear(message: UnpackingMessage): void {
    clearTimeout(silence);
    if (!filling) return;
    silence = watch();
    switch (message.kind) {
      case "progress":
        ({ writtenBytes, filling } = message);
        break;
      case "about":
        packed = { ...packed, about: message.text };
        break;
      case "problem":
        problems.push({ code: message.code, message: message.message, line: 0 });
        break;
      case "done":
        ({ writtenBytes } = message);
        finish();
    }
    tell();
  }

  function watch(): NodeJS.Timeout {
    return setTimeout(
      () => {
        void worker.terminate();
        fail("Unpacking this file hangs: it may be made to. What was unpacked before is shown");
      },
      silenceMs + totalBytes / slowestBytesPerMs,
    ).unref();
  }

  function fail(message: string): void {
    if (filling && !isClosed) problems.push({ code: "archive-damaged", message, line: 0 });
    finish();
  }

  function finish(): void {
    clearTimeout(silence);
    filling = null;
    worker.unref();
    tell();
  }

  function tell(): void {
    const told = waiting;
    waiting = [];
    for (const each of told) each();
  }
}

// dist/unpacker.js lies beside dist/engine.js and dist/cli.js; tests run from the sources, as modules without __dirname.
const entry =
  typeof __dirname === "string"
    ? path.join(__dirname, "unpacker.js")
    : fileURLToPath(new URL("from-sources.cjs", import.meta.url));

async function openSpool(file: PackedFile): Promise<TemporaryHandle> {
  try {
    return await openTemporaryHandle();
  } catch (error) {
    await file.handle.close();
    const why = error instanceof Error ? error.message : String(error);
    const message = `${file.name} is packed, and there is no room to unpack it: ${why}`;
    throw new FileError("not-readable", message, error);
  }
}

async function fill(handle: FileHandle, buffer: Uint8Array, offset: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const left = buffer.length - filled;
    const { bytesRead } = await handle.read(buffer, filled, left, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
