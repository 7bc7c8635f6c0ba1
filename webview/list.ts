import { html, nothing, render, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { TrajectoryRow } from "../src/core/views/document.ts";
import { rowTitle, stateCounts, type Entries } from "./entries.ts";
import { createFixedRows, rowSteps } from "./fixed-rows.ts";
import type { Frame } from "./frame.ts";
import { plain } from "./glyphs.ts";
import type { Guard } from "./guard.ts";
import type { Model } from "./model.ts";
import { reward, whole } from "./numbers.ts";
import { stateLooks } from "./states.ts";

/** Pixels; every row has three lines of text cut off at the end, so all are the same. */
const rowHeight = 60;
/** A ribbon has room for so many turns. */
const ribbonLimit = 36;

export interface List {
  readonly move: (by: number) => void;
  readonly focus: () => void;
}

interface Parts {
  readonly root: HTMLElement;
  readonly model: Model;
  readonly entries: Entries;
  readonly frame: Frame;
  readonly guard: Guard;
}

/** The trajectories of the file: a grid of which only what is in view is in the document. */
export function mountList({ root, model, entries, frame, guard }: Parts): List {
  const scroller = document.createElement("div");
  scroller.className = "list-rows";
  scroller.setAttribute("role", "grid");
  scroller.setAttribute("aria-label", "Trajectories");
  root.append(scroller);
  const fixedRows = createFixedRows({
    scroller,
    rowHeight,
    overscan: 6,
    moved: () => {
      frame.touch("rows");
    },
  });
  let shownTrajectory: number | null = null;
  let wantsFocus = false;

  scroller.addEventListener("click", (event) => {
    const position = positionAt(event.target);
    if (position !== null) choose(position);
  });
  scroller.addEventListener("keydown", (event) => {
    const by = rowSteps(event.key, scroller, rowHeight);
    if (by === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(by);
  });
  frame.on(["info", "rows", "place", "filter"], draw);
  return { move, focus };

  function focus(): void {
    wantsFocus = true;
    frame.touch("rows");
  }

  function move(by: number): void {
    const count = entries.count();
    if (count === 0) return;
    const { trajectory } = model.state;
    const from = trajectory === null ? -1 : entries.positionOf(trajectory);
    wantsFocus = scroller.contains(document.activeElement);
    choose(Math.max(0, Math.min(from + by, count - 1)));
  }

  function choose(position: number): void {
    guard.run("trajectory", model.goTo(entries.trajectoryAt(position), null));
  }

  function draw(): void {
    const count = entries.count();
    fixedRows.setCount(count);
    scroller.setAttribute("aria-rowcount", String(count));
    const { trajectory } = model.state;
    const current = trajectory === null ? -1 : entries.positionOf(trajectory);
    paint(current);
    // The bar goes no further than what is drawn.
    if (trajectory !== shownTrajectory && current >= 0 && scroller.clientHeight > 0) {
      shownTrajectory = trajectory;
      if (fixedRows.reveal(current)) paint(current);
    }
    if (!wantsFocus) return;
    wantsFocus = false;
    const target = scroller.querySelector('[tabindex="0"]');
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  }

  function paint(current: number): void {
    const count = entries.count();
    const { trajectory } = model.state;
    const { first, end } = fixedRows.range();
    if (!entries.filtered && end > first) model.rows.want(first, end);
    // The row with the focus stays in the document when it is scrolled out of sight.
    const positions = Array.from({ length: end - first }, (_, at) => first + at);
    if (current >= 0 && current < count && !positions.includes(current)) positions.push(current);
    const tabStop = current >= 0 && current < count ? current : first;
    render(
      html`<div
        class="list-sizer"
        role="presentation"
        .style=${`height:${String(fixedRows.height())}px`}
      >
        ${repeat(
          positions,
          (position) => position,
          (position) =>
            rowTemplate({
              row: entries.rowAt(position),
              position,
              top: fixedRows.topOf(position),
              current: entries.trajectoryAt(position) === trajectory,
              tabStop: position === tabStop,
            }),
        )}
      </div>`,
      scroller,
    );
  }
}

interface RowParts {
  readonly row: TrajectoryRow | undefined;
  readonly position: number;
  readonly top: number;
  readonly current: boolean;
  readonly tabStop: boolean;
}

function rowTemplate({ row, position, top, current, tabStop }: RowParts): TemplateResult {
  return html`<div
    class="row ${current ? "current" : ""}"
    role="row"
    aria-rowindex=${position + 1}
    aria-selected=${current ? "true" : "false"}
    tabindex=${tabStop ? 0 : -1}
    data-position=${position}
    .style=${`transform:translateY(${String(top)}px)`}
  >
    <div role="gridcell" class="row-cell" aria-label=${row === undefined ? "Loading" : spoken(row)}>
      ${row === undefined ? html`<span class="row-wait"></span>` : rowContent(row)}
    </div>
  </div>`;
}

function rowContent(row: TrajectoryRow): TemplateResult {
  const label = row.problem ?? row.worst?.label ?? (row.scored ? "no finding" : "no break");
  const tone = row.problem === null ? (row.worst?.severity ?? "none") : "error";
  return html`
    <span class="row-title">${plain(rowTitle(row))}</span>
    <span class="row-reward ${rewardTone(row.reward)}"
      >${row.reward === null ? nothing : `reward ${reward(row.reward)}`}</span
    >
    <span class="ribbon" aria-hidden="true">${ribbon(row)}</span>
    <span class="row-worst tone-${tone}"
      >${plain(label)}${
        row.findingCount > 1
          ? html`<span class="row-more"> · ${whole(row.findingCount)} findings</span>`
          : nothing
      }</span
    >
  `;
}

function ribbon(row: TrajectoryRow): unknown {
  if (row.problem !== null) return html`<i class="state-unreadable">!</i>`;
  // Beyond a dozen the pieces are too narrow for a glyph; the count by state is in the label.
  const withGlyph = row.states.length <= 12;
  const states = row.states.slice(0, ribbonLimit);
  return html`${states.map(
    (state) =>
      html`<i class=${stateLooks[state].css}>${withGlyph ? stateLooks[state].glyph : nothing}</i>`,
  )}${
    row.states.length > ribbonLimit
      ? html`<span class="ribbon-more">+${row.states.length - ribbonLimit}</span>`
      : nothing
  }`;
}

function rewardTone(value: number | null): string {
  if (value === null) return "";
  return value > 0 ? "reward-good" : "reward-bad";
}

function spoken(row: TrajectoryRow): string {
  const parts = [plain(rowTitle(row))];
  if (row.reward !== null) parts.push(`reward ${reward(row.reward)}`);
  for (const [state, many] of stateCounts(row)) {
    parts.push(`${String(many)} ${stateLooks[state].name}`);
  }
  parts.push(plain(row.problem ?? row.worst?.label ?? "no finding"));
  return parts.join(", ");
}

function positionAt(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest("[data-position]") : null;
  const position = row?.getAttribute("data-position");
  return position === null || position === undefined ? null : Number(position);
}
