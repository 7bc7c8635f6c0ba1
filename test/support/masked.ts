import { readFileSync } from "node:fs";
import path from "node:path";
import { analyse } from "../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../src/core/analysis/analysis.ts";
import { qwen3Hermes } from "../../src/core/grammar/families.ts";
import { parseTokenizer } from "../../src/core/tokens/parse-tokenizer.ts";
import type { Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import type {
  Misfit,
  RecordedColumn,
  TokenSequence,
} from "../../src/core/trajectory/trajectory.ts";
import { root } from "./paths.ts";
import { trajectory } from "./transcripts.ts";

/** The tokenizer that ships. */
export function bundledTokenizer(): Tokenizer {
  const file = readFileSync(path.join(root, "media/policy/tokenizer.json"), "utf8");
  const { value } = parseTokenizer(JSON.parse(file), null);
  if (value === null) throw new Error("the bundled tokenizer cannot be read");
  return value;
}

/** A sequence of ids written as text, with ⟦ and ⟧ around what the mask holds. */
export function maskedSequence(
  marked: string,
  tokenizer: Tokenizer,
  columns: (sampled: Uint8Array) => readonly RecordedColumn[] = () => [],
): TokenSequence {
  const ids: number[] = [];
  const mask: number[] = [];
  for (const [index, part] of marked.split(/[⟦⟧]/u).entries()) {
    const own = tokenizer.encode(part).ids;
    ids.push(...own);
    for (let token = 0; token < own.length; token++) mask.push(index % 2);
  }
  const sampled = Uint8Array.from(mask);
  return {
    ids: Int32Array.from(ids),
    sampled,
    sampledKey: "loss_mask",
    columns: columns(sampled),
    source: { startByte: 0, endByte: 1 },
  };
}

/** The analysis of such a sequence. */
export function analyseMasked(
  marked: string,
  more: {
    readonly columns?: (sampled: Uint8Array) => readonly RecordedColumn[];
    readonly misfits?: readonly Misfit[];
  } = {},
): Analysis {
  const tokenizer = bundledTokenizer();
  const sequence = maskedSequence(marked, tokenizer, more.columns);
  const body = { kind: "tokens", sequence, messages: [] } as const;
  const { misfits } = more;
  return analyse(trajectory(body, misfits ? { misfits } : {}), {
    family: qwen3Hermes,
    tokenizer,
    chatTemplate: null,
  });
}
