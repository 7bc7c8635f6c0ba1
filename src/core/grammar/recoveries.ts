import type { Recovery } from "./recovery.ts";
import type { Structure } from "./structure.ts";

/** Broken calls by what became of reading them again. `broken` is their sum. */
export interface RecoverableRate {
  readonly broken: number;
  readonly recoverable: number;
  readonly unrecoverable: number;
  readonly unknown: number;
}

/** What became of the broken call that a finding is about; null where it is about none. */
export function recoveryOf(
  structures: readonly Pick<Structure, "turn" | "recoveries">[],
  finding: {
    readonly kind: string;
    readonly rule: string;
    readonly turn: number;
    readonly start: number;
  },
): Recovery | null {
  if (finding.kind !== "break") return null;
  const recoveries = structures.find(({ turn }) => turn === finding.turn)?.recoveries ?? [];
  return (
    recoveries.find(
      ({ rule, breakStart }) => rule === finding.rule && breakStart === finding.start,
    ) ?? null
  );
}

/** Counts over turns. */
export function recoverableRate(
  structures: readonly Pick<Structure, "recoveries">[],
): RecoverableRate {
  const all = structures.flatMap(({ recoveries }) => recoveries);
  const count = (wanted: Recovery["recoverable"]): number =>
    all.filter(({ recoverable }) => recoverable === wanted).length;
  return {
    broken: all.length,
    recoverable: count("yes"),
    unrecoverable: count("no"),
    unknown: count("unknown"),
  };
}

/** The rates of several together. */
export function sumRates(rates: readonly RecoverableRate[]): RecoverableRate {
  const sum = (of: (rate: RecoverableRate) => number): number =>
    rates.reduce((total, rate) => total + of(rate), 0);
  return {
    broken: sum(({ broken }) => broken),
    recoverable: sum(({ recoverable }) => recoverable),
    unrecoverable: sum(({ unrecoverable }) => unrecoverable),
    unknown: sum(({ unknown }) => unknown),
  };
}

/** Share of the judged broken calls that are recoverable; null where none could be judged. */
export function shareOfRecoverable({ recoverable, unrecoverable }: RecoverableRate): number | null {
  const judged = recoverable + unrecoverable;
  return judged === 0 ? null : recoverable / judged;
}

/** `17 of 20 broken calls are recoverable: the skill is there, the format is not.` Null where no call is broken. */
export function describeRate(rate: RecoverableRate): string | null {
  const { broken, recoverable, unknown } = rate;
  const share = shareOfRecoverable(rate);
  if (broken === 0) return null;
  if (share === null)
    return `${calls(broken)} broken; ${broken === 1 ? "it" : "they"} cannot be judged without the tools' declarations.`;
  // In between neither can be said.
  const meaning =
    share >= 2 / 3
      ? ": the skill is there, the format is not"
      : share <= 1 / 3 && share > 0
        ? ": more is lost than the format"
        : "";
  const aside = unknown > 0 ? ` (${String(unknown)} cannot be judged)` : "";
  const subject =
    broken === 1
      ? `The broken call is ${recoverable === 1 ? "" : "not "}recoverable`
      : `${recoverable === 0 ? "None" : String(recoverable)} of ${String(broken)} broken calls ${recoverable === 0 || recoverable === 1 ? "is" : "are"} recoverable`;
  return `${subject}${aside}${meaning}.`;
}

function calls(count: number): string {
  return count === 1 ? "1 call is" : `${String(count)} calls are`;
}
