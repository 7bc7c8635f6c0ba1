/** A list of any number of rows of one height, of which only what can be seen is in the document. */
export interface FixedRows {
  setCount(count: number): void;
  /** Pixels of the element that holds the rows. */
  height(): number;
  /** The rows to draw: what is in view and some around it. */
  range(): { readonly first: number; readonly end: number };
  /** Where a row is drawn in that element, in pixels. */
  topOf(position: number): number;
  /** Bring a row into view; false where it is. */
  reveal(position: number): boolean;
}

interface Parts {
  readonly scroller: HTMLElement;
  readonly rowHeight: number;
  /** Rows drawn above and below those in view. */
  readonly overscan: number;
  readonly moved: () => void;
}

/** Rows that a key goes by in such a list; null for a key that goes nowhere. */
export function rowSteps(key: string, scroller: HTMLElement, rowHeight: number): number | null {
  const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  };
  return steps[key] ?? null;
}

// Chromium lays nothing out beyond 33,554,428 pixels: half a million rows. A longer list has a scroll bar of this height,
// and its place in the list is worked out from the place of the bar.
const maxHeight = 30_000_000;

export function createFixedRows({ scroller, rowHeight, overscan, moved }: Parts): FixedRows {
  let count = 0;
  /** What the bar stood at, and the pixels of the whole list above the view. */
  let barTop = 0;
  let listTop = 0;

  scroller.addEventListener("scroll", () => {
    follow();
    moved();
  });
  new ResizeObserver(moved).observe(scroller);

  const listHeight = (): number => count * rowHeight;
  const height = (): number => Math.min(listHeight(), maxHeight);
  /** Pixels that the bar, and the list, can go. */
  const barWay = (): number => Math.max(1, height() - scroller.clientHeight);
  const listWay = (): number => Math.max(0, listHeight() - scroller.clientHeight);

  function follow(): void {
    const top = scroller.scrollTop;
    const moves = top - barTop;
    barTop = top;
    if (listHeight() <= maxHeight) listTop = top;
    // A wheel or a finger goes by pixels of what is seen; the bar itself, which jumps further, by its share of the whole.
    else if (Math.abs(moves) < scroller.clientHeight && top > 0 && top < barWay()) {
      listTop = Math.max(0, Math.min(listTop + moves, listWay()));
    } else listTop = Math.min(1, top / barWay()) * listWay();
  }

  return {
    setCount(now) {
      if (now === count) return;
      count = now;
      if (listHeight() <= maxHeight) listTop = scroller.scrollTop;
      listTop = Math.min(listTop, listWay());
    },
    height,
    range() {
      const first = Math.floor(listTop / rowHeight) - overscan;
      const end = Math.ceil((listTop + scroller.clientHeight) / rowHeight) + overscan;
      return { first: Math.max(0, Math.min(first, count)), end: Math.max(0, Math.min(end, count)) };
    },
    topOf: (position) => barTop + position * rowHeight - listTop,
    reveal(position) {
      const rowTop = position * rowHeight;
      const view = scroller.clientHeight;
      if (rowTop >= listTop && rowTop + rowHeight <= listTop + view) return false;
      const wanted = rowTop < listTop ? rowTop : rowTop + rowHeight - view;
      listTop = Math.max(0, Math.min(wanted, listWay()));
      const isWhole = listHeight() <= maxHeight;
      scroller.scrollTop = isWhole ? listTop : (listTop / Math.max(1, listWay())) * barWay();
      // What the browser made of it; the event that follows moves nothing then.
      barTop = scroller.scrollTop;
      return true;
    },
  };
}
