import type { RecordedUnit } from "../src/core/views/recorded-words.ts";

/** A probability as shown beside a bar: three digits, and never a false zero. */
export function probability(value: number): string {
  if (value > 0 && value < 0.001) return "<0.001";
  return value.toFixed(3);
}

/** A number that a file recorded, in its unit: four digits are as many as its half precision has. */
export function recordedValue(value: number, unit: RecordedUnit): string {
  if (unit === "probability") return probability(value);
  if (unit === "flag") return value > 0 ? "yes" : "no";
  const digits = String(Number(value.toPrecision(4)));
  return unit === "nats" ? `${digits} nats` : digits;
}

/** `1,234`, and `41.2k` from ten thousand on. */
export function count(value: number): string {
  if (value < 10_000) return value.toLocaleString("en");
  if (value < 1_000_000) return `${(value / 1000).toFixed(value < 100_000 ? 1 : 0)}k`;
  return `${(value / 1_000_000).toFixed(1)}M`;
}

export function whole(value: number): string {
  return value.toLocaleString("en");
}

/** `40 s left`, `3 min left`. */
export function timeLeft(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 90) return `${String(Math.max(1, Math.round(seconds)))} s left`;
  if (seconds < 5400) return `${String(Math.round(seconds / 60))} min left`;
  return `${(seconds / 3600).toFixed(1)} h left`;
}

export function reward(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(Number(value.toPrecision(3)));
}

export function bytes(value: number): string {
  if (value < 1000) return `${String(value)} B`;
  if (value < 1e6) return `${(value / 1e3).toFixed(1)} kB`;
  if (value < 1e9) return `${(value / 1e6).toFixed(1)} MB`;
  return `${(value / 1e9).toFixed(2)} GB`;
}

export function plural(value: number, one: string): string {
  return `${whole(value)} ${one}${value === 1 ? "" : "s"}`;
}
