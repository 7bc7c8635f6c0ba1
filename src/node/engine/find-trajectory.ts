import type { RecordBytes } from "../../core/records/record.ts";
import type { Problem } from "../../core/result.ts";
import type { Anchor } from "../../core/text/positions.ts";
import type { Trajectory } from "../../core/trajectory/trajectory.ts";
import { readRecord } from "../files/read-record.ts";
import type { Entry } from "./entry.ts";
import type { RolloutFile } from "./open-rollouts.ts";
import type { TrajectoryReader } from "./read-trajectories.ts";

/** What was read of one trajectory. */
export type FoundTrajectory =
  | Extract<Entry, { readonly kind: "unreadable" }>
  | {
      readonly kind: "read";
      readonly own: Trajectory;
      readonly problems: readonly Problem[];
      readonly anchor: Anchor;
      /** Of its record. */
      readonly bytes: () => Promise<Uint8Array>;
    };

/** Read one trajectory of a file. Its record, which may be large, is let go of before anything else is made of it. */
export async function findTrajectory(
  file: RolloutFile,
  reader: TrajectoryReader,
  trajectory: number,
): Promise<FoundTrajectory> {
  const { trajectories, records } = file;
  const place = trajectories.at(trajectory) ?? { record: records.count, part: 0 };
  const reading = await reader.read(file, place.record);
  if (reading.kind === "unreadable") return { ...reading, anchor: null };
  const { record, anchor, parsed } = reading;
  const own = parsed.value[place.part];
  if (!own) {
    const problem = parsed.problems[0] ?? emptyRecord(record);
    return { kind: "unreadable", problem, anchor };
  }
  const isKept = record.bytes.length <= keptRecordBytes;
  return {
    kind: "read",
    own,
    // What is wrong with a record is told once, with the first of its trajectories.
    problems: place.part === 0 ? parsed.problems : [],
    anchor,
    bytes: isKept ? always(record.bytes) : readingAgain(file, place.record),
  };
}

/** Records up to this size stay with what was read of them. */
const keptRecordBytes = 1024 * 1024;

// Two functions: closures of one function would hold whatever either of them does.
function always(bytes: Uint8Array): () => Promise<Uint8Array> {
  return () => Promise.resolve(bytes);
}

function readingAgain(file: RolloutFile, record: number): () => Promise<Uint8Array> {
  return async () => (await readRecord(file.source, file, record)).value?.bytes ?? new Uint8Array();
}

function emptyRecord({ line, startByte }: RecordBytes): Problem {
  return { code: "empty-record", message: "The record holds no trajectory", line, startByte };
}
