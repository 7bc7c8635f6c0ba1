import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { memberOf } from "../../core/text/json.ts";
import { fileInput } from "./input.ts";
import type { UnpackingJob, UnpackingMessage } from "./messages.ts";
import { fileSpool, type UnpackingCode } from "./spool.ts";
import { openTemporary } from "./temporary-file.ts";
import { unpack, type MiddleSpool } from "./unpack.ts";

// Entry of dist/unpacker.js: archives are unpacked in a thread of their own. They may be made to hang or to fill the
// memory of whoever unpacks them; a thread can be ended at any moment, and its memory has a limit.

/** Told at the first bytes, and then after so many: a message costs as much as unpacking a few kilobytes. */
const toldEveryBytes = 256 * 1024;
const toldEveryMs = 500;
/** A damaged archive of ten thousand members says the same of each. */
const maxProblems = 100;

// Of the columns of a damaged row group several may fail, and only the first is waited for.
process.on("unhandledRejection", () => undefined);
void main(readJob(workerData));

async function main({ packedFd, spoolFd }: UnpackingJob): Promise<void> {
  const input = fileInput(packedFd);
  let doneBytes = 0;
  let toldBytes = 0;
  let toldAt = 0;
  let problemCount = 0;
  const tell = (code: UnpackingCode, message: string): void => {
    if (++problemCount <= maxProblems) post({ kind: "problem", code, message });
  };
  const onWritten = (writtenBytes: number): void => {
    if (toldBytes > 0 && writtenBytes - toldBytes < toldEveryBytes) return;
    tellProgress(writtenBytes);
  };
  const tellProgress = (writtenBytes: number): void => {
    toldBytes = writtenBytes;
    toldAt = performance.now();
    post({ kind: "progress", writtenBytes, filling: { doneBytes, totalBytes: input.size } });
  };
  const packedBytes = input.size;
  const spool = fileSpool(spoolFd, { packedBytes, onWritten });
  const openMiddle = (): MiddleSpool => {
    const file = openTemporary();
    const middle = fileSpool(file.fd, { packedBytes, onWritten: () => undefined });
    return {
      get writtenBytes() {
        return middle.writtenBytes;
      },
      write: middle.write,
      input: () => fileInput(file.fd),
      close: file.close,
    };
  };
  const progress = (done: number | null): void => {
    doneBytes = done ?? doneBytes;
    // Of an archive that gives nothing for a while, too.
    if (performance.now() - toldAt > toldEveryMs) tellProgress(spool.writtenBytes);
  };
  const about = (text: string): void => {
    post({ kind: "about", text: text.slice(0, 300) });
  };
  await unpack(input, { spool, tell, progress, about }, openMiddle);
  post({ kind: "done", writtenBytes: spool.writtenBytes });
}

function readJob(data: unknown): UnpackingJob {
  const packedFd = memberOf(data, "packedFd");
  const spoolFd = memberOf(data, "spoolFd");
  if (typeof packedFd === "number" && typeof spoolFd === "number") return { packedFd, spoolFd };
  throw new Error("workerData names no files");
}

function post(message: UnpackingMessage): void {
  parentPort?.postMessage(message);
}
