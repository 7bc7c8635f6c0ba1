import path from "node:path";
import * as vscode from "vscode";
import { mappingFields, type Mapping, type MappingField } from "../core/formats/mapping/mapping.ts";
import { fits } from "../core/formats/mapping/suggest.ts";
import type { MappableFields } from "../protocol/queries.ts";
import type { Documents } from "./documents.ts";
import { UserError } from "./log.ts";
import type { Mappings } from "./mappings.ts";
import { pickStep, type Choice } from "./pick-field.ts";
import { plainLabel } from "./plain-text.ts";
import type { SharedDocument } from "./shared-document.ts";

/** Say which field is what in a file of no known format. Resolves to whether that was said. */
export async function mapFields(document: SharedDocument, mappings: Mappings): Promise<boolean> {
  const fields = await mappable(document);
  const known = mappings.of(fields.shape);
  const answers = await askFields(fields, known ?? fields.suggestion ?? {});
  if (answers === null) return false;
  if (answers.save) await saveMapping(document, answers.mapping);
  await mappings.remember(fields.shape, answers.mapping);
  return true;
}

/** Files like this one are of no known format again. */
export async function forgetMapping(document: SharedDocument, mappings: Mappings): Promise<void> {
  const { shape } = await mappable(document);
  await mappings.forget(shape);
}

/** What was said of files of one shape counts for all of them that are open. */
export function followMappings(mappings: Mappings, documents: Documents): vscode.Disposable {
  return mappings.onDidChange(() => {
    for (const document of documents.all()) void document.reopenUnknown();
  });
}

async function mappable(document: SharedDocument): Promise<MappableFields> {
  const { format, formatTitle, name } = await document.query("info", {});
  if (format !== null && format !== "mapped")
    throw new UserError(
      "no-fields",
      `${name} is read as ${formatTitle}: no field needs to be mapped`,
    );
  const fields = await document.query("fields", {});
  if (fields) return fields;
  throw new UserError("no-fields", `${name} has no fields to map: its records are no JSON objects`);
}

interface Answers {
  readonly mapping: Mapping;
  readonly save: boolean;
}

/** Null: skipped. */
type Answered = ReadonlyMap<MappingField, string | null>;

/** One step a field; null where it was cancelled. */
async function askFields(fields: MappableFields, guess: Mapping): Promise<Answers | null> {
  const past: Answered[] = [];
  let answered: Answered = new Map();
  for (;;) {
    const next = mappingFields.find(
      ({ field }) => !answered.has(field) && isAsked(field, answered, fields),
    );
    // Each answer decides what is asked next.
    // oxlint-disable-next-line no-await-in-loop
    const picked = await (next
      ? askField(next, { fields, answered, guess, step: past.length + 1 })
      : askUse(mappingOf(answered), past.length + 1));
    if (picked.kind === "cancelled") return null;
    if (picked.kind === "back") {
      answered = past.pop() ?? new Map();
      continue;
    }
    if (!next) return { mapping: mappingOf(answered), save: picked.value === "save" };
    past.push(answered);
    answered = new Map(answered).set(next.field, picked.value);
  }
}

/** A conversation holds prompt and completion; what no field can be is not asked for. */
function isAsked(field: MappingField, answered: Answered, { candidates }: MappableFields): boolean {
  const hasMessages = typeof answered.get("messages") === "string";
  if (hasMessages && (field === "prompt" || field === "completion")) return false;
  if (field === "completion" && !hasMessages) return true;
  const taken = new Set(answered.values());
  return candidates.some((candidate) => !taken.has(candidate.path) && fits(field, candidate));
}

interface Asking {
  readonly fields: MappableFields;
  readonly answered: Answered;
  readonly guess: Mapping;
  readonly step: number;
}

function askField(
  { field, what }: (typeof mappingFields)[number],
  { fields, answered, guess, step }: Asking,
): ReturnType<typeof pickStep<string | null>> {
  const taken = new Set(answered.values());
  const choices: Choice<string | null>[] = fields.candidates
    .filter((candidate) => fits(field, candidate) && !taken.has(candidate.path))
    .map(({ path: at, kind, sample }) => ({
      label: plainLabel(at),
      description: kind,
      detail: plainLabel(sample),
      value: at,
    }));
  const isNeeded = field === "completion";
  if (isNeeded && choices.length === 0)
    throw new UserError(
      "no-fields",
      "No field holds text or messages that a policy may have written",
    );
  const skip: Choice<string | null> = {
    label: "Skip",
    description: `no field is ${field}`,
    value: null,
  };
  const all = isNeeded ? choices : [...choices, skip];
  return pickStep({
    title: `Derail: map fields · ${field}`,
    placeholder: `Which field is ${what}?`,
    step,
    totalSteps: step + remaining(field, answered, fields),
    choices: all,
    active: all.find(({ value }) => value === (guess[field] ?? null)) ?? all[0],
  });
}

/** Steps behind this one, as far as can be told before it is answered: at least the last one. */
function remaining(field: MappingField, answered: Answered, fields: MappableFields): number {
  const at = mappingFields.findIndex((each) => each.field === field);
  const later = mappingFields.slice(at + 1);
  return later.filter((each) => isAsked(each.field, answered, fields)).length + 1;
}

function askUse(mapping: Mapping, step: number): ReturnType<typeof pickStep<"use" | "save">> {
  const words = Object.entries(mapping)
    .map(([field, at]: [string, string]) => `${field}: ${at}`)
    .join(" · ");
  const use: Choice<"use" | "save"> = {
    label: "Use these fields",
    detail: plainLabel(words),
    value: "use",
  };
  const save: Choice<"use" | "save"> = {
    label: "Use them and save them as a file…",
    detail: "JSON for derail analyze --map",
    value: "save",
  };
  return pickStep({
    title: "Derail: map fields",
    placeholder: "For this file and others like it in this workspace",
    step,
    totalSteps: step,
    choices: [use, save],
    active: use,
  });
}

function mappingOf(answered: Answered): Mapping {
  return Object.fromEntries([...answered].filter(([, at]) => at !== null));
}

async function saveMapping(document: SharedDocument, mapping: Mapping): Promise<void> {
  const name = path.basename(document.path).replace(/\.[^.]*$/, "");
  const target = await vscode.window.showSaveDialog({
    title: "Save the mapping",
    defaultUri: vscode.Uri.joinPath(document.uri, "..", `${name}.mapping.json`),
    filters: { JSON: ["json"] },
  });
  if (!target) return;
  const text = `${JSON.stringify(mapping, null, 2)}\n`;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
}
