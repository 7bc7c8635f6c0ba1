import { ernie45, internlm2, lfm2, minicpm5, olmo3, smollm3 } from "./families/chatml-based.ts";
import { cohereCommand } from "./families/cohere.ts";
import { deepseekDsml, deepseekV3, deepseekV31 } from "./families/deepseek.ts";
import { glm45 } from "./families/glm.ts";
import { functionGemma, gemma3Prompted, gemma4 } from "./families/google.ts";
import { granite20b, granite3, granite4 } from "./families/granite.ts";
import { glimmer, gptOss, inkling } from "./families/harmony.ts";
import { functionary, llamaJson, llamaPythonic, xlam } from "./families/llama.ts";
import { minimaxM2, minimaxM3 } from "./families/minimax.ts";
import { mistral, mistralArgs } from "./families/mistral.ts";
import { kimiK2, kimiK3 } from "./families/moonshot.ts";
import { gigachat3, phi4Mini, sarashina, seedOss, step3 } from "./families/others.ts";
import { hermes, qwen25Hermes, qwen3Coder, qwen3Hermes } from "./families/qwen.ts";
import { functionTags, react, searchR1 } from "./families/research.ts";
import { hunyuan, jamba } from "./families/tool-list-tags.ts";
import type { Family } from "./family.ts";

export { qwen25Hermes, qwen3Hermes };

/** The grammars that are known; the first is the default. */
export const families: readonly Family[] = [
  qwen3Hermes,
  qwen25Hermes,
  hermes,
  qwen3Coder,
  llamaJson,
  llamaPythonic,
  mistral,
  mistralArgs,
  deepseekV3,
  deepseekV31,
  deepseekDsml,
  gptOss,
  glm45,
  kimiK2,
  kimiK3,
  minimaxM2,
  minimaxM3,
  granite3,
  granite20b,
  granite4,
  phi4Mini,
  internlm2,
  jamba,
  cohereCommand,
  functionGemma,
  gemma3Prompted,
  gemma4,
  xlam,
  ernie45,
  seedOss,
  hunyuan,
  olmo3,
  smollm3,
  lfm2,
  step3,
  gigachat3,
  functionary,
  minicpm5,
  inkling,
  glimmer,
  sarashina,
  searchR1,
  functionTags,
  react,
];

/** The family with an id, or null. */
export function familyById(id: string): Family | null {
  return families.find((family) => family.id === id) ?? null;
}
