import type { Buffer } from "node:buffer";
import { crc32 } from "./checksum.ts";
import { inflate } from "./inflate.ts";
import type { Input } from "./input.ts";
import { UnpackingError } from "./spool.ts";
import type { Work } from "./work.ts";

/** Unpack gzip (RFC 1952): one member after another, as `cat a.gz b.gz` and writers that flush make them. */
export async function unpackGzip(input: Input, { spool, tell, progress }: Work): Promise<void> {
  let at = 0;
  for (let member = 1; at < input.size; member++) {
    const start = endOfHeader(input, at);
    if (start === null) {
      // Tapes and some downloads fill the last block up with zeros.
      if (member > 1 && isZero(input, at)) return;
      const where = `at byte ${String(at)}`;
      if (member > 1)
        return tell("archive-damaged", `What follows ${where} is no gzip; it is left out`);
      throw new UnpackingError("archive-damaged", "This gzip file has a header that can't be read");
    }
    let crc = 0;
    let length = 0;
    const end = await inflate(input, { start, end: input.size }, (bytes) => {
      crc = crc32(bytes, crc);
      length += bytes.length;
      spool.write(bytes);
    });
    const trailer = input.read(end.at, trailerBytes);
    if (end.kind === "damaged") throw damaged(end.at);
    if (end.kind === "open" || trailer.length < trailerBytes) throw cutOff(input.size);
    if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== length % 2 ** 32) {
      const message = `The checksum of this gzip file is another one${member > 1 ? ` in part ${String(member)}` : ""}: some of what is shown is not what was packed`;
      tell("archive-damaged", message);
    }
    at = end.at + trailerBytes;
    progress(at);
  }
}

const trailerBytes = 8;
/** Names and comments are short; an endless one is no gzip. */
const maxHeaderBytes = 64 * 1024 + 1024;

/** The first deflated byte; null where there is no header. */
function endOfHeader(input: Input, start: number): number | null {
  const head = input.read(start, maxHeaderBytes);
  if (head.length < 10 || head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 8) return null;
  const flags = head[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (at + 2 <= head.length ? head.readUInt16LE(at) : 0);
  if (flags & 8) at = afterZero(head, at);
  if (flags & 16) at = afterZero(head, at);
  if (flags & 2) at += 2;
  return at > head.length ? null : start + at;
}

function afterZero(head: Buffer, from: number): number {
  const at = head.indexOf(0, from);
  return at < 0 ? Infinity : at + 1;
}

function isZero(input: Input, at: number): boolean {
  // A block of a tape is some ten kilobytes.
  const rest = input.read(at, maxHeaderBytes);
  return rest.every((byte) => byte === 0);
}

function cutOff(at: number): UnpackingError {
  const message = `This gzip file is cut off at byte ${String(at)}, or still being written: what came before is shown`;
  return new UnpackingError("archive-damaged", message);
}

function damaged(at: number): UnpackingError {
  const message = `This gzip file is damaged at about byte ${String(at)}: what came before is shown`;
  return new UnpackingError("archive-damaged", message);
}
