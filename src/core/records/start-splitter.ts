import type { Container } from "./record.ts";
import { splitLines } from "./split-lines.ts";
import { splitMember } from "./split-member.ts";
import { splitValues } from "./split-values.ts";
import { splitWhole } from "./split-whole.ts";
import type { Splitter } from "./splitter.ts";

/** Begin at the first byte of a file. */
export function startSplitter(container: Container): Splitter {
  if (container === "text") return splitWhole();
  if (container === "json-member") return splitMember();
  return container === "jsonl" ? splitLines() : splitValues(container);
}
