/**
 * The paths from a root to each leaf of a forest, by the parents of its nodes (null for a root). A parent must come before
 * its child, as it does in a log that is written as it happens; one that does not counts as none, so no path is a circle.
 *
 * @returns as many paths as are read, lists of node numbers in the order of the leaves.
 */
export function branchesOf(parents: readonly (number | null)[]): {
  readonly branches: readonly (readonly number[])[];
  /** Leaves beyond what is read of one trace. */
  readonly leftOut: number;
} {
  const parentOf = (node: number): number | null => {
    const parent = parents[node] ?? null;
    return parent !== null && parent < node ? parent : null;
  };
  const hasChild = new Set(parents.map((_, node) => parentOf(node)));
  const leaves = parents.map((_, node) => node).filter((node) => !hasChild.has(node));
  const branches: (readonly number[])[] = [];
  let steps = 0;
  for (const leaf of leaves) {
    const path: number[] = [];
    for (let node: number | null = leaf; node !== null; node = parentOf(node)) path.push(node);
    steps += path.length;
    if (branches.length > 0 && steps > maxSteps) break;
    branches.push(path.toReversed());
  }
  return { branches, leftOut: leaves.length - branches.length };
}

// Sub-agents and compactions make a handful of branches of some hundred messages. The trunk below them is read again for
// each, and a hostile star of leaves on a long trunk must not become a million copies of it.
const maxSteps = 200_000;
