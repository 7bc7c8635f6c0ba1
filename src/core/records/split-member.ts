import { growColumns } from "./record-columns.ts";
import { splitValues } from "./split-values.ts";
import type { Splitter } from "./splitter.ts";

/** Members of one big object that hold its rollouts: of an Inspect log, of a run of tau2-bench. */
const holders: ReadonlySet<string> = new Set(["samples", "simulations"]);

// The longest of them is 11 bytes.
const longestKey = 16;

/**
 * Records as the items of one member of an object, so that a log is read item by item however large it is. An object
 * without such a member is one record, known once the file is at its end.
 */
export function splitMember(): Splitter {
  const records = growColumns();
  let items: Splitter | null = null;
  let passed = 0;
  let line = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** The string at hand or the last one, as far as it may be a key; and the key whose value comes. */
  let word = "";
  let key = "";
  /** The whole file stands as one record. */
  let isWhole = false;

  /** One byte of what comes before the items; whether they begin here. */
  function step(byte: number): boolean {
    if (byte === 0x0a) line++;
    if (inString) {
      passInString(byte);
      return false;
    }
    if (byte === 0x22) {
      inString = true;
      word = "";
    } else if (byte === 0x3a && depth === 1) key = word;
    else if (byte === 0x2c && depth === 1) key = "";
    else if (byte === 0x7b || byte === 0x5b) {
      if (byte === 0x5b && depth === 1 && holders.has(key)) return true;
      depth++;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
    return false;
  }

  function passInString(byte: number): void {
    if (byte === 0x22 && !escaped) {
      inString = false;
      return;
    }
    escaped = byte === 0x5c && !escaped;
    if (depth === 1 && word.length < longestKey) word += String.fromCharCode(byte);
  }

  return {
    records,
    push(chunk) {
      if (isWhole) records.dropLast();
      isWhole = false;
      if (items) {
        items.push(chunk);
        return;
      }
      for (let at = 0; at < chunk.length; at++) {
        if (!step(chunk[at] ?? 0)) continue;
        items = splitValues("json-array", { records, byte: passed + at, line });
        items.push(chunk.subarray(at));
        return;
      }
      passed += chunk.length;
    },
    end() {
      if (items) return items.end();
      if (!isWhole && passed > 0) records.append(0, passed, 0);
      isWhole = passed > 0;
      return { torn: depth > 0, problems: [] };
    },
  };
}
