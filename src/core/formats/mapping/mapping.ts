import { isRecord, jsonValue } from "../../text/json-value.ts";
import { memberOf } from "../../text/json.ts";

/**
 * Where a record of a format that nobody knows keeps what: a path a field. A path is the keys from the record down,
 * with dots between (`sample.turns`, `choices.0.text`); one whose keys have dots of their own is written as a JSON
 * pointer (`/a.b/c`, RFC 6901).
 */
export interface Mapping {
  readonly messages?: string;
  readonly prompt?: string;
  readonly completion?: string;
  readonly tools?: string;
  readonly reward?: string;
  readonly step?: string;
  readonly group?: string;
  readonly sample?: string;
  readonly id?: string;
}

export type MappingField = keyof Mapping;

/** What each field is, as it is asked for; in the order of asking. */
export const mappingFields: readonly { readonly field: MappingField; readonly what: string }[] = [
  { field: "messages", what: "the conversation: a list of messages with role and content" },
  { field: "prompt", what: "what the policy was given: text, or a list of messages" },
  { field: "completion", what: "what it wrote: text, or a list of messages" },
  { field: "tools", what: "the declared tools: a list, or JSON text of one" },
  { field: "reward", what: "the reward: a number, or a list of them" },
  { field: "step", what: "the training step" },
  { field: "group", what: "what rollouts of the same prompt share" },
  { field: "sample", what: "the number of the rollout in its group" },
  { field: "id", what: "the rollout's own name" },
];

/** A mapping from outside (a file, stored state), checked; a message where it is none. */
export function checkMapping(
  value: unknown,
): { readonly mapping: Mapping } | { readonly wrong: string } {
  if (!isRecord(value)) return { wrong: "a mapping is a JSON object of field names and paths" };
  const known = new Set<string>(mappingFields.map(({ field }) => field));
  for (const [field, path] of Object.entries(value)) {
    if (!known.has(field))
      return { wrong: `"${field}" is no field of a mapping: there are ${[...known].join(", ")}` };
    if (typeof path !== "string" || path === "")
      return { wrong: `"${field}" must be the path of a field, such as "sample.text"` };
  }
  if (value["messages"] === undefined && value["completion"] === undefined)
    return { wrong: 'a mapping names "messages", or "completion" with or without "prompt"' };
  return { mapping: value };
}

/** A mapping in the text of a JSON file. */
export function parseMapping(
  text: string,
): { readonly mapping: Mapping } | { readonly wrong: string } {
  const value = jsonValue(text);
  return value === undefined ? { wrong: "it is not JSON" } : checkMapping(value);
}

/** The keys of a path. */
export function keysOfPath(path: string): readonly string[] {
  if (!path.startsWith("/")) return path.split(".");
  return path
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The path of keys, in the shorter way of writing where that says the same. */
export function pathOfKeys(keys: readonly string[]): string {
  const isPlain = keys.every((key) => key !== "" && !/[./]/.test(key));
  if (isPlain) return keys.join(".");
  return `/${keys.map((key) => key.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;
}

/** The value at a path; undefined where there is none. */
export function valueAtPath(value: unknown, path: string): unknown {
  let at = value;
  for (const key of keysOfPath(path)) at = memberOf(at, key);
  return at;
}
