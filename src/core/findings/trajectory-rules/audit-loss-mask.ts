import { lossMaskOf } from "./loss-mask.ts";
import { unmaskedText } from "./m01-unmasked-text.ts";
import { maskedAnswer } from "./m02-masked-answer.ts";
import { shiftedMask } from "./m03-shifted-mask.ts";
import type { TrajectoryRule } from "./trajectory-rule.ts";

/** M01 to M03: the file's mask against the turns that its text shows. A mask that is shifted is wrong in no other way. */
export const auditLossMask: TrajectoryRule = (input) => {
  const mask = lossMaskOf(input);
  if (!mask) return [];
  const shifted = shiftedMask(input, mask);
  if (shifted.length > 0) return shifted;
  return [...unmaskedText(input, mask), ...maskedAnswer(input, mask)];
};
