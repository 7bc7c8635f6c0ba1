import type { Severity } from "../grammar/rule-id.ts";
import type { FindingMark, TranscriptMarks } from "./marks.ts";

/** What a user can switch off, one by one. */
export const markChannels = ["heat", "controls", "breaks", "spikes", "overview", "inline"] as const;
export type MarkChannel = (typeof markChannels)[number];

/** UTF-16, half-open. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface DecorationRequest {
  readonly visible: TextRange;
  readonly channels: ReadonlySet<MarkChannel>;
  /** The cursor's line without its line break; null where there is no cursor. */
  readonly cursorLine: TextRange | null;
  /** The cursor itself, an offset on that line: what it stands on is told before what is worse beside it. */
  readonly cursor?: number;
}

/** What to draw now, as data: an editor sets each list on the decoration type of that name. */
export interface DecorationPlan {
  /** Bucket 1 to 5 at index 0 to 4. */
  readonly heat: readonly (readonly TextRange[])[];
  readonly controls: readonly TextRange[];
  readonly breaks: readonly TextRange[];
  readonly spikesFired: readonly TextRange[];
  readonly spikesLatent: readonly TextRange[];
  /** Over the whole document, by severity. */
  readonly overview: Readonly<Record<Severity, readonly TextRange[]>>;
  readonly inline: { readonly offset: number; readonly text: string } | null;
}

/** Ranges one call may draw: beyond it an editor stutters and a reader sees a carpet. */
export const maxRanges = 1000;

/** The overview ruler is a few hundred pixels high. */
const maxOverview = 300;

/** Plans what to draw in the visible range; the strongest first where there is too much. */
export function planDecorations(
  marks: TranscriptMarks,
  request: DecorationRequest,
): DecorationPlan {
  const { visible, channels } = request;
  const budget = new Budget(maxRanges);
  const has = (channel: MarkChannel): boolean => channels.has(channel);
  const inView = marks.findings.filter(
    (mark) => mark.start < visible.end && reach(mark) > visible.start,
  );
  const spikes = has("spikes") ? inView.filter(({ kind }) => kind === "spike") : [];
  const breaks = budget.take(has("breaks") ? inView.filter(({ kind }) => kind === "break") : []);
  const fired = budget.take(spikes.filter((mark) => mark.fired === true));
  const latent = budget.take(spikes.filter((mark) => mark.fired !== true));
  const overview = has("overview") ? overviewOf(marks.findings, budget) : noOverview;
  const heat = has("heat") ? heatIn(marks, visible, budget) : [[], [], [], [], []];
  const controls = has("controls") ? budget.take(rangesIn(marks.controls, visible)) : [];
  return {
    heat,
    controls: controls.map(toRange),
    breaks: breaks.map(toRange),
    spikesFired: fired.map(toRange),
    spikesLatent: latent.map(toRange),
    overview,
    inline:
      has("inline") && request.cursorLine
        ? inlineOn(marks.findings, request.cursorLine, request.cursor)
        : null,
  };
}

/** Hands out ranges until there are none left. */
class Budget {
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  take<T>(wanted: readonly T[], most = this.#left): readonly T[] {
    const given = wanted.slice(0, Math.min(this.#left, most));
    this.#left -= given.length;
    return given;
  }
}

const noOverview: DecorationPlan["overview"] = { error: [], warning: [], info: [] };

function overviewOf(findings: readonly FindingMark[], budget: Budget): DecorationPlan["overview"] {
  let left = maxOverview;
  const of = (severity: Severity): readonly TextRange[] => {
    const given = budget.take(
      findings.filter((mark) => mark.severity === severity),
      left,
    );
    left -= given.length;
    return given.map(toRange);
  };
  return { error: of("error"), warning: of("warning"), info: of("info") };
}

function heatIn(
  marks: TranscriptMarks,
  visible: TextRange,
  budget: Budget,
): readonly (readonly TextRange[])[] {
  const byBucket: TextRange[][] = [[], [], [], [], []];
  const { start, end, bucket } = marks.heat;
  for (let at = firstReaching(end, visible.start); at < start.length; at++) {
    const range = { start: start[at] ?? 0, end: end[at] ?? 0 };
    if (range.start >= visible.end) break;
    const ranges = byBucket[(bucket[at] ?? 1) - 1];
    const last = ranges?.at(-1);
    // Neighbours of one colour are one range: fewer to draw, and no seams between them.
    if (last?.end === range.start) ranges?.splice(-1, 1, { start: last.start, end: range.end });
    else ranges?.push(range);
  }
  // Hottest first: the budget cuts what is coldest.
  return byBucket
    .toReversed()
    .map((ranges) => budget.take(ranges))
    .toReversed();
}

function rangesIn(
  columns: { readonly start: Uint32Array; readonly end: Uint32Array },
  visible: TextRange,
): readonly TextRange[] {
  const ranges: TextRange[] = [];
  for (let at = firstReaching(columns.end, visible.start); at < columns.start.length; at++) {
    const start = columns.start[at] ?? 0;
    if (start >= visible.end) break;
    ranges.push({ start, end: columns.end[at] ?? start });
  }
  return ranges;
}

/** The finding the cursor stands on, else the worst that begins on its line; a break before its spikes. */
function inlineOn(
  findings: readonly FindingMark[],
  line: TextRange,
  cursor: number | undefined,
): DecorationPlan["inline"] {
  const here = findings.filter(({ start }) => start >= line.start && start <= line.end);
  const under = here.filter(
    ({ start, end }) =>
      cursor !== undefined && cursor >= start && cursor < Math.max(end, start + 1),
  );
  const [worst] = (under.length > 0 ? under : here).toSorted((a, b) => weight(b) - weight(a));
  return worst ? { offset: line.end, text: worst.inline } : null;
}

function weight({ severity, kind, fired }: FindingMark): number {
  const rank = { error: 30, warning: 20, info: 10 }[severity];
  return rank + (kind === "break" ? 5 : fired === true ? 3 : 0);
}

/** The first range that ends after an offset; the column ascends. */
function firstReaching(end: Uint32Array, offset: number): number {
  let low = 0;
  let high = end.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((end[middle] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A finding without width (something is missing there) still has a place. */
function reach({ start, end }: FindingMark): number {
  return Math.max(end, start + 1);
}

function toRange({ start, end }: TextRange): TextRange {
  return { start, end };
}
