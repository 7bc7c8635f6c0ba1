import { Buffer } from "node:buffer";
import { unpackGzip } from "./gzip.ts";
import type { Input } from "./input.ts";
import { packingOf, signatureBytes } from "./packing.ts";
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
 * on purpose. Whatever the bytes are, it does not throw: where unpacking ends early, it tells why.
 */
export async function unpack(
  input: Input,
  work: Work,
  openMiddle: () => MiddleSpool,
): Promise<void> {
  const turning = turnAtSignature(work.spool, openMiddle);
  await attempt(work, async () => {
    await unpackOnce(input, { ...work, spool: turning.spool });
  });
  // What came out of a torn archive may still be readable, as far as it goes.
  await attempt(work, async () => {
    const middle = turning.finish();
    if (!middle) return;
    try {
      await unpackOnce(middle.input(), { ...work, progress: () => undefined });
    } finally {
      middle.close();
    }
  });
}

async function attempt(work: Work, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof UnpackingError) work.tell(error.code, error.message);
    else {
      // Libraries that read damaged bytes trip over them in their own ways.
      const why = (error instanceof Error ? error.message : String(error)).slice(0, 300);
      const message = `It can't be unpacked further: ${why}. What came before is shown`;
      work.tell("archive-damaged", message);
    }
  }
}

async function unpackOnce(input: Input, work: Work): Promise<void> {
  const kind = packingOf(input.read(0, signatureBytes));
  switch (kind) {
    case null:
      throw new UnpackingError("packing-unknown", "This file changed while it was opened");
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
