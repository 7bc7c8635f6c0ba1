import type { RecordBytes } from "../records/record.ts";
import type { Problem } from "../result.ts";
import { parseJson } from "../text/json.ts";
import type { JsonNode } from "../text/json.ts";
import type { Misfit } from "../trajectory/trajectory.ts";
import { count } from "../text/words.ts";
import type { ByteRange } from "../text/source-map.ts";

/** The problems of one record, collected while it is read. */
export interface Notes {
  readonly problems: readonly Problem[];
  /** Lists that do not fit their tokens, for `withMisfits`; each is a problem as well. */
  readonly misfits: readonly { readonly misfit: Misfit; readonly at: ByteRange }[];
  addMisfit(misfit: Misfit, at: ByteRange): void;
  add(code: string, message: string, at: ByteRange): void;
}

/** A record that is an object or array, and the notes to write on it. */
export interface OpenRecord {
  readonly root: JsonNode | null;
  /** All of the record's bytes. */
  readonly source: ByteRange;
  readonly notes: Notes;
}

// One damaged record must not bury the problems of all others; what follows the first ones is more of the same.
const maxNotes = 20;

/** Parse a record and begin its notes. */
export function openRecord(record: RecordBytes): OpenRecord {
  const { bytes, startByte, line } = record;
  const source = { startByte, endByte: startByte + bytes.length };
  const { value: document, problems: found } = parseJson(bytes, startByte, line);
  const notes = startNotes(record, found);
  if (!document) return { root: null, source, notes };
  const root = document.root;
  if (typeof root.value === "object" && root.value !== null) return { root, source, notes };
  notes.add("record-not-object", "A record must be a JSON object: this one is skipped", source);
  return { root: null, source, notes };
}

/** Notes on a record that is no single JSON value: a session, a text. */
export function startNotes(record: RecordBytes, found: readonly Problem[] = []): Notes {
  const { bytes, startByte, line } = record;
  const problems = [...found];
  const misfits: { readonly misfit: Misfit; readonly at: ByteRange }[] = [];
  const add: Notes["add"] = (code, message, at) => {
    if (problems.length >= maxNotes) return;
    const { startByte: from, endByte } = at;
    const noteLine = line + countLineFeeds(bytes, from - startByte);
    problems.push({ code, message, line: noteLine, startByte: from, endByte });
  };
  return {
    problems,
    misfits,
    add,
    addMisfit(misfit, at) {
      const { key, found: values, due } = misfit;
      if (misfits.length < maxNotes) misfits.push({ misfit, at });
      const has = `"${key}" has ${count(values, "value")} where ${String(due)} are due`;
      add("column-does-not-fit", `${has}: it is not used`, at);
    },
  };
}

function countLineFeeds(bytes: Uint8Array, end: number): number {
  let found = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < end; at = bytes.indexOf(0x0a, at + 1)) found++;
  return found;
}
