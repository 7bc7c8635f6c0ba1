import type { Turn } from "./transcript.ts";
import type { WireForm } from "./wire-form.ts";

/**
 * Whether an engine recorded ids without the token it stopped at: no turn of the policy has its end, and the prompt after
 * each of them begins with it. A missing turn end then says nothing. Of a last turn alone that cannot be told.
 */
export function lacksStopTokens(text: string, turns: readonly Turn[], form: WireForm): boolean {
  const sampled = turns.filter((turn) => turn.sampled);
  if (sampled.some(({ bodyEnd }) => form.endsTurn(text, bodyEnd))) return false;
  const followed = sampled.filter(({ index }) => index < turns.length - 1);
  return (
    followed.length > 0 &&
    followed.every(({ bodyEnd, end }) => {
      const after = text.slice(bodyEnd, end);
      return after.trim() !== "" && form.closesOnly(after);
    })
  );
}
