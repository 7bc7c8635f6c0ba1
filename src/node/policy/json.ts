import { readFileSync, statSync } from "node:fs";
import { isRecord } from "../../core/text/json-value.ts";

export type Json = Readonly<Record<string, unknown>>;

/** Largest JSON file of a policy that is read. The largest tokenizers are 40 MB (a 260,000 word vocabulary). */
const maxJsonBytes = 256 * 1024 * 1024;

/** What a JSON file holds; null where it is not there, not JSON or not an object. */
export function readJson(file: string): Json | null {
  const result = tryReadJson(file);
  return result.kind === "object" ? result.value : null;
}

export type JsonFile =
  | { readonly kind: "object"; readonly value: Json }
  | { readonly kind: "missing" }
  | { readonly kind: "damaged"; readonly why: string };

export function tryReadJson(file: string): JsonFile {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile()) return { kind: "missing" };
  if (stats.size > maxJsonBytes)
    return { kind: "damaged", why: `it is ${String(stats.size)} bytes long` };
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
    if (!isRecord(value)) return { kind: "damaged", why: "it is no JSON object" };
    return { kind: "object", value };
  } catch (error) {
    return { kind: "damaged", why: error instanceof Error ? error.message : String(error) };
  }
}

/** A member of a JSON value, by its own name; null where there is none. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return null;
  return new Map<string, unknown>(Object.entries(value)).get(name) ?? null;
}
