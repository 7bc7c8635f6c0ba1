import { Buffer } from "node:buffer";
import { Decompress } from "fzstd";
import type { Input } from "./input.ts";
import { UnpackingError } from "./spool.ts";
import { startHash } from "./xxhash.ts";

/** What `zstd` itself unpacks without being told that it may take more memory. */
const maxWindowBytes = 128 * 1024 * 1024;

export interface ZstdOptions {
  readonly start: number;
  readonly end: number;
  readonly write: (bytes: Uint8Array) => void;
  /** A frame's checksum is another one; unpacking goes on. */
  readonly onMismatch: () => void;
  readonly onProgress?: (at: number) => void;
}

/**
 * Unpack zstd (RFC 8878): frames one after another, those between that are to be skipped, and their checksums. `fzstd`
 * unpacks blocks; the frames around them are read here, for the place where they break and for the memory they ask for.
 * Throws an `UnpackingError` with the place of damage.
 */
export function unpackZstd(input: Input, options: ZstdOptions): void {
  const { start, end, onProgress } = options;
  let at = start;
  while (at < end) {
    const head = input.read(at, Math.min(maxHeaderBytes, end - at));
    if (head.length < 8) throw cutOff(end);
    const magic = head.readUInt32LE(0);
    if ((magic & 0xfffffff0) >>> 0 === skippable) at += 8 + head.readUInt32LE(4);
    else if (magic === frameMagic) at = unpackFrame(input, readHeader(head, at), options);
    else throw damaged(at, "no zstd frame begins there");
    onProgress?.(Math.min(at, end));
  }
  if (at > end) throw cutOff(end);
}

const frameMagic = 0xfd2fb528;
const skippable = 0x184d2a50;
const maxHeaderBytes = 18;
const checksumBytes = 4;
const maxBlockBytes = 128 * 1024;

interface Frame {
  readonly at: number;
  readonly header: Buffer;
  readonly hasChecksum: boolean;
}

function readHeader(head: Buffer, at: number): Frame {
  const descriptor = head[4] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag;
  const dictionaryAt = isSingle ? 5 : 6;
  const sizeAt = dictionaryAt + dictionaryBytes;
  const length = sizeAt + sizeBytes;
  if (length > head.length) throw cutOff(at + head.length);
  if (dictionaryBytes > 0 && head.readUIntLE(dictionaryAt, dictionaryBytes) !== 0) {
    const message = "This zstd file needs the dictionary that it was packed with: unpack it first";
    throw new UnpackingError("packing-unknown", message);
  }
  const window = isSingle ? contentSize(head, sizeAt, sizeFlag) : windowSize(head[5] ?? 0);
  if (window > maxWindowBytes) {
    const megabytes = String(Math.ceil(window / 1024 / 1024));
    const message = `This zstd file needs ${megabytes} MB of memory at once; Derail gives it 128: unpack it first`;
    throw new UnpackingError("packing-unknown", message);
  }
  return { at, header: head.subarray(0, length), hasChecksum: (descriptor & 4) !== 0 };
}

function contentSize(head: Buffer, at: number, flag: number): number {
  if (flag === 0) return head[at] ?? 0;
  if (flag === 1) return head.readUInt16LE(at) + 256;
  return flag === 2 ? head.readUInt32LE(at) : Number(head.readBigUInt64LE(at));
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** Unpack the blocks of a frame. Gives the byte behind it. */
function unpackFrame(input: Input, frame: Frame, options: ZstdOptions): number {
  const { write, onMismatch, onProgress, end } = options;
  const { header, hasChecksum } = frame;
  const hash = hasChecksum ? startHash() : null;
  const decoder = new Decompress((bytes) => {
    hash?.update(bytes);
    if (bytes.length > 0) write(bytes);
  });
  push(decoder, header, frame.at);
  let at = frame.at + header.length;
  for (;;) {
    const head = input.read(at, Math.min(3, end - at));
    if (head.length < 3) throw cutOff(end);
    const word = head.readUIntLE(0, 3);
    const isLast = (word & 1) === 1;
    const kind = (word >> 1) & 3;
    const size = word >> 3;
    if (kind === 3 || size > maxBlockBytes) throw damaged(at, "no block is like this");
    const length = 3 + (kind === 1 ? 1 : size);
    const tail = isLast && hasChecksum ? checksumBytes : 0;
    const block = input.read(at, Math.min(length + tail, end - at));
    if (block.length < length) throw cutOff(end);
    // The decoder passes a checksum over; where the file ends before it, any will do.
    const whole = Buffer.concat([block, Buffer.alloc(length + tail - block.length)]);
    push(decoder, whole, at, isLast);
    at += length;
    onProgress?.(at);
    if (!isLast) continue;
    if (tail === 0) return at;
    if (block.length < length + tail) throw cutOff(end);
    if (hash?.digest() !== block.readUInt32LE(length)) onMismatch();
    return at + tail;
  }
}

/** What is thrown by the sink goes through; anything else is the decoder's, for damaged bytes. */
function push(decoder: Decompress, bytes: Uint8Array, at: number, isLast = false): void {
  try {
    decoder.push(bytes, isLast);
  } catch (error) {
    if (error instanceof UnpackingError) throw error;
    throw damaged(at, error instanceof Error ? error.message : String(error));
  }
}

function cutOff(at: number): UnpackingError {
  const message = `It is cut off at byte ${String(at)}, or still being written: what came before is shown`;
  return new UnpackingError("archive-damaged", message);
}

function damaged(at: number, why: string): UnpackingError {
  const message = `It is damaged at byte ${String(at)} (${why}): what came before is shown`;
  return new UnpackingError("archive-damaged", message);
}
