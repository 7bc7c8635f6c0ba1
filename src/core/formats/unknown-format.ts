import type { Packed } from "../records/packed.ts";
import type { Container } from "../records/record.ts";
import type { Problem } from "../result.ts";

/** What was seen of a file whose format is not known. */
export interface UnknownFile {
  readonly name: string;
  readonly container: Container;
  readonly packed: Packed | null;
  /** Why its first record could not be read; null where it could. */
  readonly problem: Problem | null;
}

/**
 * `unknown-format`: a healthy file of something else, such as a configuration. A file whose first record can't be
 * read is a damaged one instead, and says where it breaks.
 */
export function unknownFormat({ name, container, packed, problem }: UnknownFile): Problem {
  if (problem !== null) {
    const place = `its first record, on line ${String(problem.line + 1)}, can't be read`;
    return {
      ...problem,
      message: `${name} is of no format that Derail knows: ${place}. ${problem.message}`,
    };
  }
  const message =
    container === "text"
      ? `${name} is text, but no transcript of a model that Derail knows: the README says which there are`
      : `${name} ${packed?.kind === "parquet" ? "holds rows, but of" : "is JSON, but"} no rollout format that Derail knows: if it holds rollouts, say which field is what (Map Fields…, or --map on the command line)`;
  return { code: "unknown-format", message, line: 0 };
}
