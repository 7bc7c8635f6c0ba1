import type { Format } from "../format.ts";
import { areal } from "./areal.ts";
import { atropos } from "./atropos.ts";
import { msSwift, roll } from "./columnar.ts";
import { nemoGym } from "./nemo-gym.ts";
import { nemoRl } from "./nemo-rl.ts";
import { primeRlTokens } from "./prime-rl-tokens.ts";
import { rllm } from "./rllm.ts";
import { skyrl } from "./skyrl.ts";
import { slime } from "./slime.ts";
import { trl } from "./trl.ts";
import { verifiersResults } from "./verifiers-results.ts";
import { verifiers } from "./verifiers.ts";
import { verlTool } from "./verl-tool.ts";
import { verl } from "./verl.ts";

/** What trainers and their environments dump. */
export const rlFormats: readonly Format[] = [
  nemoGym,
  verlTool,
  verl,
  verifiers,
  primeRlTokens,
  nemoRl,
  verifiersResults,
  skyrl,
  areal,
  trl,
  msSwift,
  roll,
  rllm,
  slime,
  atropos,
];
