import type { MessageCall } from "../../trajectory/trajectory.ts";

/**
 * Calls that wait for their results, oldest first. Calls are numbered over the whole conversation in the order in which
 * they were made. Every question costs the same however many wait.
 */
export interface OpenCalls {
  /** A message's calls. Of the older ones only the last few with ids can still be answered. */
  add(calls: readonly MessageCall[]): void;
  /** How many calls were made: the next one's number. */
  count(): number;
  at(number: number): MessageCall | undefined;
  first(): MessageCall | undefined;
  hasIds(): boolean;
  /** Answers the oldest; whether there was one. */
  takeFirst(): boolean;
  /** Answers the oldest with this id: its number, or null. */
  takeId(id: string): number | null;
}

// Nobody makes more calls at once.
export const mostOpen = 500;

export function openCalls(): OpenCalls {
  const all: MessageCall[] = [];
  const isTaken: boolean[] = [];
  /** Numbers by id, oldest first. */
  const byId = new Map<string, { readonly numbers: number[]; next: number }>();
  /** Those without an id. */
  let unnamed: number[] = [];
  let oldest = 0;
  let namedCount = 0;

  return {
    add(calls) {
      // Without ids only the order tells which call a result is of, so older ones cannot be answered any more.
      for (const number of unnamed) isTaken[number] = true;
      unnamed = [];
      while (namedCount > mostOpen) take(firstNumber());
      for (const call of calls) put(call);
    },
    count: () => all.length,
    at: (number) => all[number],
    first: () => all[firstNumber()],
    hasIds: () => namedCount > 0,
    takeFirst() {
      const number = firstNumber();
      if (number === all.length) return false;
      take(number);
      return true;
    },
    takeId(id) {
      const own = byId.get(id);
      if (!own) return null;
      while (isTaken[own.numbers[own.next] ?? -1]) own.next++;
      const number = own.numbers[own.next];
      if (number === undefined) return null;
      take(number);
      return number;
    },
  };

  function put(call: MessageCall): void {
    const number = all.push(call) - 1;
    isTaken.push(false);
    if (call.id === null) {
      unnamed.push(number);
      return;
    }
    namedCount++;
    const own = byId.get(call.id);
    if (own) own.numbers.push(number);
    else byId.set(call.id, { numbers: [number], next: 0 });
  }

  /** The number after the last where none is open. */
  function firstNumber(): number {
    while (oldest < all.length && isTaken[oldest]) oldest++;
    return oldest;
  }

  function take(number: number): void {
    isTaken[number] = true;
    if (all[number]?.id !== null) namedCount--;
  }
}
