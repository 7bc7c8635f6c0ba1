import { constants, createInflateRaw } from "node:zlib";
import { inputBytes, type Input } from "./input.ts";

export interface Inflated {
  /** `open`: all bytes were taken, and nothing said that these were the last. */
  readonly kind: "complete" | "open" | "damaged";
  /** The byte behind the last that was taken. */
  readonly at: number;
}

/**
 * Unpack deflated bytes up to their own end, or to `end`. By zlib's stream and not in one go: what can be unpacked of a
 * damaged stream is written before the damage is told. Rejects with what `write` throws.
 */
export async function inflate(
  input: Input,
  { start, end }: { readonly start: number; readonly end: number },
  write: (bytes: Uint8Array) => void,
): Promise<Inflated> {
  // Without a flush at the end that asks for more, a stream that is cut off is no error.
  const engine = createInflateRaw({ chunkSize: inputBytes, finishFlush: constants.Z_SYNC_FLUSH });
  let state: "open" | "complete" | "damaged" = "open";
  let refused: { readonly reason: unknown } | null = null;
  let wake: (() => void) | null = null;
  engine.on("data", (bytes: Uint8Array) => {
    if (refused) return;
    try {
      write(bytes);
    } catch (reason) {
      refused = { reason };
      engine.destroy();
    }
  });
  engine.on("end", () => {
    if (state === "open") state = "complete";
    wake?.();
  });
  engine.on("error", () => {
    state = "damaged";
    wake?.();
  });
  engine.on("close", () => {
    wake?.();
  });
  const told = (): boolean => state !== "open" || refused !== null;
  let at = start;
  while (at < end && !told()) {
    const bytes = input.read(at, Math.min(inputBytes, end - at));
    if (bytes.length === 0) break;
    at += bytes.length;
    await new Promise<void>((resolve) => {
      wake = resolve;
      engine.write(bytes, () => {
        resolve();
      });
    });
    // The end of the stream is told a turn after the last bytes are taken.
    await new Promise(setImmediate);
  }
  const taken = start + engine.bytesWritten;
  engine.destroy();
  throwIf(refused);
  return { kind: state, at: state === "open" ? at : taken };
}

function throwIf(refused: { readonly reason: unknown } | null): void {
  if (refused) throw refused.reason;
}
