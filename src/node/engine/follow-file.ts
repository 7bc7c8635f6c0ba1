import type { FileLook } from "../files/byte-source.ts";
import type { RolloutFile } from "./open-rollouts.ts";

/** An open file that others may write. */
export interface Followed {
  readonly file: RolloutFile;
  /** There is more at its end. */
  grow(): Promise<void>;
  /** Nobody writes it any more. */
  rest(): Promise<void>;
  /** It is another file now, or what was read of it is no longer there. */
  replace(): Promise<void>;
}

/** Notices that a file changed. */
export interface Following {
  /** Look at the file once; calls run one after another. */
  look(): Promise<void>;
  stop(): void;
}

/**
 * Look at a file again and again. By its size, and not by the events of the system: those don't come from network disks,
 * where runs write. Null: only when told to.
 */
export function followFile(followed: Followed, everyMs: number | null): Following {
  let last: FileLook | null = followed.file.opened;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  const following: Following = {
    look() {
      // A look that failed says nothing about the next one: the disk may be away for a while.
      running = running.then(once).catch(() => undefined);
      return running;
    },
    stop() {
      isStopped = true;
      if (timer) clearTimeout(timer);
    },
  };
  wait();
  return following;

  function wait(): void {
    if (everyMs === null || isStopped) return;
    timer = setTimeout(() => {
      void following.look().then(wait);
    }, everyMs).unref();
  }

  async function once(): Promise<void> {
    const { file } = followed;
    const now = await file.source.look?.();
    if (!now || !file.opened || isStopped) return;
    const before = last;
    last = now;
    const { index } = file;
    const isOther = now.identity !== file.opened.identity || now.sizeBytes < index.indexedBytes;
    // Written over: as long as before, but later.
    const isRewritten = before?.sizeBytes === now.sizeBytes && before.modifiedMs !== now.modifiedMs;
    // What a file is of is found at its beginning: there was none yet, or not enough of one.
    const isNew = file.format === null && now.sizeBytes !== before?.sizeBytes;
    if (isOther || isRewritten || isNew) await followed.replace();
    else if (!index.complete) return;
    else if (now.sizeBytes > index.indexedBytes) await followed.grow();
    else if (before?.sizeBytes === now.sizeBytes) await followed.rest();
  }
}
