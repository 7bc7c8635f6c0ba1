import { Buffer } from "node:buffer";
import { unpackGzip } from "./gzip.ts";
import type { Input } from "./input.ts";
import { packingOf, signatureBytes, type PackingKind } from "./packing.ts";
import { unpackParquet } from "./parquet.ts";
import { UnpackingError, type Spool } from "./spool.ts";
import type { Work } from "./work.ts";
import { unpackZip } from "./zip.ts";
import { unpackZstd } from "./zstd.ts";

/** A spool that can be read once all is written to it. */
export interface MiddleSpool extends Spool {
  readonly input: () => Input;
  readonly close: () => void;
}

/**
 * Unpack a file. Where a packed file lies inside it, that one is unpacked as well: one level, since nobody packs deeper
 * on purpose. Throws an `UnpackingError` where it ends before all was unpacked.
 */
export async function unpack(
  input: Input,
  work: Work,
  openMiddle: () => MiddleSpool,
): Promise<void> {
  const kind = kindOf(input);
  if (kind === null)
    throw new UnpackingError("packing-unknown", "This file changed while it was opened");
  const turning = turnAtSignature(work.spool, openMiddle);
  try {
    await unpackOnce(kind, input, { ...work, spool: turning.spool });
  } catch (error) {
    const middle = turning.finish();
    if (!middle || !(error instanceof UnpackingError)) throw error;
    // What came out of it may still be readable, as far as it goes.
    work.tell(error.code, error.message);
  }
  const middle = turning.finish();
  if (!middle) return;
  try {
    const inner = middle.input();
    const innerKind = kindOf(inner);
    if (innerKind) await unpackOnce(innerKind, inner, { ...work, progress: () => undefined });
  } finally {
    middle.close();
  }
}

async function unpackOnce(kind: PackingKind, input: Input, work: Work): Promise<void> {
  switch (kind) {
    case "gzip":
      return unpackGzip(input, work);
    case "zip":
      return unpackZip(input, work);
    case "parquet":
      return unpackParquet(input, work);
    case "zstd":
      return unpackZstd(input, {
        start: 0,
        end: input.size,
        write: (bytes) => {
          work.spool.write(bytes);
        },
        onMismatch: () => {
          work.tell(
            "archive-damaged",
            "The checksum of this zstd file is another one: some of what is shown is not what was packed",
          );
        },
        onProgress: work.progress,
      });
  }
}

function kindOf(input: Input): PackingKind | null {
  return packingOf(input.read(0, signatureBytes));
}

interface Turning {
  readonly spool: Spool;
  /** The spool in between, if the first bytes are packed themselves. */
  finish(): MiddleSpool | null;
}

/** Where the first bytes that come are a packed file's, all of them go elsewhere, to be unpacked again. */
function turnAtSignature(spool: Spool, openMiddle: () => MiddleSpool): Turning {
  let held: Buffer | null = Buffer.alloc(0);
  let target: Spool = spool;
  let middle: MiddleSpool | null = null;
  const decide = (): void => {
    if (!held) return;
    const head = held;
    held = null;
    if (packingOf(head)) target = middle = openMiddle();
    if (head.length > 0) target.write(head);
  };
  return {
    spool: {
      get writtenBytes() {
        return target.writtenBytes;
      },
      write(bytes) {
        if (!held) {
          target.write(bytes);
          return;
        }
        held = Buffer.concat([held, bytes]);
        if (held.length >= signatureBytes) decide();
      },
    },
    finish() {
      decide();
      return middle;
    },
  };
}
