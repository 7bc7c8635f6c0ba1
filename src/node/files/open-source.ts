import { open } from "node:fs/promises";
import { openPacked } from "../unpacking/open-packed.ts";
import { packingOf, signatureBytes } from "../unpacking/packing.ts";
import { openFile, type ByteSource } from "./byte-source.ts";

/** Open a file for reading, whatever its bytes are packed in. Rejects with a `FileError`. */
export async function openSource(path: string): Promise<ByteSource> {
  const source = await openFile(path);
  try {
    const kind = packingOf(await source.read(0, signatureBytes));
    if (kind === null) return source;
    const handle = await open(path, "r");
    const packed = await openPacked({ name: source.name, kind, handle });
    await source.close();
    return packed;
  } catch (error) {
    await source.close();
    throw error;
  }
}
