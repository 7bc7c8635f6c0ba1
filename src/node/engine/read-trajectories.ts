import type { RecordBytes } from "../../core/records/record.ts";
import type { Parsed, Problem } from "../../core/result.ts";
import type { Anchor } from "../../core/text/positions.ts";
import type { Trajectory } from "../../core/trajectory/trajectory.ts";
import { readRecord } from "../files/read-record.ts";
import { anchorOf } from "./anchor.ts";
import type { RolloutFile } from "./open-rollouts.ts";

/** A record as its format read it. */
export type RecordReading =
  | {
      readonly kind: "read";
      readonly record: RecordBytes;
      readonly anchor: Anchor;
      readonly parsed: Parsed<readonly Trajectory[]>;
    }
  | { readonly kind: "unreadable"; readonly problem: Problem };

/** Reads records; the last one that holds many trajectories stays parsed, since its others are asked for next. */
export interface TrajectoryReader {
  read(file: RolloutFile, record: number): Promise<RecordReading>;
  forget(): void;
}

export function createTrajectoryReader(): TrajectoryReader {
  let last: { readonly record: number; readonly reading: Promise<RecordReading> } | null = null;
  return {
    read(file, record) {
      if (file.format?.holds === "one") return readTrajectories(file, record);
      if (last?.record === record) return last.reading;
      const reading = readTrajectories(file, record);
      const kept = { record, reading };
      last = kept;
      // A disk that failed once may answer the next time.
      reading.catch(() => {
        if (last === kept) last = null;
      });
      return reading;
    },
    forget() {
      last = null;
    },
  };
}

async function readTrajectories(file: RolloutFile, index: number): Promise<RecordReading> {
  const taken = file.takeRecord(index);
  const { value: record, problems } = taken
    ? { value: taken, problems: [] }
    : await readRecord(file.source, file, index);
  if (!record || !file.format) {
    return { kind: "unreadable", problem: problems[0] ?? file.problems[0] ?? unknownFormat };
  }
  const anchor = await anchorOf(file, record);
  return { kind: "read", record, anchor, parsed: file.format.read(record, file.context) };
}

const unknownFormat: Problem = {
  code: "unknown-format",
  message: "The format is not known",
  line: 0,
};
