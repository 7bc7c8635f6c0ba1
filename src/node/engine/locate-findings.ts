import { tell, tellingFindings } from "../../core/findings/telling.ts";
import type { RawFinding } from "../../core/marks/marks.ts";
import { findingBytes } from "../../core/report/report.ts";
import type { Packed } from "../../core/records/packed.ts";
import { startLocating } from "../../core/text/positions.ts";
import type { Entry } from "./entry.ts";

/** Findings at their place in the raw file; of a packed one, which has no text, at its beginning, and named. */
export async function locateFindings(
  trajectory: number,
  { analysis, bytes, anchor }: Extract<Entry, { readonly kind: "analysed" }>,
  packed: Packed | null,
): Promise<readonly RawFinding[]> {
  if (analysis.findings.length === 0) return [];
  const locate = packed ? atBeginning : startLocating(await bytes(), anchor);
  const name = packed ? `${analysis.trajectory.id}: ` : "";
  const telling = new Set(tellingFindings(analysis.findings));
  return analysis.findings.flatMap((finding, index) => {
    if (!telling.has(finding)) return [];
    const { startByte, endByte } = findingBytes(analysis, finding);
    const start = locate(startByte);
    const end = locate(endByte);
    return {
      trajectory,
      index,
      kind: finding.kind,
      rule: finding.rule,
      severity: finding.severity,
      message: `${name}${tell(finding)}`,
      packed: packed !== null,
      startByte,
      endByte,
      startLine: start.line,
      startColumn: start.column,
      endLine: end.line,
      endColumn: end.column,
    };
  });
}

function atBeginning(): { readonly line: number; readonly column: number } {
  return { line: 0, column: 0 };
}
