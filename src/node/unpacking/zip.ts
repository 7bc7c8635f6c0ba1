import { Buffer } from "node:buffer";
import { memberOf, parseJson } from "../../core/text/json.ts";
import { nameOf } from "../../core/formats/fields.ts";
import type { Input } from "./input.ts";
import { UnpackingError } from "./spool.ts";
import type { Work } from "./work.ts";
import { readDirectory, type ZipDirectory, type ZipMember } from "./zip-directory.ts";
import { unpackMember } from "./zip-member.ts";

/**
 * Unpack the rollouts of a zip archive. An Inspect log (`.eval`): each of its samples becomes a line. Another archive:
 * its JSON files one after another, or the one file that it holds, whatever that is.
 */
export async function unpackZip(input: Input, work: Work): Promise<void> {
  const directory = readDirectory(input);
  const members = latest(directory.members);
  if (members.some(({ name }) => /(^|\/)data\.pkl$/.test(name))) throw torchFile();
  if (directory.isTorn) tellTorn(directory, work);
  const chosen = await choose(input, members, work);
  let doneBytes = 0;
  for (const { member, isLine } of chosen) {
    await unpackMember(input, member, { work, isLine });
    doneBytes += member.packedBytes;
    work.progress(Math.min(doneBytes, input.size));
  }
}

interface Chosen {
  readonly member: ZipMember;
  /** Its one value becomes a line of the whole; else its bytes are taken as they are. */
  readonly isLine: boolean;
}

/** A name that is written twice counts as it was written last. Folders hold nothing; hidden files are the system's. */
function latest(members: readonly ZipMember[]): readonly ZipMember[] {
  const byName = new Map(members.map((member) => [member.name, member]));
  return [...byName.values()].filter(({ name }) => !/\/$|^__MACOSX\/|(^|\/)\.[^/]*$/.test(name));
}

async function choose(
  input: Input,
  members: readonly ZipMember[],
  work: Work,
): Promise<readonly Chosen[]> {
  const named = (name: string): ZipMember | undefined =>
    members.find((member) => member.name === name);
  const header = named("header.json") ?? null;
  const start = named("_journal/start.json") ?? null;
  const samples = inOrder(members.filter(({ name }) => /^samples\/[^/]+\.json$/.test(name)));
  if (start !== null || (header !== null && samples.length > 0)) {
    await describeLog(input, { header, start, sampleCount: samples.length }, work);
    return samples.map((member) => ({ member, isLine: true }));
  }
  const [only] = members;
  if (only && members.length === 1) return [{ member: only, isLine: false }];
  const json = inOrder(members.filter(({ name }) => /\.(jsonl|ndjson|json|traj)$/i.test(name)));
  if (json.length === 0) throw otherFiles(members);
  work.about(`${String(json.length)} of its ${String(members.length)} files`);
  return json.map((member) => ({ member, isLine: !/\.(jsonl|ndjson)$/i.test(member.name) }));
}

/** As people count: sample 10 comes behind sample 9, whenever each was done. */
function inOrder(members: readonly ZipMember[]): readonly ZipMember[] {
  return members.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

interface LogParts {
  readonly header: ZipMember | null;
  readonly start: ZipMember | null;
  readonly sampleCount: number;
}

/** Longer ones hold results of large evaluations; task and model are told without. */
const maxHeaderBytes = 32 * 1024 * 1024;

/** Say which task and model an Inspect log is of, and whether it was finished. */
async function describeLog(
  input: Input,
  { header, start, sampleCount }: LogParts,
  work: Work,
): Promise<void> {
  const root = await readJson(input, header ?? start);
  const of = memberOf(root, "eval");
  const samples = `${String(sampleCount)} ${sampleCount === 1 ? "sample" : "samples"}`;
  const status = nameOf(root, "status");
  const facts = [
    nameOf(of, "task"),
    nameOf(of, "model"),
    samples,
    status === "success" ? null : status,
  ];
  work.about(facts.filter((fact) => fact !== null).join(" · "));
  if (header === null) {
    const message = `This log has no header.json: the evaluation is still running, or it was stopped. Its ${samples} so far are shown`;
    work.tell("log-not-finished", message);
  }
}

function nothing(): void {}

async function readJson(input: Input, member: ZipMember | null): Promise<unknown> {
  if (member === null || member.unpackedBytes > maxHeaderBytes) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const spool = {
    writtenBytes: 0,
    write(bytes: Uint8Array): void {
      length += bytes.length;
      if (length > maxHeaderBytes) throw new UnpackingError("unpacking-stopped", "too long");
      chunks.push(Uint8Array.from(bytes));
    },
  };
  const work: Work = { spool, tell: nothing, progress: nothing, about: nothing };
  try {
    await unpackMember(input, member, { work, isLine: false });
  } catch (error) {
    // It only describes: the samples say themselves what is wrong with the archive.
    if (error instanceof UnpackingError) return null;
    throw error;
  }
  return parseJson(Buffer.concat(chunks), 0, 0).value?.value;
}

function tellTorn({ members }: ZipDirectory, work: Work): void {
  const found = `${String(members.length)} ${members.length === 1 ? "file" : "files"}`;
  const message = `This zip archive is cut off, or still being written: the list at its end is missing. The ${found} found in what is there are read`;
  work.tell("archive-damaged", message);
}

function torchFile(): UnpackingError {
  const message =
    "This is a torch file (.pt): it holds a Python pickle, which runs code when it is read, so Derail does not read it. Convert it with the five lines of Python in docs/formats.md";
  return new UnpackingError("torch-file", message);
}

/** Names shown of an archive of something else. */
const maxNames = 8;

function otherFiles(members: readonly ZipMember[]): UnpackingError {
  const names = members.slice(0, maxNames).map(({ name }) => name.slice(0, 80));
  const rest = members.length - names.length;
  const list = `${names.join(", ")}${rest > 0 ? ` and ${String(rest)} more` : ""}`;
  const message =
    members.length === 0
      ? "This zip archive is empty"
      : `This zip archive holds no rollouts, which would be .jsonl or .json files: it holds ${list}`;
  return new UnpackingError("archive-of-other-files", message);
}
