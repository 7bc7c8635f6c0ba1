import type { Saved } from "./saved.ts";

/** The parts of the page, in the order a screen reader and the Tab key meet them. */
export interface Layout {
  readonly page: HTMLElement;
  readonly toolbar: HTMLElement;
  readonly banners: HTMLElement;
  readonly listHead: HTMLElement;
  readonly listBody: HTMLElement;
  readonly listFoot: HTMLElement;
  readonly main: HTMLElement;
  readonly head: HTMLElement;
  readonly find: HTMLElement;
  readonly found: HTMLElement;
  readonly transcript: HTMLElement;
  readonly empty: HTMLElement;
  readonly card: HTMLElement;
  readonly chart: HTMLElement;
  sizes(): Pick<Saved, "listWidth" | "cardWidth" | "chartHeight">;
  /** Say something to those who can't see the page change. */
  announce(text: string): void;
}

interface Side {
  readonly label: string;
  readonly css: string;
  readonly property: string;
  readonly start: number;
  readonly least: number;
  readonly most: number;
  /** Pixels of size a pixel of the pointer to the right or below. */
  readonly sign: 1 | -1;
  readonly axis: "x" | "y";
}

export function buildLayout(root: HTMLElement, saved: Saved, changed: () => void): Layout {
  root.className = "page";
  const toolbar = part("div", "toolbar");
  const banners = part("div", "banners");
  const list = part("nav", "list", "Trajectories");
  const listHead = part("div", "list-head");
  const listBody = part("div", "list-body");
  const listFoot = part("div", "list-foot");
  list.append(listHead, listBody, listFoot);
  const main = part("main", "main");
  const head = part("header", "head");
  const find = part("div", "find");
  find.hidden = true;
  const found = part("div", "found");
  const transcript = part("div", "transcript");
  const empty = part("div", "empty");
  main.append(head, find, found, transcript, empty);
  const card = part("aside", "card", "Token");
  const chart = part("section", "chart", "Chart");
  const announcer = part("div", "announcer");
  announcer.setAttribute("aria-live", "polite");

  const sizes = new Map<string, number>();
  const splitter = (side: Side): HTMLElement => buildSplitter(root, side, sizes, changed);
  root.append(
    toolbar,
    banners,
    list,
    splitter({
      label: "Width of the list",
      css: "split-list",
      property: "--list-width",
      start: saved.listWidth,
      least: 150,
      most: 600,
      sign: 1,
      axis: "x",
    }),
    main,
    splitter({
      label: "Width of the token card",
      css: "split-card",
      property: "--card-width",
      start: saved.cardWidth,
      least: 180,
      most: 600,
      sign: -1,
      axis: "x",
    }),
    card,
    splitter({
      label: "Height of the chart",
      css: "split-chart",
      property: "--chart-height",
      start: saved.chartHeight,
      least: 110,
      most: 600,
      sign: -1,
      axis: "y",
    }),
    chart,
    announcer,
  );
  return {
    page: root,
    toolbar,
    banners,
    listHead,
    listBody,
    listFoot,
    main,
    head,
    find,
    found,
    transcript,
    empty,
    card,
    chart,
    sizes: () => ({
      listWidth: sizes.get("--list-width") ?? saved.listWidth,
      cardWidth: sizes.get("--card-width") ?? saved.cardWidth,
      chartHeight: sizes.get("--chart-height") ?? saved.chartHeight,
    }),
    announce(text) {
      if (announcer.textContent !== text) announcer.textContent = text;
    },
  };
}

function part(name: string, css: string, label?: string): HTMLElement {
  const made = document.createElement(name);
  made.className = css;
  if (label !== undefined) made.setAttribute("aria-label", label);
  return made;
}

function buildSplitter(
  root: HTMLElement,
  side: Side,
  sizes: Map<string, number>,
  changed: () => void,
): HTMLElement {
  const bar = document.createElement("div");
  bar.className = `split ${side.css}`;
  bar.tabIndex = 0;
  bar.setAttribute("role", "separator");
  bar.setAttribute("aria-label", side.label);
  bar.setAttribute("aria-orientation", side.axis === "x" ? "vertical" : "horizontal");
  bar.setAttribute("aria-valuemin", String(side.least));
  bar.setAttribute("aria-valuemax", String(side.most));
  const size = (): number => sizes.get(side.property) ?? side.start;
  const set = (pixels: number): void => {
    const next = Math.round(Math.max(side.least, Math.min(side.most, pixels)));
    sizes.set(side.property, next);
    root.style.setProperty(side.property, `${String(next)}px`);
    bar.setAttribute("aria-valuenow", String(next));
  };
  set(side.start);

  let from: { readonly pointer: number; readonly size: number } | null = null;
  const pointerOf = (event: PointerEvent): number =>
    side.axis === "x" ? event.clientX : event.clientY;
  bar.addEventListener("pointerdown", (event) => {
    from = { pointer: pointerOf(event), size: size() };
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  bar.addEventListener("pointermove", (event) => {
    if (from !== null) set(from.size + side.sign * (pointerOf(event) - from.pointer));
  });
  for (const type of ["pointerup", "pointercancel"] as const) {
    bar.addEventListener(type, () => {
      from = null;
      changed();
    });
  }
  bar.addEventListener("keydown", (event) => {
    const forward = side.axis === "x" ? "ArrowRight" : "ArrowDown";
    const backward = side.axis === "x" ? "ArrowLeft" : "ArrowUp";
    if (event.key !== forward && event.key !== backward) return;
    event.preventDefault();
    set(size() + side.sign * (event.key === forward ? 16 : -16));
    changed();
  });
  return bar;
}
