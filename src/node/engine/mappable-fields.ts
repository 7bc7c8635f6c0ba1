import { shapeOf } from "../../core/formats/mapping/remembered.ts";
import { listCandidates, suggestMapping } from "../../core/formats/mapping/suggest.ts";
import { parseJson } from "../../core/text/json.ts";
import type { MappableFields } from "../../protocol/queries.ts";
import { readRecord } from "../files/read-record.ts";
import type { RolloutFile } from "./open-rollouts.ts";

/** Records looked at: the first may be damaged. */
const maxLookedAt = 20;

/** The fields of the first record that has some; null where none has. */
export async function mappableFields({
  source,
  index,
}: Pick<RolloutFile, "source" | "index">): Promise<MappableFields | null> {
  if (index.container === "text") return null;
  for (let at = 0; at < Math.min(maxLookedAt, index.records.count); at++) {
    const { value: record } = await readRecord(source, index, at);
    const parsed = record && parseJson(record.bytes, record.startByte, record.line).value;
    const shape = parsed ? shapeOf(parsed.value) : null;
    if (!parsed || shape === null) continue;
    const { value } = parsed;
    return { shape, candidates: listCandidates(value), suggestion: suggestMapping(value) };
  }
  return null;
}
