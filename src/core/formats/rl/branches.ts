/**
 * The paths from a root to each leaf of a forest, by the parents of its nodes (null for a root). A parent must come before
 * its child, as it does in a log that is written as it happens; one that does not counts as none, so no path is a circle.
 *
 * @returns lists of node numbers, in the order of the leaves.
 */
export function branchesOf(parents: readonly (number | null)[]): readonly (readonly number[])[] {
  const parentOf = (node: number): number | null => {
    const parent = parents[node] ?? null;
    return parent !== null && parent < node ? parent : null;
  };
  const hasChild = new Set(parents.map((_, node) => parentOf(node)));
  const leaves = parents.map((_, node) => node).filter((node) => !hasChild.has(node));
  return leaves.slice(0, maxBranches).map((leaf) => {
    const path: number[] = [];
    for (let node: number | null = leaf; node !== null; node = parentOf(node)) path.push(node);
    return path.toReversed();
  });
}

// Sub-agents and compactions make a handful. A hostile star of a million leaves on a long trunk would be copied a million times.
const maxBranches = 1000;
