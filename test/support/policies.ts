import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Scores } from "../../src/core/tokens/channel.ts";
import { root } from "./paths.ts";

/** Reference scores of one sequence; row t is about token t + 1. */
export interface ExpectedScores {
  readonly logProbability: string;
  readonly controlLogProbability: string;
  readonly entropyNats: string;
  readonly topIds: readonly number[];
  readonly topLogProbability: string;
}

export interface TinyVectors {
  readonly ids: readonly number[];
  readonly controlIds: readonly number[];
  readonly top: number;
  readonly models: Readonly<Record<string, ExpectedScores & { readonly by: string }>>;
}

/** Directory of a tiny policy that `make_models.py` made. */
export function tinyPolicy(name: string): string {
  return path.join(root, "test/fixtures/models", name);
}

export function tinyVectors(): TinyVectors {
  const file = path.join(root, "test/vectors/tiny-policies.json");
  return JSON.parse(readFileSync(file, "utf8")) as TinyVectors;
}

/** Nats: how near nearly every score is to the reference, and how near the worst one. */
export interface Tolerance {
  readonly usual: number;
  readonly worst: number;
}

export const exact: Tolerance = { usual: 1e-4, worst: 1e-4 };
/**
 * Half precision is computed in single precision, but rounded within the graph wherever an operator wants it. A value
 * near the middle of two falls to either side, and moves a score by a unit in its last place: one position in hundreds.
 */
export const exactButForRounding: Tolerance = { usual: 1e-4, worst: 4e-3 };

/** Fails where scores are further from the reference than the tolerance allows. */
export function assertScores(
  scores: Scores,
  expected: ExpectedScores,
  tolerance: Tolerance = exact,
): void {
  const rows = scores.tokenCount - 1;
  const columns = [
    ["target", scores.targetLogProbs, expected.logProbability, 1],
    ["control", scores.controlLogProbs, expected.controlLogProbability, scores.controlIds.length],
    ["entropy", scores.entropy, expected.entropyNats, 1],
    ["top", scores.topLogProbs, expected.topLogProbability, scores.topCount],
  ] as const;
  for (const [name, actual, packed, width] of columns) {
    const values = unpack(packed);
    assert.equal(values.length, rows * width, `${name} has another length`);
    assert.ok(actual.subarray(0, width).every(Number.isNaN), `${name} of the first token`);
    const off = differences(actual.subarray(width), values);
    assert.ok(
      Math.max(...off) <= tolerance.worst,
      `${name} differs by ${String(Math.max(...off))}`,
    );
    const unusual = off.filter((difference) => difference > tolerance.usual).length;
    assert.ok(unusual <= off.length / 100, `${name}: ${String(unusual)} differ`);
  }
  const { topCount } = scores;
  assert.deepEqual([...scores.topIds.subarray(0, topCount)], Array(topCount).fill(-1));
  // Ids may change places only where their probabilities are the same to the tolerance.
  const top = unpack(expected.topLogProbability);
  for (const [index, id] of expected.topIds.entries()) {
    if (scores.topIds[topCount + index] === id) continue;
    const near = [index - 1, index + 1].some(
      (other) => Math.abs((top[other] ?? NaN) - (top[index] ?? NaN)) <= 2 * tolerance.worst,
    );
    const isLast = index % topCount === topCount - 1;
    assert.ok(near || isLast, `top ${String(index)} is ${String(scores.topIds[topCount + index])}`);
  }
}

function differences(a: Float32Array, b: Float32Array): number[] {
  return [...a].map((value, index) => {
    const difference = Math.abs(value - (b[index] ?? NaN));
    return Number.isNaN(difference) ? Infinity : difference;
  });
}

function unpack(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  return new Float32Array(bytes.buffer);
}
