import { growColumns } from "./record-columns.ts";
import type { Splitter } from "./splitter.ts";

/** A file that is one record: plain text. It is there once the file is at its end. */
export function splitWhole(): Splitter {
  const records = growColumns();
  let bytes = 0;
  return {
    records,
    push(chunk) {
      records.dropLast();
      bytes += chunk.length;
    },
    end() {
      if (bytes > 0) records.append(0, bytes, 0);
      return { torn: false, problems: [] };
    },
  };
}
