import { openFile, type ByteSource } from "./byte-source.ts";

/** Open a file for reading, whatever its bytes are packed in. Rejects with a `FileError`. */
export async function openSource(path: string): Promise<ByteSource> {
  return openFile(path);
}
