import { randomBytes } from "node:crypto";
import { closeSync, openSync, unlinkSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

// Files without a name: only who has them open can read them, and a crash leaves nothing behind.

export interface TemporaryHandle {
  readonly handle: FileHandle;
  close(): Promise<void>;
}

/** A temporary file for the thread that must not wait. Rejects where the temporary folder can't be written to. */
export async function openTemporaryHandle(): Promise<TemporaryHandle> {
  const name = newName();
  const handle = await open(name, flags, mode);
  const isNamed = !tryUnlink(name);
  return {
    handle,
    async close() {
      await handle.close();
      if (isNamed) tryUnlink(name);
    },
  };
}

export interface TemporaryFile {
  readonly fd: number;
  readonly close: () => void;
}

/** Throws where the temporary folder can't be written to. */
export function openTemporary(): TemporaryFile {
  const name = newName();
  const fd = openSync(name, flags, mode);
  const isNamed = !tryUnlink(name);
  return {
    fd,
    close() {
      closeSync(fd);
      if (isNamed) tryUnlink(name);
    },
  };
}

// Never through something that lies there already, and for nobody but the user.
const flags = "wx+";
const mode = 0o600;

function newName(): string {
  return path.join(tmpdir(), `derail-${randomBytes(12).toString("hex")}`);
}

/** Some network disks keep the name while the file is open; then it goes at the end. */
function tryUnlink(name: string): boolean {
  try {
    unlinkSync(name);
    return true;
  } catch {
    return false;
  }
}
