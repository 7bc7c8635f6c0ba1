import { unitKinds, type TextUnits } from "./text-units.ts";

/** A stretch of text that says the same again and again. */
export interface Loop {
  /** Where it begins to repeat: the first unit of the second round, as UTF-16 offset. */
  readonly start: number;
  /** Units of the text that it takes, first round included. */
  readonly firstUnit: number;
  /** The first unit after it. */
  readonly endUnit: number;
  /** Units of a round; 0 where rounds are not alike, but the stretch as a whole says nothing new. */
  readonly period: number;
  /** Rounds, the first included; of unlike rounds 0. */
  readonly rounds: number;
  /** `words`: of words and few symbols; `data`: as tables, code or grids have it; `symbols`: without a word. */
  readonly made: "words" | "data" | "symbols";
}

/** The loops of a text, in order. Linear but for sorting what was found. */
export function findLoops(units: TextUnits): readonly Loop[] {
  const rounds = apart(roundsOf(units));
  const explained = rounds.reduce((sum, loop) => sum + lengthOf(loop), 0);
  if (units.count - explained < fewestUnexplained) return rounds;
  return withStale(rounds, staleStretches(units));
}

// Beside the rounds so little is left that no stale stretch could be of anything else.
const fewestUnexplained = 64;

const longestPeriod = 8;
const fewestRounds = 8;

/** The same n-gram, n at most eight, at least eight times in a row (F20 in docs/rules.md). */
function roundsOf(units: TextUnits): Loop[] {
  const { hash, count } = units;
  const found: Loop[] = [];
  let single: readonly Loop[] = [];
  for (let period = 1; period <= longestPeriod; period++) {
    const fewest = (fewestRounds - 1) * period;
    let next = 0;
    // A run of that length has a unit at every multiple of it: between them nothing need be looked at.
    for (let probe = period + fewest - 1; probe < count; probe += fewest) {
      if (hash[probe] !== hash[probe - period]) continue;
      // Rounds of one unit are rounds of two and of three: what is known of them is not compared again.
      while ((single[next]?.endUnit ?? Infinity) <= probe) next++;
      const same = single[next];
      const isKnown = same !== undefined && same.firstUnit + period <= probe;
      let from = isKnown ? same.firstUnit + period : probe;
      while (from > period && hash[from - 1] === hash[from - 1 - period]) from--;
      let to = isKnown ? same.endUnit : probe + 1;
      while (to < count && hash[to] === hash[to - period]) to++;
      if (to - from < fewest) continue;
      found.push(loopOf(units, { from: from - period, to, period }));
      probe = to - 1;
    }
    if (period === 1) single = [...found];
  }
  return found;
}

// A window of 512 units in which fewer than a tenth of the 4-grams are new is what "compression ratio below 0.1 over 512
// tokens" comes to, and is counted in one pass.
const window = 512;
const mostNew = Math.floor(window / 10);
const gram = 4;

/** Stretches that repeat longer passages, or the same with small changes. */
function staleStretches(units: TextUnits): Loop[] {
  if (units.count < window) return [];
  const fresh = freshGrams(units);
  const found: Loop[] = [];
  let news = 0;
  for (let at = 0; at < units.count; at++) {
    news += (fresh[at] ?? 0) - (at >= window ? (fresh[at - window] ?? 0) : 0);
    if (at < window - 1 || news > mostNew) continue;
    const from = staleFrom(fresh, at);
    let to = at + 1;
    while (to < units.count && fresh[to] === 0) to++;
    const last = found.at(-1);
    const loop = loopOf(units, { from, to, period: 0 });
    if (last && loop.firstUnit <= last.endUnit) found[found.length - 1] = { ...last, endUnit: to };
    else found.push(loop);
    // What was passed over is stale: it adds nothing to the count.
    for (let passed = at + 1; passed < to; passed++) news -= fresh[passed - window] ?? 0;
    at = to - 1;
  }
  return found;
}

/** 1 where a 4-gram ends that was not seen within the last 512 units. */
function freshGrams({ hash, count }: TextUnits): Uint8Array {
  const fresh = new Uint8Array(count);
  const slots = 1 << 14;
  const seen = new Int32Array(slots);
  const seenAt = new Int32Array(slots).fill(-window - 1);
  let [first, second, third] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    const last = hash[at] ?? 0;
    const mixed = mix(mix(mix(first, second), third), last);
    [first, second, third] = [second, third, last];
    const slot = (mixed ^ (mixed >>> 14)) & (slots - 1);
    fresh[at] = seen[slot] === mixed && at - (seenAt[slot] ?? 0) <= window ? 0 : 1;
    seen[slot] = mixed;
    seenAt[slot] = at;
  }
  return fresh;
}

function mix(sofar: number, next: number): number {
  return (Math.imul(sofar, 0x5bd1e995) + next) | 0;
}

/** The first stale unit before `at`, reached without passing two changes' worth of news. */
function staleFrom(fresh: Uint8Array, at: number): number {
  let first = at;
  let news = 0;
  for (let back = at; back >= 0 && at - back < window; back--) {
    news = fresh[back] === 1 ? news + 1 : 0;
    if (news > 2 * gram) break;
    if (fresh[back] === 0) first = back;
  }
  // A 4-gram that was seen before ends there, so it began three units earlier.
  return Math.max(0, first - gram + 1);
}

function loopOf(
  units: TextUnits,
  { from, to, period }: { readonly from: number; readonly to: number; readonly period: number },
): Loop {
  return {
    start: units.start[from + period] ?? 0,
    firstUnit: from,
    endUnit: to,
    period,
    rounds: period === 0 ? 0 : Math.floor((to - from) / period),
    made: madeOf(units, from, period === 0 ? Math.min(to, from + window) : from + period),
  };
}

function madeOf({ kind }: TextUnits, from: number, to: number): Loop["made"] {
  let words = 0;
  let odd = 0;
  for (let at = from; at < to; at++) {
    if (kind[at] === unitKinds.word) words++;
    else if (kind[at] === unitKinds.data) odd++;
  }
  // Single letters fill grids and boards.
  if (words === 0) return "symbols";
  // Of a table's row, a closing tag or a list of values a third and more is punctuation of data.
  return odd * 3 >= to - from ? "data" : "words";
}

/** Apart from each other: of rounds that overlap the longer stretch, and of nearly equal ones that of the shorter round. */
function apart(loops: readonly Loop[]): readonly Loop[] {
  const kept: Loop[] = [];
  for (const loop of loops.toSorted((a, b) => a.firstUnit - b.firstUnit || a.period - b.period)) {
    const last = kept.at(-1);
    if (!last || loop.firstUnit >= last.endUnit) kept.push(loop);
    else if (lengthOf(loop) > lengthOf(last) * nearlyEqual) kept[kept.length - 1] = loop;
  }
  return kept;
}

const nearlyEqual = 1.1;

function lengthOf({ firstUnit, endUnit }: Loop): number {
  return endUnit - firstUnit;
}

/** A stale stretch only adds what no rounds explain: it may begin in what was said before them. */
function withStale(rounds: readonly Loop[], stale: readonly Loop[]): readonly Loop[] {
  let next = 0;
  const added = stale.filter((stretch) => {
    while (next < rounds.length && (rounds[next]?.endUnit ?? 0) <= stretch.firstUnit) next++;
    let explained = 0;
    for (let at = next; (rounds[at]?.firstUnit ?? Infinity) < stretch.endUnit; at++) {
      const round = rounds[at];
      if (!round) break;
      explained +=
        Math.min(round.endUnit, stretch.endUnit) - Math.max(round.firstUnit, stretch.firstUnit);
    }
    return explained * 2 < lengthOf(stretch);
  });
  return [...rounds, ...added].toSorted((a, b) => a.firstUnit - b.firstUnit);
}
