import type { Buffer } from "node:buffer";
import type { Input } from "./input.ts";

/** One member of a zip archive. Its name is only a name: nothing is ever written to a path. */
export interface ZipMember {
  readonly name: string;
  /** 0 stored, 8 deflate, 93 zstd. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Of the unpacked bytes. */
  readonly crc: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** The first packed byte. */
  readonly startByte: number;
}

export interface ZipDirectory {
  readonly members: readonly ZipMember[];
  /** The list at the archive's end is missing or broken: members were found by their own headers. */
  readonly isTorn: boolean;
}

/** A log of a large evaluation has some ten thousand samples; each entry costs a few hundred bytes of memory. */
const maxMembers = 1_000_000;

/** Read what is in a zip archive: by the list at its end (with zip64), or member by member where that is lost. */
export function readDirectory(input: Input): ZipDirectory {
  const end = findEnd(input);
  const listed = end ? readList(input, end) : null;
  return listed ? { members: listed, isTorn: false } : { members: walk(input), isTorn: true };
}

interface End {
  readonly listAt: number;
  readonly listBytes: number;
  /** Bytes put before the archive: places in it are moved by as much. */
  readonly shift: number;
}

const endBytes = 22;
/** An archive's comment follows its end. */
const maxCommentBytes = 65_535;

function findEnd(input: Input): End | null {
  const tailAt = Math.max(0, input.size - endBytes - maxCommentBytes);
  const tail = input.read(tailAt, input.size - tailAt);
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== 0x06054b50) continue;
    if (at + endBytes + tail.readUInt16LE(at + 20) > tail.length) continue;
    const listBytes = tail.readUInt32LE(at + 12);
    const listAt = tail.readUInt32LE(at + 16);
    const large = listAt === 0xffffffff || listBytes === 0xffffffff;
    if (large || tail.readUInt16LE(at + 10) === 0xffff) {
      const end64 = findEnd64(input, tailAt + at);
      if (end64) return end64;
    }
    const shift = tailAt + at - listBytes - listAt;
    if (shift >= 0) return { listAt: listAt + shift, listBytes, shift };
  }
  return null;
}

function findEnd64(input: Input, endAt: number): End | null {
  const locator = input.read(endAt - 20, 20);
  if (locator.length < 20 || locator.readUInt32LE(0) !== 0x07064b50) return null;
  const at = Number(locator.readBigUInt64LE(8));
  const record = input.read(at, 56);
  if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50) return null;
  return {
    listBytes: Number(record.readBigUInt64LE(40)),
    listAt: Number(record.readBigUInt64LE(48)),
    shift: 0,
  };
}

const entryBytes = 46;

/** Null where the list is not what its end says. */
function readList(input: Input, { listAt, listBytes, shift }: End): readonly ZipMember[] | null {
  if (!Number.isSafeInteger(listAt + listBytes) || listAt + listBytes > input.size) return null;
  const list = input.read(listAt, listBytes);
  const members: ZipMember[] = [];
  let at = 0;
  while (at + entryBytes <= list.length && members.length < maxMembers) {
    if (list.readUInt32LE(at) !== 0x02014b50) break;
    const nameBytes = list.readUInt16LE(at + 28);
    const extraBytes = list.readUInt16LE(at + 30);
    const nameAt = at + entryBytes;
    const extraAt = nameAt + nameBytes;
    const sizes = sizesOf(
      {
        unpackedBytes: list.readUInt32LE(at + 24),
        packedBytes: list.readUInt32LE(at + 20),
        headerAt: list.readUInt32LE(at + 42),
      },
      list.subarray(extraAt, extraAt + extraBytes),
    );
    const startByte = dataOf(input, sizes.headerAt + shift);
    if (startByte === null) return null;
    members.push({
      name: list.toString("utf8", nameAt, extraAt),
      method: list.readUInt16LE(at + 10),
      isEncrypted: (list.readUInt16LE(at + 8) & 1) !== 0,
      crc: list.readUInt32LE(at + 16),
      packedBytes: sizes.packedBytes,
      unpackedBytes: sizes.unpackedBytes,
      startByte,
    });
    at = extraAt + extraBytes + list.readUInt16LE(at + 32);
  }
  return at === list.length || members.length > 0 ? members : null;
}

interface Sizes {
  readonly unpackedBytes: number;
  readonly packedBytes: number;
  readonly headerAt: number;
}

/** What does not fit 32 bits stands in a field of zip64, in this order. */
function sizesOf(short: Sizes, extra: Buffer): Sizes {
  const field = zip64Field(extra);
  let at = 0;
  const next = (value: number): number => {
    if (value !== 0xffffffff || !field || at + 8 > field.length) return value;
    at += 8;
    return Number(field.readBigUInt64LE(at - 8));
  };
  const unpackedBytes = next(short.unpackedBytes);
  const packedBytes = next(short.packedBytes);
  return { unpackedBytes, packedBytes, headerAt: next(short.headerAt) };
}

function zip64Field(extra: Buffer): Buffer | null {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return null;
}

const headerBytes = 30;

/** Where a member's packed bytes begin; null where no member's header is there. */
function dataOf(input: Input, headerAt: number): number | null {
  const head = input.read(headerAt, headerBytes);
  if (head.length < headerBytes || head.readUInt32LE(0) !== 0x04034b50) return null;
  return headerAt + headerBytes + head.readUInt16LE(26) + head.readUInt16LE(28);
}

/** Members one after another from the first byte, as far as each says how long it is. */
function walk(input: Input): readonly ZipMember[] {
  const members: ZipMember[] = [];
  let at = 0;
  while (members.length < maxMembers) {
    const startByte = dataOf(input, at);
    if (startByte === null) break;
    const head = input.read(at, startByte - at);
    if (head.length < startByte - at) break;
    const flags = head.readUInt16LE(6);
    const nameEnd = headerBytes + head.readUInt16LE(26);
    const sizes = sizesOf(
      { unpackedBytes: head.readUInt32LE(22), packedBytes: head.readUInt32LE(18), headerAt: 0 },
      head.subarray(nameEnd),
    );
    // Written to a pipe: sizes and checksum follow the bytes, and only the list says where.
    if ((flags & 8) !== 0 && sizes.packedBytes === 0) break;
    members.push({
      name: head.toString("utf8", headerBytes, nameEnd),
      method: head.readUInt16LE(8),
      isEncrypted: (flags & 1) !== 0,
      crc: head.readUInt32LE(14),
      packedBytes: sizes.packedBytes,
      unpackedBytes: sizes.unpackedBytes,
      startByte,
    });
    const next = startByte + sizes.packedBytes;
    if (next > input.size) break;
    // A descriptor may stand between, with or without its signature.
    at =
      [0, 12, 16, 20, 24].map((gap) => next + gap).find((place) => dataOf(input, place) !== null) ??
      -1;
    if (at < 0) break;
  }
  return members;
}
