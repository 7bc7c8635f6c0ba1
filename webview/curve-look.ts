import type { Curve, Series } from "../src/core/views/series.ts";

/** So many curves have a colour and a dash of their own; then they begin anew. */
const lookCount = 6;

/** Which colour and dash a curve has, in the chart and in the legend; the first recorded one has its own. */
export function lookOf(series: Series, curve: Curve): number | "recorded" {
  const isFirst = curve === series.curves.find(({ kind }) => kind === "recorded");
  return isFirst ? "recorded" : series.curves.indexOf(curve) % lookCount;
}

/** The threshold is one of control tokens; beside recorded probabilities alone it would be read as theirs. */
export function hasThreshold(series: Series): boolean {
  return series.curves.some(({ kind }) => kind !== "recorded");
}

/** How much news a value is, 0 to 1: how far it lies from where the curve says nothing. */
export function newsOf({ unit, neutral, value: all }: Curve, value: number): number {
  const distance = Math.abs(value - neutral);
  if (unit === "probability") return distance;
  return distance / all.reduce((most, each) => Math.max(most, Math.abs(each - neutral)), 1e-9);
}

/** Probabilities share the left axis; other numbers have one of their own. */
export function isProbability({ unit }: Curve): boolean {
  return unit === "probability";
}
