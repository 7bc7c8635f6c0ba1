/** The most recently used values, up to a total weight. Keys are numbers; the newest always stays. */
export interface LeastRecentlyUsed<V> {
  get(key: number): V | undefined;
  set(key: number, value: V): void;
  /** Drop this key and all above it. */
  deleteFrom(key: number): void;
  clear(): void;
}

export function keepRecent<V>(
  maxWeight: number,
  weigh: (value: V) => number,
): LeastRecentlyUsed<V> {
  // A Map iterates in insertion order, so the first key is the one unused for longest.
  const values = new Map<number, V>();
  let weight = 0;
  const drop = (key: number): void => {
    const value = values.get(key);
    if (value === undefined) return;
    weight -= weigh(value);
    values.delete(key);
  };
  return {
    get(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      values.delete(key);
      values.set(key, value);
      return value;
    },
    set(key, value) {
      drop(key);
      values.set(key, value);
      weight += weigh(value);
      for (const oldest of values.keys()) {
        if (weight <= maxWeight || oldest === key) break;
        drop(oldest);
      }
    },
    deleteFrom(first) {
      for (const key of values.keys()) if (key >= first) drop(key);
    },
    clear() {
      values.clear();
      weight = 0;
    },
  };
}
