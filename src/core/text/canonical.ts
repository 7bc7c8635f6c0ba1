import { isRecord } from "./json-value.ts";

/**
 * JSON of a value with its keys in order, so that equal values are equal texts. Undefined members are left out; null
 * where it nests too deep to be written.
 */
export function canonical(value: unknown): string | null {
  try {
    return (
      JSON.stringify(value, (_key, member: unknown) =>
        isRecord(member) ? sorted(member) : member,
      ) ?? ""
    );
  } catch {
    return null;
  }
}

function sorted(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
