import { html, nothing, render, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { SearchResult } from "../src/protocol/search.ts";
import { createFixedRows, rowSteps } from "./fixed-rows.ts";
import type { Frame } from "./frame.ts";
import { plain, shown } from "./glyphs.ts";
import { whole } from "./numbers.ts";

interface Parts {
  readonly root: HTMLElement;
  readonly frame: Frame;
  readonly choose: (at: number) => void;
  /** Show the result in its transcript. */
  readonly go: (at: number) => void;
  readonly close: () => void;
}

export interface Found {
  draw(results: readonly SearchResult[], chosen: number): void;
  readonly focus: () => void;
}

/** Pixels: a line of text. */
const rowHeight = 24;
/** In view at most: the transcript stays in sight. */
const maxRows = 9;
/** Of the text before a match: more would push the match itself out of a narrow list. */
const maxBefore = 32;

/** The results of a search: a list of which only what is in view is in the document. */
export function mountFound({ root, frame, choose, go, close }: Parts): Found {
  const scroller = document.createElement("div");
  scroller.className = "found-rows";
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "listbox");
  scroller.setAttribute("aria-label", "Matches in the file");
  root.append(scroller);
  const fixedRows = createFixedRows({
    scroller,
    rowHeight,
    overscan: 6,
    moved: () => {
      frame.touch("find");
    },
  });
  let count = 0;
  let current = -1;
  let revealed = -1;

  scroller.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-result]") : null;
    if (row instanceof HTMLElement) go(Number(row.dataset["result"]));
  });
  scroller.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = rowSteps(event.key, scroller, rowHeight);
    if (by !== null && count > 0) move(Math.max(0, Math.min(current + by, count - 1)));
    else if (event.key === "Enter" && current >= 0) go(current);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  /** Known at once: the next key may come before the next frame. */
  function move(to: number): void {
    current = to;
    choose(to);
  }

  return {
    focus() {
      if (count === 0) return;
      scroller.focus();
      if (current < 0) move(0);
    },
    draw(results, chosen) {
      ({ length: count } = results);
      current = chosen;
      fixedRows.setCount(count);
      if (chosen !== revealed && chosen >= 0) fixedRows.reveal(chosen);
      revealed = chosen;
      scroller.hidden = count === 0;
      scroller.style.height = `${String(Math.min(count, maxRows) * rowHeight)}px`;
      const { first, end } = fixedRows.range();
      const positions = Array.from({ length: end - first }, (_, at) => first + at);
      // Named below: it has to be there.
      if (chosen >= 0 && chosen < count && !positions.includes(chosen)) positions.push(chosen);
      if (chosen < 0) scroller.removeAttribute("aria-activedescendant");
      else scroller.setAttribute("aria-activedescendant", `found-${String(chosen)}`);
      render(
        html`<div
          class="list-sizer"
          role="presentation"
          .style=${`height:${String(fixedRows.height())}px`}
        >
          ${repeat(
            positions,
            (at) => at,
            (at) => rowTemplate(results[at], { at, chosen, count, top: fixedRows.topOf(at) }),
          )}
        </div>`,
        scroller,
      );
    },
  };
}

interface RowPlace {
  readonly at: number;
  readonly chosen: number;
  readonly count: number;
  readonly top: number;
}

function rowTemplate(
  result: SearchResult | undefined,
  { at, chosen, count, top }: RowPlace,
): TemplateResult | typeof nothing {
  if (result === undefined) return nothing;
  const { record, name, before, text, after, more } = result;
  const number = `record ${whole(record + 1)}`;
  const words = `${lastOf(before)}${text}${after}`;
  return html`<div
    id="found-${at}"
    class="found-row ${at === chosen ? "current" : ""}"
    role="option"
    aria-selected=${at === chosen ? "true" : "false"}
    aria-posinset=${at + 1}
    aria-setsize=${count}
    aria-label=${plain([number, name, oneLine(words)].filter((part) => part !== null).join(", "))}
    data-result=${at}
    .style=${`transform:translateY(${String(top)}px)`}
  >
    <span class="found-place">${number}${name === null ? nothing : html` · ${plain(name)}`}</span>
    <span class="found-text"
      >${shown(oneLine(lastOf(before)))}<mark class="found-match">${shown(oneLine(text))}</mark
      >${shown(oneLine(after))}</span
    >
    ${more ? html`<span class="found-place">and more in it</span>` : nothing}
  </div>`;
}

function lastOf(before: string): string {
  return before.length > maxBefore ? `…${before.slice(-maxBefore)}` : before;
}

function oneLine(text: string): string {
  return text.replaceAll(/\r\n|\n/g, "↵").replaceAll("\t", " ");
}
