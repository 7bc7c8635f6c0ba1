/**
 * A two-way map between a decoded text (UTF-16 offsets) and the bytes of the file it came from.
 * It is a list of runs; within a run every UTF-16 unit takes the same number of bytes, so a JSON escape
 * (`\n`: 2 bytes a unit, `\u003c`: 6) or a multi-byte character is a run of its own.
 */
export interface SourceMap {
  /** Length of the text in UTF-16 units. */
  readonly length: number;
  /** First UTF-16 offset of each run, ascending; the first is 0 unless the text is empty. */
  readonly utf16Start: Uint32Array;
  /** Byte in the file at which each run begins. */
  readonly byteStart: Float64Array;
  /** Bytes a unit; 0 marks text that is not in the file (template text): `byteStart` is then where its neighbour begins. */
  readonly bytesPerUnit: Uint8Array;
}

/** A text that knows where it came from. */
export interface MappedText {
  readonly text: string;
  readonly map: SourceMap;
}

/** Half-open byte range in the file. */
export interface ByteRange {
  readonly startByte: number;
  readonly endByte: number;
}

/** The map of text that is one byte a unit: plain ASCII that begins at `startByte`. */
export function identityMap(length: number, startByte: number): SourceMap {
  return mapOfRun(length, startByte, 1);
}

/** The map of a text whose units all take the same number of bytes. */
export function mapOfRun(length: number, startByte: number, bytesPerUnit: number): SourceMap {
  return columns(length, [0], [startByte], [length === 0 ? 1 : bytesPerUnit]);
}

/** Text that is not in the file (a template wrote it), standing at `atByte`. */
export function templateText(text: string, atByte: number): MappedText {
  return { text, map: mapOfRun(text.length, atByte, 0) };
}

/**
 * The byte at which a unit begins. At the length of the text: the byte after its last unit. Offsets outside are clamped.
 * For the bytes of a stretch ask `toByteRange`: the end of one run is not the beginning of the next.
 */
export function toByte(map: SourceMap, utf16Offset: number): number {
  const offset = Math.min(map.length, Math.max(0, utf16Offset));
  return byteInRun(map, runAt(map, offset), offset);
}

/** The smallest byte range that covers `[start, end)`; template text inside it takes none. */
export function toByteRange(map: SourceMap, start: number, end: number): ByteRange {
  if (end <= start) return emptyRange(toByte(map, start));
  let startByte = Infinity;
  let endByte = -Infinity;
  const last = runAt(map, Math.min(map.length, end) - 1);
  for (let run = runAt(map, start); run <= last; run++) {
    if ((map.bytesPerUnit[run] ?? 0) === 0) continue;
    const from = byteInRun(map, run, Math.max(start, map.utf16Start[run] ?? 0));
    const to = byteInRun(map, run, Math.min(end, runEnd(map, run)));
    startByte = Math.min(startByte, from);
    endByte = Math.max(endByte, to);
  }
  return startByte <= endByte ? { startByte, endByte } : emptyRange(toByte(map, start));
}

/** The unit that a byte of the file belongs to; null where the byte is none of this text. */
export function toUtf16(map: SourceMap, byte: number): number | null {
  const order = runsByByte(map);
  let low = 0;
  let high = order.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((map.byteStart[order[middle] ?? 0] ?? 0) <= byte) low = middle;
    else high = middle - 1;
  }
  const run = order[low];
  if (run === undefined) return null;
  const into = byte - (map.byteStart[run] ?? 0);
  const unit = (map.utf16Start[run] ?? 0) + Math.floor(into / (map.bytesPerUnit[run] ?? 1));
  return into < 0 || unit >= runEnd(map, run) ? null : unit;
}

/** One text of several, each piece still knowing its bytes. The pieces may lie anywhere in the file. */
export function concatMapped(pieces: readonly MappedText[]): MappedText {
  const [first, ...others] = pieces.filter((piece) => piece.text.length > 0);
  if (!first) return pieces[0] ?? templateText("", 0);
  if (others.length === 0) return first;
  const builder = startMap();
  builder.appendSlice(first.map, 0, first.map.length);
  for (const { map } of others) builder.appendSlice(map, 0, map.length);
  return { text: pieces.map((piece) => piece.text).join(""), map: builder.finish() };
}

/** `text.slice(start, end)` for a text with a map. */
export function sliceMapped(mapped: MappedText, start: number, end: number): MappedText {
  const from = Math.min(mapped.text.length, Math.max(0, start));
  const to = Math.min(mapped.text.length, Math.max(from, end));
  if (from === to) return { text: "", map: identityMap(0, toByte(mapped.map, from)) };
  const builder = startMap();
  builder.appendSlice(mapped.map, from, to);
  return { text: mapped.text.slice(from, to), map: builder.finish() };
}

/** A map that is written from left to right; runs that go on with the same stride become one. */
export interface MapBuilder {
  append(length: number, startByte: number, bytesPerUnit: number): void;
  /** The units `[start, end)` of another map. */
  appendSlice(map: SourceMap, start: number, end: number): void;
  finish(): SourceMap;
}

// Runs wait in plain arrays, which are fastest for the few that most texts have; those of a large text go on into
// columns, a third of the size.
const blockRuns = 4096;

export function startMap(): MapBuilder {
  const blocks: SourceMap[] = [];
  let starts: number[] = [];
  let bytes: number[] = [];
  let strides: number[] = [];
  let length = 0;
  let lastStride = -1;
  let nextByte = 0;
  let emptyAt = 0;

  const append = (count: number, startByte: number, stride: number): void => {
    if (count === 0) {
      if (length === 0) emptyAt = startByte;
      return;
    }
    if (length === 0 || stride !== lastStride || startByte !== nextByte) {
      if (starts.length === blockRuns) flush();
      starts.push(length);
      bytes.push(startByte);
      strides.push(stride);
      lastStride = stride;
    }
    length += count;
    nextByte = startByte + count * stride;
  };

  function flush(): void {
    blocks.push(columns(length, starts, bytes, strides));
    [starts, bytes, strides] = [[], [], []];
  }

  return {
    append,
    appendSlice(map, start, end) {
      if (end <= start) return;
      for (let run = runAt(map, start); run < map.utf16Start.length; run++) {
        const from = Math.max(start, map.utf16Start[run] ?? 0);
        if (from >= end) return;
        const to = Math.min(end, runEnd(map, run));
        append(to - from, byteInRun(map, run, from), map.bytesPerUnit[run] ?? 0);
      }
    },
    finish() {
      // An empty text keeps one run of no units, so that it still has a place in the file.
      if (length === 0) return columns(0, [0], [emptyAt], [1]);
      if (blocks.length === 0) return columns(length, starts, bytes, strides);
      flush();
      return joinBlocks(length, blocks);
    },
  };
}

function columns(
  length: number,
  starts: readonly number[],
  bytes: readonly number[],
  strides: readonly number[],
): SourceMap {
  return {
    length,
    utf16Start: Uint32Array.from(starts),
    byteStart: Float64Array.from(bytes),
    bytesPerUnit: Uint8Array.from(strides),
  };
}

function joinBlocks(length: number, blocks: readonly SourceMap[]): SourceMap {
  const runs = blocks.reduce((sum, block) => sum + block.utf16Start.length, 0);
  const utf16Start = new Uint32Array(runs);
  const byteStart = new Float64Array(runs);
  const bytesPerUnit = new Uint8Array(runs);
  let at = 0;
  for (const block of blocks) {
    utf16Start.set(block.utf16Start, at);
    byteStart.set(block.byteStart, at);
    bytesPerUnit.set(block.bytesPerUnit, at);
    at += block.utf16Start.length;
  }
  return { length, utf16Start, byteStart, bytesPerUnit };
}

/** Index of the run that holds an offset; the last run for the length of the text. */
function runAt(map: SourceMap, offset: number): number {
  let low = 0;
  let high = map.utf16Start.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((map.utf16Start[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function runEnd(map: SourceMap, run: number): number {
  return map.utf16Start[run + 1] ?? map.length;
}

function byteInRun(map: SourceMap, run: number, offset: number): number {
  const into = offset - (map.utf16Start[run] ?? 0);
  return (map.byteStart[run] ?? 0) + into * (map.bytesPerUnit[run] ?? 0);
}

function emptyRange(byte: number): ByteRange {
  return { startByte: byte, endByte: byte };
}

// Pieces may be joined in any order (a NeMo-Gym reasoning item can follow its call), so the bytes of the runs need not
// ascend. The sorted order is worked out once a map.
const orders = new WeakMap<SourceMap, Uint32Array>();

function runsByByte(map: SourceMap): Uint32Array {
  const known = orders.get(map);
  if (known) return known;
  const inFile: number[] = [];
  map.bytesPerUnit.forEach((stride, run) => {
    if (stride > 0) inFile.push(run);
  });
  inFile.sort((a, b) => (map.byteStart[a] ?? 0) - (map.byteStart[b] ?? 0));
  const order = Uint32Array.from(inFile);
  orders.set(map, order);
  return order;
}
