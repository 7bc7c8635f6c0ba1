import { tokenAt } from "../../core/findings/from-breaks.ts";
import type { SearchPlace, SearchResult } from "../../protocol/search.ts";
import type { RolloutDocument } from "./document.ts";
import { startPacing } from "./pace.ts";

/** Trajectories of one record that are looked through; larger groups and sessions are rare. */
const maxTrajectories = 100;

/**
 * Where a result is to be seen: the first of the record's transcripts that has it with the text about it, else the first
 * that has it at all.
 */
export async function placeOfResult(
  document: RolloutDocument,
  { record, before, text, after }: SearchResult,
  signal: AbortSignal,
): Promise<SearchPlace> {
  const breathe = startPacing(signal);
  const { first, end } = trajectoriesOf(document, record);
  let fallback: SearchPlace | null = null;
  for (let trajectory = first; trajectory < end; trajectory++) {
    await breathe();
    const entry = await document.entry(trajectory, signal);
    if (entry.kind !== "analysed") continue;
    const { transcript, tokens } = entry.analysis;
    const placeAt = (offset: number): SearchPlace => ({
      trajectory,
      token: tokens.ids.length === 0 ? null : tokenAt(tokens, offset),
    });
    const exact = transcript.text.indexOf(`${before}${text}${after}`);
    if (exact >= 0) return placeAt(exact + before.length);
    const alone = fallback ? -1 : transcript.text.indexOf(text);
    if (alone >= 0) fallback = placeAt(alone);
  }
  return fallback ?? { trajectory: first, token: null };
}

function trajectoriesOf(
  { file, trajectoryCount }: RolloutDocument,
  record: number,
): { readonly first: number; readonly end: number } {
  if (file.format?.holds === "file")
    return { first: 0, end: Math.min(trajectoryCount, maxTrajectories) };
  const first = Math.min(file.trajectories.firstOf(record), Math.max(0, trajectoryCount - 1));
  return { first, end: first + Math.min(file.trajectories.sizeOf(record), maxTrajectories) };
}
