import { tellingFindings } from "../core/findings/telling.ts";
import { describeRate, sumRates, type RecoverableRate } from "../core/grammar/recoveries.ts";
import type { TurnState } from "../core/grammar/structure.ts";
import type { FileReport } from "../core/report/report.ts";
import { showRule } from "../core/views/rule-names.ts";
import { count, statesLine, type Look } from "./words.ts";
import { wrap } from "./wrap.ts";

/** Sums over files; nothing of a file is kept but its counts. */
export interface Totals {
  readonly add: (file: FileReport) => void;
  /** For a person; null for fewer than two files of rollouts, whose own lines say it all. */
  readonly format: (look: Look) => string | null;
}

export function startTotals(): Totals {
  let files = 0;
  let trajectories = 0;
  let rate: RecoverableRate = sumRates([]);
  const states = new Map<TurnState, number>();
  const rules = new Map<string, number>();
  return {
    add(file) {
      if (file.format === null) return;
      files++;
      trajectories += file.trajectories.length;
      rate = sumRates([rate, file.recoverable]);
      for (const { turns, findings } of file.trajectories) {
        for (const { state } of turns) if (state !== null) increase(states, state);
        for (const { rule } of tellingFindings(findings)) increase(rules, rule);
      }
    },
    format({ colors, width }) {
      if (files < 2) return null;
      const found = [...rules].toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
      const columns = Math.max(0, ...found.map(([, number]) => String(number).length));
      const turns = [...states.values()].reduce((sum, number) => sum + number, 0);
      const recoverable = describeRate(rate);
      const facts = [
        count(files, "file", "files"),
        count(trajectories, "trajectory", "trajectories"),
        count(turns, "turn of the policy", "turns of the policy"),
      ];
      return `${[
        colors.bold("total"),
        `  ${facts.join(" · ")}`,
        ...wrap(`  ${statesLine((state) => states.get(state) ?? 0, colors)}`, width, 2),
        ...(recoverable === null ? [] : wrap(`  ${recoverable}`, width, 2)),
        ...found.map(
          ([rule, number]) => `  ${String(number).padStart(columns)}  ${showRule(rule)}`,
        ),
      ].join("\n")}\n`;
    },
  };
}

function increase<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
