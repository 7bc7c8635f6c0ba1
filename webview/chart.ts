import {
  Chart,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
  Tooltip,
  type ChartDataset,
  type Point,
} from "chart.js";
import type { Series } from "../src/core/views/series.ts";
import { dashes, readColors, recordedDash, watchTheme } from "./chart-colors.ts";
import { mountChartHead, visibleCurves } from "./chart-head.ts";
import { marksPlugin } from "./chart-marks.ts";
import { chartOptions } from "./chart-options.ts";
import { mountChartPointer } from "./chart-pointer.ts";
import { mountChartTable } from "./chart-table.ts";
import { isProbability, lookOf } from "./curve-look.ts";
import type { Frame } from "./frame.ts";
import { plain } from "./glyphs.ts";
import type { Guard } from "./guard.ts";
import type { Model } from "./model.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";

// Part by part: `chart.js/auto` would be 50 kB more.
Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

interface Parts {
  readonly root: HTMLElement;
  readonly model: Model;
  readonly frame: Frame;
  readonly client: Client<ViewerHost>;
  readonly guard: Guard;
}

/** Control-token probability by position, in step with the transcript. */
export function mountChart({ root, model, frame, client, guard }: Parts): void {
  const head = document.createElement("div");
  head.className = "chart-head";
  const plot = document.createElement("div");
  plot.className = "chart-plot";
  const canvas = document.createElement("canvas");
  plot.append(canvas);
  root.append(head, plot);
  let colors = readColors(root);
  const table = mountChartTable({ root, model, frame });
  const hidden = mountChartHead({ root: head, table, plot, model, frame, client, guard });

  const chart = new Chart(canvas, {
    type: "line",
    data: { datasets: [] },
    options: chartOptions(colors),
    plugins: [
      marksPlugin(() => ({ series: model.state.series, colors, token: model.state.token })),
    ],
  });
  const pointer = mountChartPointer({ plot, chart, model, visible: () => curves() });

  new ResizeObserver(() => {
    model.setChartWidth(plot.clientWidth);
  }).observe(plot);
  watchTheme(() => {
    colors = readColors(root);
    chart.options = chartOptions(colors);
    draw();
  });
  frame.on(["series", "layout"], draw);
  frame.on(["series", "place"], (changed) => {
    if (!changed.has("series")) chart.draw();
    pointer.describe();
  });

  function curves(): Series["curves"] {
    const { series } = model.state;
    return series === null ? [] : visibleCurves(series, hidden);
  }

  function draw(): void {
    const { series } = model.state;
    root.classList.toggle("chart-none", series?.empty !== null);
    const drawn = curves();
    chart.data.datasets = series === null ? [] : drawn.map((curve) => dataset(series, curve));
    const values = chart.options.scales?.["values"];
    if (values !== undefined) values.display = !drawn.every(isProbability);
    const x = chart.options.scales?.["x"];
    if (x !== undefined && series !== null) {
      x.min = series.startToken;
      x.max = Math.max(series.startToken + 1, series.endToken);
    }
    chart.update("none");
  }

  function dataset(series: Series, curve: Series["curves"][number]): ChartDataset<"line", Point[]> {
    const look = lookOf(series, curve);
    const [color, dash] =
      look === "recorded"
        ? [colors.recorded, recordedDash]
        : [colors.curves[look] ?? colors.foreground, dashes[look] ?? []];
    const isChannel = curve.control === model.state.channel;
    return {
      label: plain(curve.name),
      yAxisID: isProbability(curve) ? "y" : "values",
      data: Array.from(curve.token, (token, index) => ({
        x: token,
        y: curve.value[index] ?? Number.NaN,
      })),
      borderColor: color,
      backgroundColor: color,
      borderWidth: isChannel ? 2 : 1.2,
      borderDash: [...dash],
      pointRadius: 0,
      pointHoverRadius: 3,
      // The channel that is the heat lies on top.
      order: isChannel ? 0 : 1,
    };
  }
}
