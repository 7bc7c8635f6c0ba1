import type { Part } from "../part.ts";
import type { Random } from "../random.ts";
import type { CallPlan } from "../tools.ts";

/** Writes a block of calls as a family writes it, from the sources in docs/families.md; knows nothing of the readers. */
export type Notation = (calls: readonly CallPlan[], random: Random) => readonly Part[];

/** Parts of several calls with something between. */
export function joined(
  calls: readonly CallPlan[],
  between: readonly Part[],
  write: (call: CallPlan, index: number) => readonly Part[],
): readonly Part[] {
  return calls.flatMap((call, index) =>
    index === 0 ? write(call, index) : [...between, ...write(call, index)],
  );
}
