import { valueOfJson } from "../../text/json.ts";
import { isRecord } from "../../text/json-value.ts";
import { toolName, type Declaration } from "./declaration.ts";
import { plainType } from "./plain-type.ts";

/** One block of FunctionGemma or Gemma 4: `declaration:NAME{description:<|"|>…<|"|>,parameters:{…}}`. */
export function readGemmaTool(text: string, from: number, to: number): Declaration {
  const block = text.slice(from, to);
  const [head, name = ""] =
    /^\s{0,80}(?:declaration|call):([^{\s]{1,128})\s{0,8}/.exec(block) ?? [];
  if (head === undefined || !toolName.test(name)) return { tools: [], whole: false, end: to };
  const value = valueOfJson(asJson(block.slice(head.length)));
  const parameters = isRecord(value) ? lowered(value["parameters"] ?? null) : null;
  const declaredAt = { start: from, end: to };
  return { tools: [{ name, parameters, declaredAt }], whole: true, end: to };
}

/** Every second piece is a string; around them keys stand bare. */
function asJson(literal: string): string {
  const delimiter = literal.includes("<escape>") ? "<escape>" : '<|"|>';
  return literal
    .split(delimiter)
    .map((piece, index) =>
      index % 2 === 1
        ? JSON.stringify(piece)
        : piece.replaceAll(/([{,]\s{0,80})([^\s:{}[\]",]{1,200})(?=\s{0,8}:)/g, '$1"$2"'),
    )
    .join("");
}

/** Types are written in capitals there (`STRING`). */
function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) =>
      key === "type" ? [key, typeName(member)] : [key, lowered(member)],
    ),
  );
}

/** Of a parameter that is called `type` the schema. */
function typeName(value: unknown): unknown {
  if (typeof value === "string") return plainType(value).type ?? value;
  return Array.isArray(value) ? value.map(typeName) : lowered(value);
}
