import { Buffer } from "node:buffer";
import { deflateRawSync, gzipSync } from "node:zlib";
import { crc32 } from "../../src/node/unpacking/checksum.ts";
import { bytesInput } from "../../src/node/unpacking/input.ts";
import { UnpackingError, type SpoolLimits } from "../../src/node/unpacking/spool.ts";
import { unpack, type MiddleSpool } from "../../src/node/unpacking/unpack.ts";

export interface Unpacked {
  readonly text: string;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly about: string | null;
  readonly doneBytes: readonly number[];
}

/** Unpack bytes where they are: no thread, no file. */
export async function unpackBytes(
  bytes: Uint8Array,
  { bytes: mostBytes }: Pick<SpoolLimits, "bytes"> = { bytes: 2 ** 28 },
): Promise<Unpacked> {
  const problems: { code: string; message: string }[] = [];
  const doneBytes: number[] = [];
  let about: string | null = null;
  const spool = memorySpool(mostBytes);
  const work = {
    spool,
    tell: (code: string, message: string) => void problems.push({ code, message }),
    progress: (done: number | null) => void (done === null || doneBytes.push(done)),
    about: (text: string) => {
      about = text;
    },
  };
  await unpack(bytesInput(bytes), work, () => memorySpool(mostBytes));
  return { text: spool.bytes().toString(), problems, about, doneBytes };
}

function memorySpool(mostBytes: number): MiddleSpool & { readonly bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  let writtenBytes = 0;
  const bytes = (): Buffer => Buffer.concat(chunks);
  return {
    get writtenBytes() {
      return writtenBytes;
    },
    write(chunk) {
      if (writtenBytes + chunk.length > mostBytes)
        throw new UnpackingError("unpacking-stopped", "too much");
      writtenBytes += chunk.length;
      chunks.push(Buffer.from(chunk));
    },
    input: () => bytesInput(bytes()),
    close: () => undefined,
    bytes,
  };
}

export interface Member {
  readonly name: string;
  readonly text: string;
  readonly method?: "stored" | "deflate" | "zstd";
  readonly crc?: number;
  readonly flags?: number;
  /** Sizes stand in fields of 64 bits. */
  readonly isLarge?: boolean;
}

const methods = { stored: 0, deflate: 8, zstd: 93 } as const;

/** A zip archive, as `Inspect` and `zip` write them. */
export function zip(members: readonly Member[], comment = ""): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const { name, text, method = "deflate", flags = 0x800, isLarge = false } = member;
    const plain = Buffer.from(text);
    const data =
      method === "deflate" ? deflateRawSync(plain) : method === "zstd" ? zstd(plain) : plain;
    const nameBytes = Buffer.from(name);
    const large = isLarge ? u64(1 | (16 << 16), plain.length, data.length) : Buffer.alloc(0);
    const sizes = isLarge ? [0xffffffff, 0xffffffff] : [data.length, plain.length];
    const shared = Buffer.concat([
      u16(20, flags, methods[method], 0, 0),
      u32(member.crc ?? crc32(plain), sizes[0] ?? 0, sizes[1] ?? 0),
      u16(nameBytes.length, large.length),
    ]);
    const head = Buffer.concat([u32(0x04034b50), shared, nameBytes, large]);
    list.push(
      Buffer.concat([u32(0x02014b50), u16(20), shared, u16(0, 0, 0), u32(0, at), nameBytes, large]),
    );
    parts.push(head, data);
    at += head.length + data.length;
  }
  const listBytes = Buffer.concat(list);
  const many = Math.min(members.length, 0xffff);
  const end = Buffer.concat([
    u32(0x06054b50),
    u16(0, 0, many, many),
    u32(listBytes.length, at),
    u16(comment.length),
    Buffer.from(comment),
  ]);
  return Buffer.concat([...parts, listBytes, end]);
}

/** A zstd frame whose blocks are not packed. `claims` is what its header says of the window, as an exponent. */
export function zstd(plain: Uint8Array, windowLog = 17): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < plain.length; at += 65_536) {
    const part = plain.subarray(at, at + 65_536);
    const last = at + 65_536 >= plain.length ? 1 : 0;
    blocks.push(u32((part.length << 3) | last).subarray(0, 3), Buffer.from(part));
  }
  return Buffer.concat([u32(0xfd2fb528), Buffer.from([0, (windowLog - 10) << 3]), ...blocks]);
}

/** A zstd frame of one byte, repeated: four bytes of it become 128 kB. */
export function zstdRun(byte: number, blockCount: number): Buffer {
  const block = (last: number): Buffer =>
    Buffer.concat([u32((131_072 << 3) | 2 | last).subarray(0, 3), Buffer.from([byte])]);
  const blocks = Array.from({ length: blockCount }, (_none, at) =>
    block(at === blockCount - 1 ? 1 : 0),
  );
  return Buffer.concat([u32(0xfd2fb528), Buffer.from([0, 7 << 3]), ...blocks]);
}

export function gzip(plain: string | Uint8Array): Buffer {
  return gzipSync(plain);
}

export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, at) => bytes.writeUInt16LE(value, 2 * at));
  return bytes;
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeUInt32LE(value >>> 0, 4 * at));
  return bytes;
}

/** A field of zip64: id and length, then sizes. */
function u64(head: number, ...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 8 * values.length);
  bytes.writeUInt32LE(head, 0);
  values.forEach((value, at) => bytes.writeBigUInt64LE(BigInt(value), 4 + 8 * at));
  return bytes;
}
