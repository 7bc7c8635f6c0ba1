import type { Spool, UnpackingCode } from "./spool.ts";

/** What one unpacking writes to and tells. */
export interface Work {
  readonly spool: Spool;
  /** Something is wrong, and unpacking goes on. */
  readonly tell: (code: UnpackingCode, message: string) => void;
  /** How many packed bytes are done. */
  readonly progress: (doneBytes: number) => void;
  /** What the archive says of its contents. */
  readonly about: (text: string) => void;
}
