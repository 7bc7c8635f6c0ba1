import { mostTools, type Declaration } from "./declaration.ts";
import { plainType } from "./plain-type.ts";

/**
 * Tools that are written as Python functions (Seed-OSS, Command R, MiniCPM 3). Seed-OSS says of each parameter whether it
 * is required; of the others the names are known.
 */
export function readSignatures(text: string, from: number, to: number): Declaration {
  const block = text.slice(from, to);
  const found = [...block.matchAll(signature)].slice(0, mostTools);
  const tools = found.map(({ index, 1: name = "" }, order) => {
    const written = block.slice(index, found[order + 1]?.index ?? block.length);
    const end = from + index + written.trimEnd().length;
    return { name, parameters: schemaIn(written), declaredAt: { start: from + index, end } };
  });
  return { tools, whole: tools.length > 0 && tools.length < mostTools, end: to };
}

const signature = /(?<=^|\n)(?:async )?def ([A-Za-z_]\w{0,127})\(/g;

function schemaIn(written: string): unknown {
  const parameters = [...written.matchAll(parameter)];
  if (parameters.length === 0) return null;
  const properties = parameters.map(([, key = "", type = ""]) => [key, plainType(type)] as const);
  const required = parameters.flatMap(([, key = "", , need]) => (need === "必填" ? [key] : []));
  return { type: "object", properties: Object.fromEntries(properties), required };
}

// What its template calls an int may be any number.
const parameter = /(?<=\n) {4}- ([^\s(]{1,128}) \((?:int|Any|(\w{1,20}))\) \[(必填|选填)\]/g;
