import type { Wire } from "../wires/wire.ts";

/** How a family writes calls, as far as corruptions must tell it apart. */
export type Syntax = "json" | "python" | "named" | "tags" | "pairs" | "pythonic" | "gemma" | "text";

const syntaxes: Readonly<Record<string, Syntax>> = {
  "qwen3-hermes": "json",
  "qwen2.5-hermes": "json",
  hermes: "json",
  "qwen3-coder-xml": "tags",
  "llama3.1-json": "json",
  "llama-pythonic": "pythonic",
  mistral: "json",
  "mistral-args": "named",
  "deepseek-v3": "named",
  "deepseek-v3.1": "named",
  "deepseek-dsml": "tags",
  "gpt-oss-harmony": "named",
  "glm-4.5": "pairs",
  "kimi-k2": "named",
  "kimi-k3": "tags",
  "minimax-m2": "tags",
  "minimax-m3": "tags",
  granite3: "json",
  "granite-20b-fc": "json",
  granite4: "json",
  "phi4-mini": "json",
  internlm2: "json",
  jamba: "json",
  "cohere-command": "json",
  functiongemma: "gemma",
  "gemma3-prompted": "pythonic",
  gemma4: "gemma",
  xlam: "json",
  "ernie4.5": "json",
  "seed-oss": "tags",
  "hunyuan-a13b": "json",
  olmo3: "pythonic",
  smollm3: "json",
  lfm2: "pythonic",
  step3: "tags",
  gigachat3: "json",
  "functionary-v3.2": "named",
  minicpm5: "tags",
  inkling: "json",
  glimmer: "tags",
  sarashina: "python",
  "search-r1": "text",
  "function-tags": "tags",
  react: "json",
};

/** The call's own element is what begins and ends it, with nothing around it. */
export function isItsElement({ id }: Wire): boolean {
  return id === "minicpm5" || id === "function-tags";
}

export function syntaxOf({ id }: Wire): Syntax {
  const syntax = syntaxes[id];
  if (!syntax) throw new Error(`No syntax for ${id}`);
  return syntax;
}

/** Calls that end without a marker: with their JSON, at the next marker, or with the turn. */
export function endsItself(wire: Wire): boolean {
  return openCalls.has(wire.id);
}

const openCalls: ReadonlySet<string> = new Set([
  "mistral",
  "mistral-args",
  "granite3",
  "granite-20b-fc",
  "phi4-mini",
  "gigachat3",
  "functionary-v3.2",
  "sarashina",
  "llama3.1-json",
  "llama-pythonic",
  "xlam",
  "react",
]);

export function isLiteral(wire: Wire): boolean {
  return ["json", "python", "named", "pythonic", "gemma"].includes(syntaxOf(wire));
}
