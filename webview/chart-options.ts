import type { ChartOptions } from "chart.js";
import type { ChartColors } from "./chart-colors.ts";
import { flagHeight, turnLabelHeight } from "./chart-marks.ts";
import { recordedValue, whole } from "./numbers.ts";

/** Made anew for every theme: what chart.js gives back of its options is resolved and can't be edited. */
export function chartOptions(colors: ChartColors): ChartOptions<"line"> {
  const font = { size: 11, family: colors.font };
  const ticks = { color: colors.dim, font, maxRotation: 0 };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    parsing: false,
    normalized: true,
    events: ["mousemove", "mouseout"],
    interaction: { mode: "nearest", axis: "x", intersect: false },
    layout: { padding: { top: flagHeight + 2, right: 14, bottom: turnLabelHeight, left: 0 } },
    scales: {
      x: {
        type: "linear",
        grid: { display: false },
        border: { color: colors.grid },
        ticks: { ...ticks, includeBounds: false, precision: 0 },
      },
      y: {
        type: "linear",
        min: 0,
        max: 1,
        grid: { color: colors.grid },
        border: { display: false },
        ticks: { ...ticks, stepSize: 0.5, format: { minimumFractionDigits: 1 } },
      },
      // For what is no probability; shown only while such a curve is.
      values: {
        type: "linear",
        display: false,
        position: "right",
        grid: { display: false },
        border: { display: false },
        ticks: { ...ticks, maxTicksLimit: 4 },
      },
    },
    plugins: {
      tooltip: {
        animation: false,
        backgroundColor: colors.background,
        borderColor: colors.border,
        borderWidth: 1,
        cornerRadius: 3,
        boxWidth: 8,
        boxHeight: 8,
        multiKeyBackground: "transparent",
        titleColor: colors.foreground,
        bodyColor: colors.foreground,
        titleFont: { family: colors.font, size: 12 },
        bodyFont: { family: colors.font, size: 12 },
        callbacks: {
          title: (items) => `token ${whole(items[0]?.parsed.x ?? 0)}`,
          label: (item) =>
            ` ${item.dataset.label ?? ""}  ${recordedValue(item.parsed.y ?? 0, item.dataset.yAxisID === "values" ? "number" : "probability")}`,
        },
      },
    },
  };
}
