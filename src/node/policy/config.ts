import path from "node:path";
import { isRecord } from "../../core/text/json-value.ts";
import { readJson, type Json } from "./json.ts";

/** Sizes from `config.json`, or from `genai_config.json` where only that is there; null where neither tells. */
export interface PolicyConfig {
  readonly vocabularySize: number | null;
  readonly contextLength: number | null;
  readonly attentionHeadCount: number | null;
  readonly cacheHeadCount: number | null;
  readonly headSize: number | null;
}

/** A file that is not there or not JSON gives no sizes; the graph tells most of them too. */
export function readConfig(directory: string): PolicyConfig {
  const root = readJson(path.join(directory, "config.json")) ?? {};
  const text = asObject(root["text_config"]);
  const genai = asObject((readJson(path.join(directory, "genai_config.json")) ?? {})["model"]);
  const decoder = asObject(genai["decoder"]);
  const size = (name: string, other: unknown = null): number | null =>
    positive(root[name]) ?? positive(text[name]) ?? positive(other);
  const hidden = size("hidden_size", decoder["hidden_size"]);
  const heads = size("num_attention_heads", decoder["num_attention_heads"]);
  const derived = hidden !== null && heads !== null ? hidden / heads : null;
  return {
    vocabularySize: size("vocab_size", genai["vocab_size"]),
    contextLength: size("max_position_embeddings", genai["context_length"]),
    attentionHeadCount: heads,
    cacheHeadCount: size("num_key_value_heads", decoder["num_key_value_heads"]) ?? heads,
    headSize: size("head_dim", decoder["head_size"]) ?? positive(derived),
  };
}

function asObject(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function positive(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : null;
}
