import { Buffer } from "node:buffer";
import type { ByteSource } from "./byte-source.ts";

// Large enough that a chunk costs one system call for a few milliseconds of work, small enough that the event loop
// turns often.
const defaultChunkBytes = 2 * 1024 * 1024;

/** Reads under way while one chunk is worked on. */
const ahead = 3;

/**
 * The bytes of a file from an offset to its end, chunk after chunk; the next ones are fetched meanwhile. A chunk holds
 * only until the next one is asked for: its buffer is filled again.
 */
export async function* readAhead(
  source: ByteSource,
  from: number,
  chunkBytes = defaultChunkBytes,
): AsyncGenerator<Uint8Array, void, void> {
  let offset = from;
  const ask = (buffer: Uint8Array): Reading => {
    const chunk = source.read(offset, chunkBytes, buffer);
    offset += chunkBytes;
    // Its failure is met when its turn comes; until then nobody else may call it unhandled.
    chunk.catch(() => undefined);
    return { buffer, chunk };
  };
  const first = await source.read(offset, chunkBytes);
  if (first.length > 0) yield first;
  // Small files are the most: they need no more buffers.
  if (first.length < chunkBytes) return;
  offset += chunkBytes;
  // Not of Node's pool, which others write into; cleared by what is read.
  let readings = Array.from({ length: ahead }, () => ask(Buffer.allocUnsafeSlow(chunkBytes)));
  for (let at = from + chunkBytes; ;) {
    const [next, ...others] = readings;
    if (!next) return;
    const chunk = await next.chunk;
    if (chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
    readings = others;
    if (chunk.length === chunkBytes) readings.push(ask(next.buffer));
    // The file ended here a moment ago: what was asked for behind lies at other places than it should.
    else {
      await Promise.allSettled(readings.map((reading) => reading.chunk));
      offset = at;
      readings = [next, ...others].map(({ buffer }) => ask(buffer));
    }
  }
}

interface Reading {
  readonly buffer: Uint8Array;
  readonly chunk: Promise<Uint8Array>;
}
