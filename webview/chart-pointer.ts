import type { Chart } from "chart.js";
import type { Series } from "../src/core/views/series.ts";
import type { Model } from "./model.ts";
import { newsOf } from "./curve-look.ts";
import { recordedValue, whole } from "./numbers.ts";
import { inOrder } from "./finding-order.ts";

interface Parts {
  readonly plot: HTMLElement;
  readonly chart: Chart<"line">;
  readonly model: Model;
  readonly visible: () => Series["curves"];
}

/** A click within so many pixels of a flag or a peak means it. */
const snapPixels = 6;
/** A drag shorter than this is a click. */
const dragPixels = 8;

/** Click to choose a token, drag to zoom, wheel to zoom at the pointer; arrow keys move the cursor. */
export function mountChartPointer({ plot, chart, model, visible }: Parts): {
  /** Say anew where the cursor is and what is drawn there. */
  readonly describe: () => void;
} {
  const band = document.createElement("div");
  band.className = "chart-drag";
  band.hidden = true;
  plot.append(band);
  plot.tabIndex = 0;
  plot.setAttribute("role", "slider");
  plot.setAttribute("aria-label", "Position in the trajectory");
  let downAt: number | null = null;

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || model.state.series === null) return;
    downAt = event.offsetX;
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (downAt === null) return;
    const left = Math.min(downAt, event.offsetX);
    const width = Math.abs(event.offsetX - downAt);
    band.hidden = width < dragPixels;
    band.style.left = `${String(left)}px`;
    band.style.width = `${String(width)}px`;
  });
  plot.addEventListener("pointerup", (event) => {
    if (downAt === null) return;
    const start = downAt;
    downAt = null;
    band.hidden = true;
    if (Math.abs(event.offsetX - start) < dragPixels) choose(event.offsetX);
    else zoomTo(tokenAt(Math.min(start, event.offsetX)), tokenAt(Math.max(start, event.offsetX)));
  });
  plot.addEventListener("pointercancel", () => {
    downAt = null;
    band.hidden = true;
  });
  plot.addEventListener(
    "wheel",
    (event) => {
      const { series } = model.state;
      if (series === null || event.deltaY === 0) return;
      event.preventDefault();
      const factor = event.deltaY < 0 ? 0.75 : 1 / 0.75;
      const at = tokenAt(event.offsetX);
      const { startToken, endToken } = range();
      zoomTo(at - (at - startToken) * factor, at + (endToken - at) * factor);
    },
    { passive: false },
  );
  plot.addEventListener("dblclick", () => {
    model.setZoom(null);
  });
  plot.addEventListener("keydown", handleKey);
  return { describe };

  function choose(x: number): void {
    const { series, view } = model.state;
    if (series === null || view === null) return;
    const mark = nearest(series.marks, x, (each) => each.token);
    const finding = inOrder(view, "any").find((each) => each.index === mark?.finding);
    if (mark !== undefined) {
      model.selectToken(mark.token, finding?.line ?? null, mark.finding);
      return;
    }
    model.selectToken(peakNear(x) ?? Math.round(tokenAt(x)), null, null);
  }

  /** The point of a drawn curve near a place that is most news; null where all is flat. */
  function peakNear(x: number): number | null {
    let best: number | null = null;
    // Below a fiftieth there is no peak to mean.
    let most = 0.02;
    for (const curve of visible()) {
      for (const [at, token] of curve.token.entries()) {
        const value = newsOf(curve, curve.value[at] ?? Number.NaN);
        if (!(value > most) || Math.abs(pixel(token) - x) > snapPixels) continue;
        best = token;
        most = value;
      }
    }
    return best;
  }

  function nearest<T>(list: readonly T[], x: number, token: (each: T) => number): T | undefined {
    return list
      .map((each) => ({ each, distance: Math.abs(pixel(token(each)) - x) }))
      .filter(({ distance }) => distance <= snapPixels)
      .toSorted((a, b) => a.distance - b.distance)[0]?.each;
  }

  /** What was asked for last: the series on screen may still be that of the step before. */
  function range(): { readonly startToken: number; readonly endToken: number } {
    const { zoom, view } = model.state;
    return zoom ?? { startToken: 0, endToken: view?.tokenCount ?? 0 };
  }

  function zoomTo(start: number, end: number): void {
    const total = model.state.view?.tokenCount ?? 0;
    const startToken = Math.max(0, Math.floor(start));
    const endToken = Math.min(total, Math.ceil(end));
    if (endToken - startToken < 16) return;
    model.setZoom(startToken === 0 && endToken === total ? null : { startToken, endToken });
  }

  function handleKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { series, token, zoom } = model.state;
    if (series === null) return;
    const step = event.shiftKey ? 10 : 1;
    const at = token ?? series.startToken;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: at - step,
      ArrowRight: at + step,
      Home: series.startToken,
      End: series.endToken - 1,
    };
    const target = moves[event.key];
    const { startToken, endToken } = range();
    const middle = (startToken + endToken) / 2;
    const half = (endToken - startToken) / 2;
    if (target !== undefined) model.selectToken(target, null, null);
    else if (event.key === "+") zoomTo((token ?? middle) - half / 2, (token ?? middle) + half / 2);
    else if (event.key === "-") zoomTo(middle - half * 2, middle + half * 2);
    else if (event.key === "0" && zoom !== null) model.setZoom(null);
    else return;
    event.preventDefault();
  }

  function describe(): void {
    const { series, token } = model.state;
    if (series === null) return;
    plot.setAttribute("aria-valuemin", String(series.startToken));
    plot.setAttribute("aria-valuemax", String(Math.max(0, series.endToken - 1)));
    plot.setAttribute("aria-valuenow", String(token ?? series.startToken));
    plot.setAttribute("aria-valuetext", token === null ? "no token" : spoken(token));
    plot.setAttribute("aria-description", series.summary);
  }

  function spoken(token: number): string {
    const values = visible().map((curve) => {
      const at = curve.token.findLastIndex((each) => each <= token);
      return `${curve.name} ${recordedValue(curve.value[at] ?? 0, curve.unit)}`;
    });
    return `token ${whole(token)}, ${values.join(", ")}`;
  }

  function pixel(token: number): number {
    return chart.scales["x"]?.getPixelForValue(token) ?? 0;
  }

  function tokenAt(x: number): number {
    return chart.scales["x"]?.getValueForPixel(x) ?? 0;
  }
}
