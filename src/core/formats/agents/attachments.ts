import { maxRecordBytes, memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { MappedText } from "../../text/source-map.ts";
import type { Notes } from "../notes.ts";

const scheme = "attachment://";

/**
 * A node of an Inspect log with its attachments in place: long texts stand once, in the sample's `attachments`, and are
 * named by their hash where they are used. Texts that were fetched keep their place in the file: that of the attachment.
 */
export function withAttachments(node: JsonNode, notes: Notes): JsonNode {
  const attachments = node.get("attachments");
  const known = attachments?.value;
  if (!attachments || typeof known !== "object" || known === null) return node;
  return Object.keys(known).length === 0 ? node : resolved(node, openStore(attachments, notes));
}

interface Store {
  readonly values: unknown;
  /** The attachment that a text names, or null. */
  fetch(reference: unknown): JsonNode | null;
}

// A text that is named again and again could make a small log larger than memory: more is left as it is named.
const maxFetchedUnits = maxRecordBytes;

function openStore(attachments: JsonNode, notes: Notes): Store {
  const texts = new Map<string, MappedText>();
  let units = 0;
  let isTold = false;
  return {
    values: attachments.value,
    fetch(reference) {
      const key = keyOf(reference);
      if (key === null) return null;
      const node = attachments.get(key);
      const text = texts.get(key) ?? node?.text();
      if (!node || !text) return null;
      texts.set(key, text);
      units += text.text.length;
      if (units > maxFetchedUnits) {
        if (!isTold) notes.add("attachments-too-large", tooLarge, attachments.range);
        isTold = true;
        return null;
      }
      const { value, range } = node;
      return { value, range, text: () => text, get: () => null, items: () => [] };
    },
  };
}

const tooLarge =
  "The attachments that this sample mentions come to more than 64 MB: the further ones stay mentions";

function keyOf(reference: unknown): string | null {
  if (typeof reference !== "string" || !reference.startsWith(scheme)) return null;
  return reference.slice(scheme.length);
}

function resolved(node: JsonNode, store: Store): JsonNode {
  let value: { readonly found: unknown } | null = null;
  return {
    get value() {
      value ??= { found: resolveValue(node.value, store.values) };
      return value.found;
    },
    get range() {
      return store.fetch(node.value)?.range ?? node.range;
    },
    text: () => store.fetch(node.value)?.text() ?? node.text(),
    get(key) {
      const child = node.get(key);
      return child && resolved(child, store);
    },
    items: () => node.items().map((item) => resolved(item, store)),
  };
}

/** The plain value with every attachment in it; a text that was fetched is not looked into again. */
function resolveValue(value: unknown, attachments: unknown): unknown {
  if (typeof value === "string") {
    const key = keyOf(value);
    const target = key === null ? undefined : memberOf(attachments, key);
    return typeof target === "string" ? target : value;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => resolveValue(item, attachments));
  if (typeof value !== "object" || value === null) return value;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolveValue(item, attachments)]));
}
