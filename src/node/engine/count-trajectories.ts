import type { Format } from "../../core/formats/format.ts";
import type { FileContext } from "../../core/formats/format.ts";
import type { RecordColumns } from "../../core/records/record-columns.ts";
import { countPlaces, type CountedPlaces } from "../../core/records/trajectory-places.ts";
import type { ByteSource } from "../files/byte-source.ts";
import { readRecord } from "../files/read-record.ts";
import { startPacing } from "./pace.ts";

/** Trajectories of a file whose records hold any number of them: known as far as its records were read once. */
export interface Counting {
  readonly places: CountedPlaces;
  /** Count the records found so far that were not counted yet; calls run one after another. */
  catchUp(): Promise<void>;
}

export interface CountedFile {
  readonly source: ByteSource;
  readonly records: RecordColumns;
  readonly format: Format;
  readonly context: FileContext;
}

/** Begin with no record counted. `onProgress` is called after each record, `signal` ends the counting. */
export function startCounting(
  { source, records, format, context }: CountedFile,
  signal: AbortSignal,
  onProgress: () => void,
): Counting {
  const places = countPlaces();
  let running: Promise<void> = Promise.resolve();
  return {
    places,
    catchUp() {
      running = running.catch(() => undefined).then(count);
      return running;
    },
  };

  async function count(): Promise<void> {
    const breathe = startPacing(signal);
    while (places.recordCount < records.count) {
      await breathe();
      const next = places.recordCount;
      const { value: record } = await readRecord(source, { records }, next);
      signal.throwIfAborted();
      // The file changed meanwhile: the index is told anew.
      if (next !== places.recordCount) continue;
      places.append(record === null ? 1 : format.read(record, context).value.length);
      onProgress();
    }
  }
}
