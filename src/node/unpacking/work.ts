import type { Spool, UnpackingCode } from "./spool.ts";

/** What one unpacking writes to and tells. */
export interface Work {
  readonly spool: Spool;
  /** Something is wrong, and unpacking goes on. */
  readonly tell: (code: UnpackingCode, message: string) => void;
  /** How many packed bytes are done; null: as many as before, and it goes on. */
  readonly progress: (doneBytes: number | null) => void;
  /** What the archive says of its contents. */
  readonly about: (text: string) => void;
}
