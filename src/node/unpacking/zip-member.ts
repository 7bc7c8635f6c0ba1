import { Buffer } from "node:buffer";
import { crc32 } from "./checksum.ts";
import { inflate } from "./inflate.ts";
import { inputBytes, type Input } from "./input.ts";
import { UnpackingError } from "./spool.ts";
import type { Work } from "./work.ts";
import type { ZipMember } from "./zip-directory.ts";
import { unpackZstd } from "./zstd.ts";

export interface MemberOptions {
  readonly work: Work;
  /** Write it as one line: it holds one JSON value, over however many lines. */
  readonly isLine: boolean;
}

/** Unpack one member. What is wrong with it is told, and the others are still to be had. */
export async function unpackMember(
  input: Input,
  member: ZipMember,
  { work, isLine }: MemberOptions,
): Promise<void> {
  const { spool, tell } = work;
  const name = member.name.slice(0, 200);
  let crc = 0;
  let length = 0;
  const write = (bytes: Uint8Array): void => {
    crc = crc32(bytes, crc);
    length += bytes.length;
    spool.write(isLine ? withoutBreaks(bytes) : bytes);
  };
  const why = await unpackData(input, member, write);
  if (why !== null)
    tell("archive-damaged", `${name} can't be unpacked${length > 0 ? " to its end" : ""}: ${why}`);
  else if (length !== member.unpackedBytes || crc !== member.crc) {
    const message = `The checksum of ${name} is another one: some of what is shown of it is not what was packed`;
    tell("archive-damaged", message);
  }
  if (length > 0) spool.write(lineFeed);
}

const lineFeed = Buffer.from("\n");

/** Null, or why not all of it could be unpacked. */
async function unpackData(
  input: Input,
  { method, isEncrypted, startByte, packedBytes }: ZipMember,
  write: (bytes: Uint8Array) => void,
): Promise<string | null> {
  if (isEncrypted) return "it is encrypted";
  const end = Math.min(startByte + packedBytes, input.size);
  const isCut = startByte + packedBytes > input.size;
  if (method === 0) copy(input, { start: startByte, end }, write);
  else if (method === 8) {
    const { kind } = await inflate(input, { start: startByte, end }, write);
    if (kind === "damaged") return "it is damaged";
  } else if (method === 93) {
    const why = unpackFrames(input, { start: startByte, end }, write);
    if (why !== null) return why;
  } else return `it is packed in a way (${String(method)}) that is not known`;
  return isCut ? "the archive ends before" : null;
}

/** What the archive's own limits throw goes through. */
function unpackFrames(
  input: Input,
  range: { readonly start: number; readonly end: number },
  write: (bytes: Uint8Array) => void,
): string | null {
  try {
    // The archive's own checksum covers all frames.
    unpackZstd(input, { ...range, write, onMismatch: () => undefined });
    return null;
  } catch (error) {
    if (!(error instanceof UnpackingError) || error.code === "unpacking-stopped") throw error;
    return error.message;
  }
}

function copy(
  input: Input,
  { start, end }: { readonly start: number; readonly end: number },
  write: (bytes: Uint8Array) => void,
): void {
  for (let at = start; at < end;) {
    const bytes = input.read(at, Math.min(inputBytes, end - at));
    if (bytes.length === 0) return;
    write(bytes);
    at += bytes.length;
  }
}

/** In JSON a line break stands between tokens only, where a space means as much: every byte keeps its place. */
function withoutBreaks(bytes: Uint8Array): Uint8Array {
  const line = Uint8Array.from(bytes);
  for (let at = line.indexOf(0x0a); at >= 0; at = line.indexOf(0x0a, at + 1)) line[at] = 0x20;
  for (let at = line.indexOf(0x0d); at >= 0; at = line.indexOf(0x0d, at + 1)) line[at] = 0x20;
  return line;
}
