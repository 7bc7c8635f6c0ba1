import type { RecordColumns } from "./record-columns.ts";

/** A trajectory's record, and its number among the trajectories of that record. */
export interface TrajectoryPlace {
  readonly record: number;
  readonly part: number;
}

/** Where the trajectories of a file are: some records hold many, and one that can't be read still takes a place. */
export interface TrajectoryPlaces {
  /** Trajectories known so far; it grows while records are found and counted. */
  readonly count: number;
  /** Null past the end. */
  at(trajectory: number): TrajectoryPlace | null;
  /** The first trajectory of a record; `count` where the record was not counted yet. */
  firstOf(record: number): number;
  /** How many trajectories a record takes, at least one; 0 where it was not counted yet. */
  sizeOf(record: number): number;
}

/** Every record is one trajectory: nothing needs to be counted. */
export function placesOfRecords(records: RecordColumns): TrajectoryPlaces {
  const isKnown = (index: number): boolean =>
    Number.isInteger(index) && index >= 0 && index < records.count;
  return {
    get count() {
      return records.count;
    },
    at: (trajectory) => (isKnown(trajectory) ? { record: trajectory, part: 0 } : null),
    firstOf: (record) => Math.min(record, records.count),
    sizeOf: (record) => (isKnown(record) ? 1 : 0),
  };
}

/** Places that are told record after record. */
export interface CountedPlaces extends TrajectoryPlaces {
  /** Records counted so far. */
  readonly recordCount: number;
  /** The next record holds this many trajectories; one without any takes a place, so that its problem has one. */
  append(trajectoryCount: number): void;
  /** Forget the records from this one on: the file changed there. */
  truncate(recordCount: number): void;
}

/** No record counted yet. A column of 4 bytes a record: the trajectories that come before it. */
export function countPlaces(): CountedPlaces {
  let before = new Uint32Array(256);
  let recordCount = 0;
  let count = 0;

  function recordOf(trajectory: number): number {
    let low = 0;
    let high = recordCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((before[middle] ?? 0) <= trajectory) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  const firstOf = (record: number): number =>
    record < recordCount ? (before[record] ?? 0) : count;
  return {
    get count() {
      return count;
    },
    get recordCount() {
      return recordCount;
    },
    at(trajectory) {
      if (!Number.isInteger(trajectory) || trajectory < 0 || trajectory >= count) return null;
      const record = recordOf(trajectory);
      return { record, part: trajectory - (before[record] ?? 0) };
    },
    firstOf,
    sizeOf: (record) => firstOf(record + 1) - firstOf(record),
    append(trajectoryCount) {
      if (recordCount === before.length) {
        const grown = new Uint32Array(before.length * 2);
        grown.set(before);
        before = grown;
      }
      before[recordCount] = count;
      recordCount++;
      count += Math.max(1, trajectoryCount);
    },
    truncate(toCount) {
      if (toCount >= recordCount) return;
      count = firstOf(toCount);
      recordCount = toCount;
    },
  };
}
