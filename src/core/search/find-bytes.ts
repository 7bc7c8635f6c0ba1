/** The first place of a needle in `bytes` from `from` on; -1 where there is none. */
export type FindBytes = (bytes: Uint8Array, from: number) => number;

/**
 * Find bytes by Horspool's method (Horspool 1980, Practical fast searching in strings): a look at the last byte tells how
 * far the window may move. `ignoreCase` folds the letters of ASCII.
 */
export function byteFinder(
  needle: Uint8Array,
  { ignoreCase }: { readonly ignoreCase: boolean },
): FindBytes {
  const fold = foldTable(ignoreCase);
  const wanted = needle.map((byte) => fold[byte] ?? 0);
  const last = wanted.length - 1;
  const lastByte = wanted[last] ?? 0;
  const shift = new Uint32Array(256).fill(wanted.length);
  for (let byte = 0; byte < 256; byte++) {
    const at = wanted.lastIndexOf(fold[byte] ?? 0, last - 1);
    if (last > 0 && at >= 0) shift[byte] = last - at;
  }
  return (bytes, from) => {
    const end = bytes.length;
    for (let at = from + last; at < end;) {
      const byte = bytes[at] ?? 0;
      if (fold[byte] === lastByte && isAt(bytes, at - last)) return at - last;
      at += shift[byte] ?? 1;
    }
    return -1;
  };

  function isAt(bytes: Uint8Array, start: number): boolean {
    for (let at = 0; at < last; at++) if (fold[bytes[start + at] ?? 0] !== wanted[at]) return false;
    return true;
  }
}

function foldTable(ignoreCase: boolean): Uint8Array {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  if (ignoreCase) for (let byte = 0x41; byte <= 0x5a; byte++) table[byte] = byte + 0x20;
  return table;
}
