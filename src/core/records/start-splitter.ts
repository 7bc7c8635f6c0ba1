import type { Container } from "./record.ts";
import { splitLines } from "./split-lines.ts";
import { splitValues } from "./split-values.ts";
import { splitWhole } from "./split-whole.ts";
import type { Splitter } from "./splitter.ts";

/** Begin at the first byte of a file. */
export function startSplitter(container: Container): Splitter {
  if (container === "text") return splitWhole();
  return container === "jsonl" ? splitLines() : splitValues(container);
}
