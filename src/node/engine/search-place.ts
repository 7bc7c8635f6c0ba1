import { tokenAt } from "../../core/findings/from-breaks.ts";
import type { SearchPlace, SearchResult } from "../../protocol/search.ts";
import type { RolloutDocument } from "./document.ts";
import { startPacing } from "./pace.ts";

/** Trajectories of one record that are looked through; larger groups and sessions are rare. */
const maxTrajectories = 100;

/** Text about a match that no other place has by chance. */
const telling = 12;

/**
 * Where a result is to be seen: the first of the record's transcripts that has it with the text about it, or with as much
 * of that as tells it from other places. A number of a log may be nowhere in them.
 */
export async function placeOfResult(
  document: RolloutDocument,
  result: SearchResult,
  signal: AbortSignal,
): Promise<SearchPlace> {
  const breathe = startPacing(signal);
  const { first, end } = trajectoriesOf(document, result.record);
  const wanted = waysToFind(result);
  let best = { way: wanted.length, trajectory: first, token: null as number | null };
  for (let trajectory = first; trajectory < end && best.way > 0; trajectory++) {
    await breathe();
    const entry = await document.entry(trajectory, signal);
    if (entry.kind !== "analysed") continue;
    const { transcript, tokens } = entry.analysis;
    for (const [way, { text, at }] of wanted.slice(0, best.way).entries()) {
      const offset = transcript.text.indexOf(text);
      if (offset < 0) continue;
      const token = tokens.ids.length === 0 ? null : tokenAt(tokens, offset + at);
      best = { way, trajectory, token };
      break;
    }
  }
  return { trajectory: best.trajectory, token: best.token };
}

interface Wanted {
  readonly text: string;
  /** Where the match begins in it. */
  readonly at: number;
}

/** The surest first: a transcript may write what is about a match in another way. */
function waysToFind({ before, text, after }: SearchResult): readonly Wanted[] {
  const ways: Wanted[] = [];
  for (const around of [Infinity, telling]) {
    const start = before.slice(-Math.min(around, before.length) || before.length);
    const end = after.slice(0, around);
    ways.push({ text: `${start}${text}${end}`, at: start.length });
    if (start.length >= telling) ways.push({ text: `${start}${text}`, at: start.length });
    if (end.length >= telling) ways.push({ text: `${text}${end}`, at: 0 });
  }
  if (text.length >= telling) ways.push({ text, at: 0 });
  return ways;
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
