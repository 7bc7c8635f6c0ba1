import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";

const scheme = "attachment://";

/**
 * A node of an Inspect log with its attachments in place: long texts stand once, in the sample's `attachments`, and are
 * named by their hash where they are used. Texts that were fetched keep their place in the file: that of the attachment.
 */
export function withAttachments(node: JsonNode, attachments: JsonNode | null): JsonNode {
  const known = attachments?.value;
  if (!attachments || typeof known !== "object" || known === null) return node;
  if (Object.keys(known).length === 0) return node;
  return resolved(node, attachments);
}

function resolved(node: JsonNode, attachments: JsonNode): JsonNode {
  const target = targetOf(node.value, attachments);
  if (target) return target;
  let value: { readonly found: unknown } | null = null;
  return {
    get value() {
      value ??= { found: resolveValue(node.value, attachments.value) };
      return value.found;
    },
    get range() {
      return node.range;
    },
    text: () => node.text(),
    get(key) {
      const child = node.get(key);
      return child && resolved(child, attachments);
    },
    items: () => node.items().map((item) => resolved(item, attachments)),
  };
}

function targetOf(value: unknown, attachments: JsonNode): JsonNode | null {
  if (typeof value !== "string" || !value.startsWith(scheme)) return null;
  const target = attachments.get(value.slice(scheme.length));
  return target?.text() ? target : null;
}

/** The plain value with every attachment in it; a text that was fetched is not looked into again. */
function resolveValue(value: unknown, attachments: unknown): unknown {
  if (typeof value === "string") {
    const target = value.startsWith(scheme)
      ? memberOf(attachments, value.slice(scheme.length))
      : undefined;
    return typeof target === "string" ? target : value;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => resolveValue(item, attachments));
  if (typeof value !== "object" || value === null) return value;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolveValue(item, attachments)]));
}
