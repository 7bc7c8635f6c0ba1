import { html, nothing, render } from "lit-html";
import type { Series } from "../src/core/views/series.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import type { ChartTable } from "./chart-table.ts";
import { lookOf } from "./curve-look.ts";
import type { Frame } from "./frame.ts";
import { plain } from "./glyphs.ts";
import type { Guard } from "./guard.ts";
import type { Model } from "./model.ts";
import { button, createDropdown } from "./toolkit.ts";

/** Curves the reader switched on or off, by name; the others are as the page finds best. */
export type CurveChoices = ReadonlyMap<string, boolean>;

interface Parts {
  readonly root: HTMLElement;
  readonly table: ChartTable;
  readonly plot: HTMLElement;
  readonly model: Model;
  readonly frame: Frame;
  readonly client: Client<ViewerHost>;
  readonly guard: Guard;
}

/** So many control tokens are drawn unasked: the liveliest ones. */
const quietLimit = 3;

/** Title, legend and the chart in one sentence. Returns what the reader chose in the legend. */
export function mountChartHead(parts: Parts): CurveChoices {
  const { root, table, plot, model, frame, client, guard } = parts;
  const choices = new Map<string, boolean>();
  const more = createDropdown("Show what the file recorded", (name) => {
    if (name === "") return;
    choices.set(name, true);
    frame.touch("series");
  });
  more.element.classList.add("chart-more");
  const none = document.createElement("div");
  none.className = "chart-empty";
  plot.append(none);

  frame.on(["series", "view"], () => {
    const { series, zoom } = model.state;
    const summary = series === null || series.empty !== null ? "" : plain(series.summary);
    const shown = new Set(series === null ? [] : visibleCurves(series, choices));
    const waiting = series === null ? [] : waitingCurves(series, shown);
    const listed = series?.curves.filter((curve) => !waiting.includes(curve)) ?? [];
    more.set(
      [
        { value: "", text: `${String(waiting.length)} more recorded…` },
        ...waiting.map(({ name }) => ({ value: name, text: plain(name) })),
      ],
      "",
    );
    render(
      html`<h2>Probability by token</h2>
        <span class="legend" role="group" aria-label="Curves">
          ${listed.map((curve) => {
            const look = series === null ? 0 : lookOf(series, curve);
            return html`<button
              type="button"
              class="legend-item curve-${look}"
              aria-pressed=${shown.has(curve) ? "true" : "false"}
              title=${curve.title === null ? "Show or hide" : `${plain(curve.title)}. Show or hide`}
              @click=${() => {
                choices.set(curve.name, !shown.has(curve));
                frame.touch("series");
              }}
            >
              <span class="legend-line dash-${look}" aria-hidden="true"></span>${plain(curve.name)}
            </button>`;
          })}
        </span>
        ${waiting.length === 0 ? nothing : more.element}
        ${
          zoom === null
            ? nothing
            : button({
                content: "Whole trajectory",
                label: "Whole trajectory",
                title: "Reset zoom (0)",
                look: "icon",
                css: "chart-reset",
                press: () => {
                  model.setZoom(null);
                },
              })
        }
        <span class="chart-summary" title=${summary}>${summary}</span>
        <button
          type="button"
          class="link chart-table-toggle"
          aria-pressed=${table.isOpen() ? "true" : "false"}
          @click=${table.toggle}
        >
          ${table.isOpen() ? "Chart" : "Table"}
        </button>`,
      root,
    );
    render(series?.empty ? emptyText(series.empty) : nothing, none);
  });
  return choices;

  function emptyText(reason: string): unknown {
    const { info } = model.state;
    return html`<p>${plain(reason)}</p>
      ${
        info?.policy === null && info.scoringProblem === null
          ? button({
              content: "Select policy…",
              press: () => {
                guard.run("selectPolicy", client.call("selectPolicy", {}));
              },
            })
          : nothing
      }`;
  }
}

/** Recorded curves that nobody asked for wait in a list: a trainer's export has more than a legend can hold. */
function waitingCurves(
  { curves }: Series,
  shown: ReadonlySet<Series["curves"][number]>,
): Series["curves"] {
  const recorded = curves.filter(({ kind }) => kind === "recorded");
  return recorded.slice(1).filter((curve) => !shown.has(curve));
}

/** The sum, the liveliest control tokens, and what the reader asked for; of a file that nobody scored its first channel. */
export function visibleCurves(series: Series, choices: CurveChoices): Series["curves"] {
  const peaks = series.curves
    .filter((curve) => curve.control !== null)
    .map((curve) => ({
      curve,
      peak: curve.value.reduce((most, value) => Math.max(most, value || 0), 0),
    }))
    .toSorted((a, b) => b.peak - a.peak);
  const unasked = new Set([
    ...peaks.slice(0, quietLimit).map((each) => each.curve),
    ...series.curves.slice(0, 1),
  ]);
  return series.curves.filter((curve) => choices.get(curve.name) ?? unasked.has(curve));
}
