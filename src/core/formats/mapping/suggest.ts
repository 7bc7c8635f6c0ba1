import { unreachable } from "../../result.ts";
import { isRecord } from "../../text/json-value.ts";
import { pathOfKeys } from "./mapping.ts";
import type { Mapping, MappingField } from "./mapping.ts";

/** A field of a record that may be mapped. */
export interface Candidate {
  readonly path: string;
  readonly kind: "text" | "messages" | "list" | "number" | "object";
  /** The beginning of its value, on one line. */
  readonly sample: string;
}

// Deeper or further than a person looks for a field: a hostile record must not make a list of a million.
const maxLevels = 4;
const maxCandidates = 200;
const maxSample = 80;

/** The fields of a record, the outer ones first. */
export function listCandidates(record: unknown): readonly Candidate[] {
  const found: Candidate[] = [];
  let level: readonly { readonly keys: readonly string[]; readonly value: unknown }[] = [
    { keys: [], value: record },
  ];
  for (let depth = 0; depth < maxLevels && found.length < maxCandidates; depth++) {
    const inner = level.flatMap(({ keys, value }) =>
      isRecord(value)
        ? Object.entries(value)
            .slice(0, maxCandidates)
            .map(([key, member]) => ({ keys: [...keys, key], value: member }))
        : [],
    );
    for (const { keys, value } of inner) {
      if (found.length >= maxCandidates) break;
      const kind = kindOfValue(value);
      if (kind) found.push({ path: pathOfKeys(keys), kind, sample: sampleOf(value) });
    }
    level = inner;
  }
  return found;
}

/** Which candidates can be what a field asks for. */
export function fits(field: MappingField, { kind }: Candidate): boolean {
  switch (field) {
    case "messages":
      return kind === "messages";
    case "prompt":
    case "completion":
      return kind === "text" || kind === "messages";
    case "tools":
      return kind === "list" || kind === "messages" || kind === "text";
    case "reward":
    case "step":
    case "sample":
      return kind === "number" || (field === "reward" && kind === "list");
    case "group":
    case "id":
      return kind === "text" || kind === "number";
    default:
      return unreachable(field);
  }
}

/** Names that fields go by, the most telling first. */
const names: Readonly<Record<MappingField, RegExp>> = {
  messages: /messages|conversation|dialog|history|turns|chat/i,
  prompt: /prompt|input|question|query|instruction|context/i,
  completion: /completion|response|output|answer|generation|generated|rollout|text/i,
  tools: /tools|functions|tool_def/i,
  reward: /reward|score|points|grade|(?:^|[._/])returns?$/i,
  step: /step|iteration|epoch/i,
  group: /group|prompt_id|task_id|problem_id|uid|question_id/i,
  sample: /sample|rollout_i|trial|attempt/i,
  id: /^(?:.*[./])?(?:id|uuid|rollout_id|request_id)$/i,
};

/** A first guess by the fields' names and kinds, for a person to confirm; null where nothing looks like a rollout. */
export function suggestMapping(record: unknown): Mapping | null {
  const candidates = listCandidates(record);
  const taken = new Set<string>();
  const take = (field: MappingField): string | null => {
    const found = candidates.find(
      (each) => !taken.has(each.path) && fits(field, each) && names[field].test(each.path),
    );
    if (found) taken.add(found.path);
    return found?.path ?? null;
  };
  const messages = take("messages");
  const first: readonly MappingField[] = messages === null ? ["prompt", "completion"] : [];
  const fields = [...first, "tools", "reward", "step", "group", "sample", "id"] as const;
  const found = fields.flatMap((field) => {
    const path = take(field);
    return path === null ? [] : [[field, path] as const];
  });
  const mapping: Mapping = Object.fromEntries(found);
  if (messages !== null) return { messages, ...mapping };
  if (mapping.completion !== undefined) return mapping;
  // By no name that we know, a list of messages is still one.
  const list = candidates.find(({ kind }) => kind === "messages");
  if (!list) return null;
  const others = Object.entries(mapping).filter(([, path]: [string, string]) => path !== list.path);
  return { messages: list.path, ...Object.fromEntries(others) };
}

function kindOfValue(value: unknown): Candidate["kind"] | null {
  if (typeof value === "string") return "text";
  if (typeof value === "number" || typeof value === "boolean") return "number";
  if (Array.isArray(value)) {
    const [first] = value as readonly unknown[];
    return isRecord(first) && ("role" in first || "from" in first) ? "messages" : "list";
  }
  return isRecord(value) ? "object" : null;
}

function sampleOf(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.slice(0, maxSample * 2).replace(/\s+/g, " ");
  return line.length > maxSample ? `${line.slice(0, maxSample)}…` : line;
}
