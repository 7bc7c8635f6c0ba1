/** Where one record lies in the file; the line is zero-based. */
export interface RecordRange {
  readonly startByte: number;
  readonly endByte: number;
  readonly line: number;
}

/** The records found so far, as columns: some 5 bytes each, so that ten million of them stay small. */
export interface RecordColumns {
  readonly count: number;
  /** Null past the end. */
  at(index: number): RecordRange | null;
  /** Index of the first record that begins on or after a line; `count` after the last. */
  findLine(line: number): number;
}

export interface GrowingColumns extends RecordColumns {
  /** Records come in the order of the file. */
  append(startByte: number, endByte: number, line: number): void;
  /** Forget the last record: it was not over. */
  dropLast(): void;
}

/** Records of a stretch of the file: their starts behind its first byte, and the bytes between each and the next. */
interface Stretch {
  readonly firstRecord: number;
  readonly firstByte: number;
  start: Uint32Array;
  /** `longGap`: it is among the long ones. */
  gap: Uint8Array;
}

const firstCapacity = 256;
const stretchRecords = 65_536;
// A start behind the first byte of its stretch is 32 bits.
const stretchBytes = 2 ** 32;
const longGap = 255;

/** Empty columns. They grow stretch by stretch, so that a large index is never copied as a whole. */
export function growColumns(): GrowingColumns {
  const stretches: Stretch[] = [];
  const longGaps = new Map<number, number>();
  const lines = countLines();
  let count = 0;
  let lastEnd = 0;

  function stretchOf(record: number): Stretch | undefined {
    let low = 0;
    let high = stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((stretches[middle]?.firstRecord ?? 0) <= record) low = middle;
      else high = middle - 1;
    }
    return stretches[low];
  }

  function startOf(record: number): number {
    const stretch = stretchOf(record);
    return stretch ? stretch.firstByte + (stretch.start[record - stretch.firstRecord] ?? 0) : 0;
  }

  function endOf(record: number): number {
    if (record === count - 1) return lastEnd;
    const stretch = stretchOf(record);
    const gap = stretch?.gap[record - stretch.firstRecord] ?? 0;
    return startOf(record + 1) - (gap === longGap ? (longGaps.get(record) ?? 0) : gap);
  }

  /** The gap behind the last record is known once the next one begins. */
  function closeLast(nextStart: number): void {
    const stretch = stretches.at(-1);
    if (!stretch || count === 0) return;
    const gap = nextStart - lastEnd;
    const record = count - 1;
    if (gap >= longGap) longGaps.set(record, gap);
    stretch.gap[record - stretch.firstRecord] = Math.min(gap, longGap);
  }

  /** The stretch that the next record goes into. */
  function room(startByte: number): Stretch {
    const last = stretches.at(-1);
    const used = last ? count - last.firstRecord : 0;
    if (last && used < stretchRecords && startByte - last.firstByte < stretchBytes) {
      if (used === last.start.length) enlarge(last);
      return last;
    }
    const capacity = last ? stretchRecords : firstCapacity;
    const next = {
      firstRecord: count,
      firstByte: startByte,
      start: new Uint32Array(capacity),
      gap: new Uint8Array(capacity),
    };
    stretches.push(next);
    return next;
  }

  return {
    get count() {
      return count;
    },
    at(index) {
      if (!Number.isInteger(index) || index < 0 || index >= count) return null;
      return { startByte: startOf(index), endByte: endOf(index), line: lines.of(index) };
    },
    findLine(wanted) {
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (lines.of(middle) < wanted) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    append(startByte, endByte, line) {
      closeLast(startByte);
      const stretch = room(startByte);
      stretch.start[count - stretch.firstRecord] = startByte - stretch.firstByte;
      lines.append(count, line);
      lastEnd = endByte;
      count++;
    },
    dropLast() {
      if (count === 0) return;
      const end = count > 1 ? endOf(count - 2) : 0;
      count--;
      lastEnd = end;
      longGaps.delete(count - 1);
      lines.truncate(count);
      if (stretches.at(-1)?.firstRecord === count) stretches.pop();
    },
  };
}

function enlarge(stretch: Stretch): void {
  const capacity = Math.min(stretchRecords, stretch.start.length * 2);
  const { start, gap } = stretch;
  stretch.start = new Uint32Array(capacity);
  stretch.gap = new Uint8Array(capacity);
  stretch.start.set(start);
  stretch.gap.set(gap);
}

/** Lines of records. In JSON Lines each is on the line after the one before: only where that is not so is one kept. */
function countLines(): {
  of(record: number): number;
  append(record: number, line: number): void;
  truncate(count: number): void;
} {
  let records = new Uint32Array(16);
  /** Line of the record less its number. */
  let shifts = new Int32Array(16);
  let count = 0;
  let shift = 0;
  return {
    of(record) {
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((records[middle] ?? 0) <= record) low = middle + 1;
        else high = middle;
      }
      return record + (low === 0 ? 0 : (shifts[low - 1] ?? 0));
    },
    append(record, line) {
      if (line - record === shift) return;
      shift = line - record;
      if (count === records.length) {
        const [oldRecords, oldShifts] = [records, shifts];
        records = new Uint32Array(count * 2);
        shifts = new Int32Array(count * 2);
        records.set(oldRecords);
        shifts.set(oldShifts);
      }
      records[count] = record;
      shifts[count] = shift;
      count++;
    },
    truncate(toRecord) {
      while (count > 0 && (records[count - 1] ?? 0) >= toRecord) count--;
      shift = count === 0 ? 0 : (shifts[count - 1] ?? 0);
    },
  };
}
