/**
 * A two-way map between a decoded text (UTF-16 offsets) and the bytes of the file it came from.
 * It is a list of runs; within a run every UTF-16 unit takes the same number of bytes, so a JSON escape
 * (`\n`: 2 bytes a unit, `\u003c`: 6) or a multi-byte character is a run of its own. Text of code has a run every few
 * units: one takes 3 bytes, and where it begins is counted from the beginning of its block.
 */
export interface SourceMap {
  /** Length of the text in UTF-16 units. */
  readonly length: number;
  /** By run: its units. */
  readonly runUnits: Uint16Array;
  /** By run: bytes a unit; 0 marks text that is not in the file (template text), which stands at the byte it has come to. */
  readonly runStride: Uint8Array;
  /** By block, two entries: its first UTF-16 offset and its first run. The runs of a block follow each other in the file. */
  readonly blocks: Uint32Array;
  /** By block: the byte in the file at which it begins. */
  readonly blockByte: Float64Array;
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
  if (length <= longestRun) {
    return {
      length,
      runUnits: shortRuns[length] ?? Uint16Array.of(length),
      runStride: sameStrides[length === 0 ? 1 : bytesPerUnit] ?? Uint8Array.of(bytesPerUnit),
      blocks: oneBlock,
      blockByte: Float64Array.of(startByte),
    };
  }
  const builder = startMap();
  builder.append(length, startByte, bytesPerUnit);
  return builder.finish();
}

// A record may have a hundred thousand short texts, and an array of one number takes 200 bytes: those that are often equal
// are there once. Nobody writes into a map.
const shortRuns = Array.from({ length: 64 }, (_, units) => Uint16Array.of(units));
const sameStrides = Array.from({ length: 7 }, (_, bytes) => Uint8Array.of(bytes));
const oneBlock = new Uint32Array(2);

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
  const run = runAt(map, offset);
  return run.byte + (offset - run.unit) * (map.runStride[run.index] ?? 0);
}

/** The byte at which the text begins. */
export function firstByte(map: SourceMap): number {
  return map.blockByte[0] ?? 0;
}

/** The byte at which the last run begins. */
export function lastRunByte(map: SourceMap): number {
  return runAt(map, map.length).byte;
}

/** The smallest byte range that covers `[start, end)`; template text inside it takes none. */
export function toByteRange(map: SourceMap, start: number, end: number): ByteRange {
  if (end <= start) return emptyRange(toByte(map, start));
  let startByte = Infinity;
  let endByte = -Infinity;
  eachRun(map, Math.max(0, start), Math.min(map.length, end), (count, byte, stride) => {
    if (stride === 0) return;
    startByte = Math.min(startByte, byte);
    endByte = Math.max(endByte, byte + count * stride);
  });
  return startByte <= endByte ? { startByte, endByte } : emptyRange(toByte(map, start));
}

// Pieces of a text may repeat each other (a prompt that is sent again), so the block that begins last before a byte need
// not be the one that holds it; further back than this there is none in texts as they are.
const blocksBack = 32;

/** The unit that a byte of the file belongs to; null where the byte is none of this text. */
export function toUtf16(map: SourceMap, byte: number): number | null {
  const order = blocksByByte(map);
  let low = 0;
  let high = order.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((map.blockByte[order[middle] ?? 0] ?? 0) <= byte) low = middle;
    else high = middle - 1;
  }
  for (let at = low; at >= Math.max(0, low - blocksBack); at--) {
    const found = unitInBlock(map, order[at] ?? 0, byte);
    if (found !== null) return found;
  }
  return null;
}

function unitInBlock(map: SourceMap, block: number, byte: number): number | null {
  let unit = map.blocks[block * 2] ?? 0;
  let at = map.blockByte[block] ?? 0;
  if (byte < at) return null;
  for (let run = map.blocks[block * 2 + 1] ?? 0; run < endOfBlock(map, block); run++) {
    const units = map.runUnits[run] ?? 0;
    const stride = map.runStride[run] ?? 0;
    if (stride > 0 && byte < at + units * stride) return unit + Math.floor((byte - at) / stride);
    unit += units;
    at += units * stride;
  }
  return null;
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

// Runs of one block, which are looked through one by one.
const blockRuns = 64;
const longestRun = 0xffff;

// Runs wait in plain arrays, which are fastest for the few that most texts have; those of a large text go on into columns.
const waitingRuns = 4096;

export function startMap(): MapBuilder {
  const written: { readonly units: Uint16Array; readonly strides: Uint8Array }[] = [];
  let writtenRuns = 0;
  let units: number[] = [];
  let strides: number[] = [];
  const blocks: number[] = [];
  const blockByte: number[] = [];
  let blockFirstRun = 0;
  let length = 0;
  let nextByte = 0;
  let emptyAt = 0;

  function append(count: number, startByte: number, stride: number): void {
    if (count === 0) {
      if (length === 0) emptyAt = startByte;
      return;
    }
    const last = units.length - 1;
    const isNext = length > 0 && startByte === nextByte;
    let left = count;
    if (isNext && stride === strides[last]) {
      const room = Math.min(left, longestRun - (units[last] ?? 0));
      units[last] = (units[last] ?? 0) + room;
      advance(room, startByte, stride);
      left -= room;
    } else if (!isNext) startBlock(startByte);
    while (left > 0) {
      const run = Math.min(left, longestRun);
      addRun(run, startByte + (count - left) * stride, stride);
      left -= run;
    }
  }

  function addRun(count: number, startByte: number, stride: number): void {
    const runs = writtenRuns + units.length;
    if (runs - blockFirstRun === blockRuns) startBlock(startByte);
    if (units.length === waitingRuns) flush();
    units.push(count);
    strides.push(stride);
    advance(count, startByte, stride);
  }

  function advance(count: number, startByte: number, stride: number): void {
    length += count;
    nextByte = startByte + count * stride;
  }

  function startBlock(startByte: number): void {
    blockFirstRun = writtenRuns + units.length;
    blocks.push(length, blockFirstRun);
    blockByte.push(startByte);
  }

  /** The last run stays: it may go on. */
  function flush(): void {
    const [keptUnits, keptStrides] = [units.splice(-1), strides.splice(-1)];
    written.push({ units: Uint16Array.from(units), strides: Uint8Array.from(strides) });
    writtenRuns += units.length;
    [units, strides] = [keptUnits, keptStrides];
  }

  return {
    append,
    appendSlice(map, start, end) {
      if (end > start) eachRun(map, start, end, append);
    },
    finish() {
      // An empty text keeps one run of no units, so that it still has a place in the file.
      if (length === 0) return mapOfRun(0, emptyAt, 1);
      if (writtenRuns + units.length === 1)
        return mapOfRun(length, blockByte[0] ?? 0, strides[0] ?? 0);
      const waiting = { units: Uint16Array.from(units), strides: Uint8Array.from(strides) };
      return {
        length,
        ...joinRuns([...written, waiting], writtenRuns + units.length),
        blocks: Uint32Array.from(blocks),
        blockByte: Float64Array.from(blockByte),
      };
    },
  };
}

function joinRuns(
  parts: readonly { readonly units: Uint16Array; readonly strides: Uint8Array }[],
  runs: number,
): Pick<SourceMap, "runUnits" | "runStride"> {
  const [only, ...others] = parts;
  if (only && others.length === 0) return { runUnits: only.units, runStride: only.strides };
  const runUnits = new Uint16Array(runs);
  const runStride = new Uint8Array(runs);
  let at = 0;
  for (const { units, strides } of parts) {
    runUnits.set(units, at);
    runStride.set(strides, at);
    at += units.length;
  }
  return { runUnits, runStride };
}

/** Where a run begins. */
interface RunPlace {
  readonly index: number;
  readonly block: number;
  readonly unit: number;
  readonly byte: number;
}

/** The run that holds an offset; the last run for the length of the text. */
function runAt(map: SourceMap, offset: number): RunPlace {
  let low = 0;
  let high = map.blockByte.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((map.blocks[middle * 2] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const block = low;
  let index = map.blocks[block * 2 + 1] ?? 0;
  let unit = map.blocks[block * 2] ?? 0;
  let byte = map.blockByte[block] ?? 0;
  for (const last = endOfBlock(map, block) - 1; index < last; index++) {
    const units = map.runUnits[index] ?? 0;
    if (offset < unit + units) break;
    unit += units;
    byte += units * (map.runStride[index] ?? 0);
  }
  return { index, block, unit, byte };
}

/** The run after the last one of a block. */
function endOfBlock(map: SourceMap, block: number): number {
  return map.blocks[block * 2 + 3] ?? map.runUnits.length;
}

/** What of each run lies in `[start, end)`: its units, the byte of the first of them, and bytes a unit. */
export function eachRun(
  map: SourceMap,
  start: number,
  end: number,
  see: (count: number, startByte: number, stride: number) => void,
): void {
  let { index, block, unit, byte } = runAt(map, start);
  while (index < map.runUnits.length && unit < end) {
    const units = map.runUnits[index] ?? 0;
    const stride = map.runStride[index] ?? 0;
    const from = Math.max(start, unit);
    const to = Math.min(end, unit + units);
    if (to > from) see(to - from, byte + (from - unit) * stride, stride);
    unit += units;
    byte += units * stride;
    index++;
    if (index < endOfBlock(map, block)) continue;
    block++;
    byte = map.blockByte[block] ?? 0;
  }
}

function emptyRange(byte: number): ByteRange {
  return { startByte: byte, endByte: byte };
}

// Pieces may be joined in any order (a NeMo-Gym reasoning item can follow its call), so the bytes of the blocks need not
// ascend. The sorted order is worked out once a map.
const orders = new WeakMap<SourceMap, Uint32Array>();

function blocksByByte(map: SourceMap): Uint32Array {
  const known = orders.get(map);
  if (known) return known;
  const order = Uint32Array.from(map.blockByte.keys());
  order.sort((a, b) => (map.blockByte[a] ?? 0) - (map.blockByte[b] ?? 0) || a - b);
  orders.set(map, order);
  return order;
}
