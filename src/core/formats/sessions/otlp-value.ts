import type { JsonNode } from "../../text/json.ts";

// Exporters nest messages four deep; a hostile file must not nest until the stack is full.
const maxLevels = 64;

/** A value of OTLP's JSON (`{"stringValue": …}`, `kvlistValue`, `arrayValue`) as the plain value that it stands for. */
export function otlpValue(node: JsonNode, level = 0): JsonNode {
  const list = level < maxLevels ? node.get("arrayValue")?.get("values") : null;
  if (list) {
    const items = list.items().map((item) => otlpValue(item, level + 1));
    const value = items.map((item) => item.value);
    return nested(node, value, items, (key) => items[Number(key)] ?? null);
  }
  const pairs = level < maxLevels ? node.get("kvlistValue")?.get("values") : null;
  if (pairs) {
    const members = new Map<string, JsonNode>();
    for (const pair of pairs.items()) {
      const key = pair.get("key")?.text()?.text;
      const inner = pair.get("value");
      if (key !== undefined && inner) members.set(key, otlpValue(inner, level + 1));
    }
    const value = Object.fromEntries([...members].map(([key, member]) => [key, member.value]));
    return nested(node, value, [], (key) => members.get(String(key)) ?? null);
  }
  const plain = ["stringValue", "intValue", "doubleValue", "boolValue"];
  return plain.map((key) => node.get(key)).find((found) => found !== null) ?? node;
}

function nested(
  { range }: JsonNode,
  value: unknown,
  items: readonly JsonNode[],
  get: JsonNode["get"],
): JsonNode {
  return { value, range, text: () => null, get, items: () => items };
}
