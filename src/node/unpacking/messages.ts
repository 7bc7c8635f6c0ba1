import type { Filling } from "../files/byte-source.ts";
import type { UnpackingCode } from "./spool.ts";

/** What the unpacker is started with: files that are open in the process, which stay their owner's. */
export interface UnpackingJob {
  readonly packedFd: number;
  readonly spoolFd: number;
}

/** What the unpacker tells. */
export type UnpackingMessage =
  | { readonly kind: "progress"; readonly writtenBytes: number; readonly filling: Filling }
  | { readonly kind: "problem"; readonly code: UnpackingCode; readonly message: string }
  | { readonly kind: "about"; readonly text: string }
  | { readonly kind: "done"; readonly writtenBytes: number };
