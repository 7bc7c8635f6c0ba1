import path from "node:path";
import type { FileContext, Format } from "../../core/formats/format.ts";
import type { RememberedMapping } from "../../core/formats/mapping/remembered.ts";
import { unknownFormat } from "../../core/formats/unknown-format.ts";
import type { Container, RecordBytes } from "../../core/records/record.ts";
import type { RecordColumns } from "../../core/records/record-columns.ts";
import { unpackedName } from "../../core/records/packed.ts";
import { placesOfRecords, type TrajectoryPlaces } from "../../core/records/trajectory-places.ts";
import type { Problem } from "../../core/result.ts";
import type { ByteSource, FileLook } from "../files/byte-source.ts";
import { indexFile, readContainer, type FileIndex, type Indexing } from "../files/file-index.ts";
import { nothingIndexed } from "../files/nothing-indexed.ts";
import { openSource } from "../files/open-source.ts";
import { startCounting, type Counting } from "./count-trajectories.ts";
import { findFormat } from "./find-format.ts";
import { asOneRecord } from "./one-record.ts";

/** A rollout file as it lies on disk: its index is at hand at once and fills in the background. */
export interface RolloutFile {
  readonly source: ByteSource;
  /** As far as is known: a file may grow. */
  readonly sizeBytes: number;
  readonly container: Container;
  readonly index: FileIndex;
  /** What a format reads at a time: those of the index, or the whole file. */
  readonly records: RecordColumns;
  /** Which record, and which part of it, each trajectory is. */
  readonly trajectories: TrajectoryPlaces;
  /** Resolves when the index is complete or stopped, and every trajectory counted. */
  readonly indexed: Promise<void>;
  /** Null: no format that is known. */
  readonly format: Format | null;
  /** What formats may know of the file. */
  readonly context: FileContext;
  readonly problems: readonly Problem[];
  /** What the file was when it was opened; null where it can't change. */
  readonly opened: FileLook | null;
  /** The first trajectory that may be another one after `goOn`. */
  readonly firstOpen: number;
  /** The record that was read to find the format, once: it need not be read again. */
  takeRecord(record: number): RecordBytes | null;
  stopIndexing(): void;
  /** Go on with the index where it stopped, or where the file ended. */
  goOn(): Promise<void>;
  /** Nobody writes the file any more: what is cut off at its end counts. Whether anything is. */
  rest(): Promise<boolean>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** The index has grown. */
  readonly onIndexed: () => void;
  /** The file may be written by others: what is cut off at its end is not told until it rests. */
  readonly isFollowed?: boolean;
  /** For a file of no known format. */
  readonly mappings?: readonly RememberedMapping[];
}

/** A file that was not written for so long is at rest when it is opened. */
const restMs = 10_000;

/** Open a file. Rejects with a `FileError` when it can't be read; a file of no known format opens and says so. */
export async function openRollouts(
  file: string,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<RolloutFile> {
  const source = await openSource(file);
  const stopping = new AbortController();
  try {
    const opened = (await source.look?.()) ?? null;
    const isAtRest = (): boolean => options.isFollowed !== true || isOld(opened, indexing);
    const { value, problems } = await readContainer(source);
    const container = value ?? "json-document";
    let onProgress = options.onIndexed;
    const indexing =
      value === null
        ? nothingIndexed(container)
        : indexFile(source, value, {
            signal: stopping.signal,
            onProgress: () => {
              onProgress();
            },
            isAtRest,
          });
    // The file may be closed before anybody waits for the index.
    indexing.done.catch(ignored);
    const found =
      value === null ? null : await findFormat(source, indexing, options.mappings ?? [], signal);
    const format = found?.format ?? null;
    const unknown =
      found && !format
        ? [
            unknownFormat({
              name: source.name,
              container,
              packed: source.packed ?? null,
              problem: found.problem,
            }),
          ]
        : [];
    const context = contextOf(file, source);
    // Its events are read as one record, and that is all of them.
    if (format?.holds === "file") await indexing.done;
    const { index } = indexing;
    const records = format?.holds === "file" ? asOneRecord(index) : index.records;
    const counting =
      format && format.holds !== "one"
        ? startCounting({ source, records, format, context }, stopping.signal, options.onIndexed)
        : null;
    // A file of few records is known when it opens; the others grow in the background.
    if (index.complete) await counting?.catchUp();
    onProgress = () => {
      options.onIndexed();
      counting?.catchUp().catch(ignored);
    };
    return rolloutFile({
      source,
      indexing,
      records,
      counting,
      format,
      context,
      opened,
      held: format?.holds === "one" ? (found?.record ?? null) : null,
      problems: [...problems, ...unknown],
      stopping,
    });
  } catch (error) {
    stopping.abort();
    await source.close();
    throw error;
  }
}

interface Parts {
  readonly source: ByteSource;
  readonly indexing: Indexing;
  readonly records: RecordColumns;
  readonly counting: Counting | null;
  readonly format: Format | null;
  readonly context: FileContext;
  readonly opened: FileLook | null;
  readonly held: RecordBytes | null;
  readonly problems: readonly Problem[];
  readonly stopping: AbortController;
}

function rolloutFile(parts: Parts): RolloutFile {
  const { source, indexing, records, counting, format, context, opened, stopping } = parts;
  const { index } = indexing;
  const told = parts.problems;
  // Not of `parts`, which would keep it.
  let { held } = parts;
  const trajectories = counting?.places ?? placesOfRecords(records);
  const indexed = indexing.done.then(() => counting?.catchUp());
  indexed.catch(ignored);
  // The last record may have been cut off by the end that the file had.
  const lastRecord = (): number => Math.max(0, records.count - 1);
  return {
    source,
    get sizeBytes() {
      return Math.max(opened?.sizeBytes ?? 0, index.indexedBytes);
    },
    container: index.container,
    index,
    records,
    trajectories,
    indexed,
    format,
    context,
    opened,
    get problems() {
      return [...told, ...(source.problems ?? [])];
    },
    get firstOpen() {
      return trajectories.firstOf(lastRecord());
    },
    takeRecord(record) {
      const taken = held?.index === record ? held : null;
      held = null;
      return taken;
    },
    stopIndexing() {
      indexing.stop();
    },
    async goOn() {
      held = null;
      counting?.places.truncate(lastRecord());
      await indexing.goOn();
      await counting?.catchUp();
    },
    async rest() {
      const isMore = indexing.rest();
      if (isMore) await counting?.catchUp();
      return isMore;
    },
    async close() {
      stopping.abort();
      await source.close();
    },
  };
}

/** Nothing was written to the file for a while, nor since it was opened. */
function isOld(opened: FileLook | null, { index }: Indexing): boolean {
  if (!opened) return true;
  return Date.now() - opened.modifiedMs > restMs && index.indexedBytes === opened.sizeBytes;
}

function contextOf(file: string, { name }: ByteSource): FileContext {
  const folder = path.basename(path.dirname(path.resolve(file)));
  return { name: unpackedName(name), folder: folder === "" ? null : folder };
}

/** Whoever waits for the work is told of its failure; a file may be closed before anybody does. */
function ignored(): void {}
