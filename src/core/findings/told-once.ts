/** Rules that say the same of every trajectory of a file, since they are about how it was written. */
const ofFiles: ReadonlySet<string> = new Set(["F29", "M03"]);

export function isOfFile({ rule }: { readonly rule: string }): boolean {
  return ofFiles.has(rule);
}

/** A file's findings, in which such a rule is told once, with the number of trajectories it is true of. */
export function tellOnce<F extends { readonly rule: string; readonly message: string }>(
  findings: readonly F[],
): readonly F[] {
  const counts = new Map<string, number>();
  for (const finding of findings)
    if (isOfFile(finding)) counts.set(finding.rule, (counts.get(finding.rule) ?? 0) + 1);
  if (counts.size === 0) return findings;
  return findings.flatMap((finding) => {
    const count = counts.get(finding.rule);
    if (!isOfFile(finding)) return [finding];
    if (count === undefined) return [];
    counts.delete(finding.rule);
    return count === 1
      ? [finding]
      : [{ ...finding, message: `${finding.message} So in ${String(count)} trajectories.` }];
  });
}
