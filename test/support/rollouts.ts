import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { detectFormat } from "../../src/core/formats/index.ts";
import type { Format, FormatId } from "../../src/core/formats/format.ts";
import { detectContainer } from "../../src/core/records/detect-container.ts";
import type { Container, RecordBytes } from "../../src/core/records/record.ts";
import { parseJson } from "../../src/core/text/json.ts";
import type { MappedText } from "../../src/core/text/source-map.ts";
import type { Message, Trajectory } from "../../src/core/trajectory/trajectory.ts";
import type { Problem } from "../../src/core/result.ts";
import { corpusFolder, root } from "./paths.ts";
import { split } from "./split.ts";

export interface Sample {
  /** Folder and name. */
  readonly title: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

const fixtures = path.join(root, "test/fixtures/formats");

/** Our own samples of a format. */
export function fixturesOf(id: FormatId): readonly Sample[] {
  return samplesIn(fixtures, id);
}

/**
 * Real files of a corpus folder, or the one file that a name with a slash names; none where the corpus is not at hand.
 */
export function corpusOf(where: string): readonly Sample[] {
  if (corpusFolder === null) return [];
  const [folder = "", file] = where.split("/");
  const samples = samplesIn(corpusFolder, folder);
  return file === undefined ? samples : samples.filter(({ name }) => name === file);
}

function samplesIn(parent: string, folder: string): readonly Sample[] {
  if (!existsSync(path.join(parent, folder))) return [];
  return readdirSync(path.join(parent, folder))
    .toSorted((a, b) => a.localeCompare(b))
    .map((name) => ({
      title: `${folder}/${name}`,
      name,
      bytes: new Uint8Array(readFileSync(path.join(parent, folder, name))),
    }));
}

export interface Reading {
  readonly format: Format | null;
  readonly records: readonly RecordBytes[];
  readonly trajectories: readonly Trajectory[];
  readonly problems: readonly Problem[];
}

/** Read a whole file as the engine does: container, records, format by the first record that parses, trajectories. */
export function readAll({ name, bytes }: Omit<Sample, "title">, chunk = Infinity): Reading {
  const { value: container, problems } = detectContainer(bytes.subarray(0, 64 * 1024));
  if (container === null) return { format: null, records: [], trajectories: [], problems };
  const { ranges, end } = split(container, bytes, [chunk]);
  const found = ranges.map(({ startByte, endByte, line }, index) => ({
    index,
    bytes: bytes.subarray(startByte, endByte),
    startByte,
    line,
  }));
  const format = formatOf(found, container);
  const whole = { index: 0, bytes, startByte: 0, line: 0 };
  const records = format?.holds === "file" ? [whole] : found;
  const read = records.map((record) => format?.read(record, { name }));
  return {
    format,
    records,
    trajectories: read.flatMap((parsed) => parsed?.value ?? []),
    problems: [...end.problems, ...read.flatMap((parsed) => parsed?.problems ?? [])],
  };
}

/** The format that one of the first records tells, looked at as the engine does. */
export function formatOf(records: readonly RecordBytes[], container: Container): Format | null {
  for (const record of records.slice(0, 20)) {
    const format = detectFormat(valueOf(record, container));
    if (format) return format;
  }
  return null;
}

/** What `Format.detect` is given of a record. */
export function valueOf(record: RecordBytes, container: Container): unknown {
  if (container === "text") return new TextDecoder().decode(record.bytes);
  return parseJson(record.bytes, record.startByte, record.line).value?.value;
}

export function messagesOf({ body }: Trajectory): readonly Message[] {
  return body.kind === "wire" ? [] : body.messages;
}

/** Every text of a trajectory that came from the file. */
export function textsOf(trajectory: Trajectory): readonly MappedText[] {
  const { body } = trajectory;
  const pieces = body.kind === "wire" ? body.pieces : body.kind === "tokens" ? body.pieces : [];
  if (pieces && pieces.length > 0) return pieces.map((piece) => piece.text);
  return messagesOf(trajectory).flatMap(({ content, reasoning, calls }) => [
    ...(content ? [content] : []),
    ...(reasoning ? [reasoning] : []),
    ...calls.map((call) => call.name),
    ...calls.flatMap((call) => (call.arguments.kind === "text" ? [call.arguments.text] : [])),
  ]);
}
