import { mostTools, type Declaration } from "./declaration.ts";

/**
 * Tools that are written as Python functions (Seed-OSS, Command R). Names only: which parameters are required stands in
 * words there.
 */
export function readSignatures(text: string, from: number, to: number): Declaration {
  const found = [...text.slice(from, to).matchAll(signature)].slice(0, mostTools);
  const tools = found.map(({ index, 0: written, 1: name = "" }) => ({
    name,
    parameters: null,
    declaredAt: { start: from + index, end: from + index + written.length },
  }));
  return { tools, whole: tools.length > 0 && tools.length < mostTools, end: to };
}

const signature = /(?<=^|\n)(?:async )?def ([A-Za-z_]\w{0,127})\(/g;
