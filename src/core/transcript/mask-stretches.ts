import type { TokenSequence } from "../trajectory/trajectory.ts";
import type { Stretch } from "./find-turns.ts";
import type { Header, WireForm } from "./wire-form.ts";

/** A decoded sequence: its text, and where in it each token begins. */
export interface MaskedText {
  readonly text: string;
  readonly tokenStart: Uint32Array;
  readonly sequence: TokenSequence;
}

/**
 * Who wrote what, by the mask of a trainer and the text. A mask is made for a loss: by convention it may hold the header
 * or leave out the turn end, and it may be wrong (rules M01 to M03), which must not break the turns. So its stretches go
 * on to the borders that the text shows, small holes without any mark of an answer stay in their turn, and a stretch that
 * holds whole turns of others is read by its headers.
 */
export function maskStretches(
  masked: MaskedText,
  form: WireForm,
  thinkBegins: readonly string[],
): readonly Stretch[] {
  const { text } = masked;
  const runs = joinHoles(text, runsOf(masked), form);
  // The whole sample was left out of the loss: that says nothing of who wrote what.
  if (runs.length === 0) return [{ start: 0, end: text.length, author: "mixed" }];
  const stretches: Stretch[] = [];
  let at = 0;
  for (const [index, run] of runs.entries()) {
    const known: Run = { start: Math.max(at, run.start), end: run.end };
    const start = withoutPrefill(text, policyStart(text, known, at, form), thinkBegins);
    const next = runs[index + 1]?.start ?? text.length;
    const end = Math.max(start, withTurnEnd(text, run.end, next, form));
    if (start > at) stretches.push({ start: at, end: start, author: "environment" });
    const author = holdsOthers({ start, end }, masked, form) ? "mixed" : "policy";
    stretches.push({ start, end, author });
    at = end;
  }
  if (at < text.length) stretches.push({ start: at, end: text.length, author: "environment" });
  return stretches;
}

interface Run {
  readonly start: number;
  readonly end: number;
}

function runsOf({ text, tokenStart, sequence: { sampled } }: MaskedText): readonly Run[] {
  const runs: Run[] = [];
  for (let from = sampled.indexOf(1); from >= 0;) {
    const after = sampled.indexOf(0, from);
    const to = after < 0 ? sampled.length : after;
    runs.push({ start: tokenStart[from] ?? text.length, end: tokenStart[to] ?? text.length });
    from = after < 0 ? -1 : sampled.indexOf(1, to);
  }
  return runs;
}

function joinHoles(text: string, runs: readonly Run[], form: WireForm): readonly Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last && isHole(text, last, run, form)) {
      joined[joined.length - 1] = { start: last.start, end: run.end };
    } else joined.push(run);
  }
  return joined;
}

/** Longer stretches are results in a notation of their own; what masks leave out of a turn by mistake is a few tokens. */
const longestHole = 400;
/** Longer than any header. */
const longestHeader = 128;

function isHole(text: string, before: Run, after: Run, form: WireForm): boolean {
  const from = before.end;
  const to = after.start;
  if (to - from > longestHole || form.endsTurn(text, from)) return false;
  if (withTurnEnd(text, from, to, form) > from) return false;
  if ((form.nextHeader(text, from, to + longestHeader)?.start ?? Infinity) <= to) return false;
  // A result that the family's notation tells, whose first token may be the policy's last.
  if (form.nextBoundary(text, Math.max(before.start, from - longestHeader), to)) return false;
  return !resultLike.test(text.slice(from, to));
}

/** `<information>…</information>`, or the output of a code block. */
const resultLike = /^\s*(?:<[\w-]+>|```\w*output)/;

/** What the policy wrote begins in `[header, start]`; what stands between was put there by a template or is missing in the mask. */
interface Begin {
  readonly header: number;
  readonly start: number;
}

/** The mask holds the header of the policy's turn, or a part of it, or begins in the turn before: its turn begins after it. */
function policyStart(text: string, { start, end }: Run, before: number, form: WireForm): Begin {
  let last: Header | null = null;
  let header = form.nextHeader(text, before, end);
  while (header !== null && header.end <= start) {
    last = header;
    header = form.nextHeader(text, header.end, end);
  }
  const inAnother = last !== null && last.role !== "assistant";
  if (inAnother) header = nextOwnHeader(text, header, end, form);
  if (
    header?.role === "assistant" &&
    (inAnother || text.slice(start, header.start).trim() === "")
  ) {
    return { header: header.end, start: header.end };
  }
  return { header: last?.role === "assistant" ? last.end : start, start };
}

/** The first header of the policy's from a header on, over those of others. */
function nextOwnHeader(
  text: string,
  from: Header | null,
  end: number,
  form: WireForm,
): Header | null {
  let header = from;
  while (header !== null && header.role !== "assistant")
    header = form.nextHeader(text, header.end, end);
  return header;
}

/** Thinking that a template opened, or opened and closed, is not the policy's; any other words of its turn are. */
function withoutPrefill(
  text: string,
  { header, start }: Begin,
  thinkBegins: readonly string[],
): number {
  if (start - header > longestHole) return start;
  const prefill = thinkBegins.reduce(
    (left, begin) => left.replace(begin, "").replace(begin.replace("<", "</"), ""),
    text.slice(header, start),
  );
  return prefill.trim() === "" ? start : header;
}

/**
 * The mask leaves the turn end out, or the last words with it. Nothing says that the policy did not write them, so they are
 * shown as its.
 */
function withTurnEnd(text: string, end: number, next: number, form: WireForm): number {
  const limit = Math.min(next, end + longestHole);
  const before = form.nextHeader(text, end, limit)?.start ?? limit;
  const hasEnd = form.endsTurn(text, end);
  for (let to = end + 1; to <= before; to++) {
    if (!form.endsTurn(text, to)) continue;
    const between = text.slice(end, to);
    // Some end a message and then the turn, in two tokens; what stands after white space is no longer the policy's.
    if (hasEnd) return form.closesOnly(between) && !/\s/.test(between) ? to : end;
    return form.closesOnly(between) || !resultLike.test(between) ? to : end;
  }
  return end;
}

/**
 * Whether turns of others follow a turn end inside a stretch. Where the engine recorded how likely it was to sample
 * them, the policy wrote them itself.
 */
function holdsOthers({ start, end }: Run, masked: MaskedText, form: WireForm): boolean {
  const { text } = masked;
  const boundary = form.nextBoundary(text, start, end);
  if (!boundary || boundary.injected || !form.endsTurn(text, boundary.bodyEnd)) return false;
  const first = form.nextHeader(text, boundary.headerStart, end);
  const header = nextOwnHeader(text, first, end, form);
  return !wasMeasured(masked, boundary.bodyEnd, header?.start ?? end);
}

/** Engines give tokens that they did not sample no log-probability, or 0. */
function wasMeasured({ tokenStart, sequence }: MaskedText, start: number, end: number): boolean {
  const measured = sequence.columns.find(({ name }) => name === "log-probability");
  return (
    measured?.values.some((value, token) => {
      const at = tokenStart[token] ?? 0;
      return at >= start && at < end && !Number.isNaN(value) && value !== 0;
    }) ?? false
  );
}
