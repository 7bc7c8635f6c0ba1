import * as vscode from "vscode";
import { checkMapping, type Mapping } from "../core/formats/mapping/mapping.ts";
import type { RememberedMapping } from "../core/formats/mapping/remembered.ts";
import { isRecord } from "../core/text/json-value.ts";

const key = "derail.mappings";
/** More programs than write into one workspace; the oldest is forgotten. */
const maxRemembered = 50;

/** Which field is what in files of no known format, by the shape of their records, for this workspace. */
export interface Mappings extends vscode.Disposable {
  readonly all: () => readonly RememberedMapping[];
  /** Null: none for records of this shape. */
  of(shape: string): Mapping | null;
  remember(shape: string, mapping: Mapping): Promise<void>;
  forget(shape: string): Promise<void>;
  readonly onDidChange: vscode.Event<void>;
}

export function createMappings(memento: vscode.Memento): Mappings {
  const changed = new vscode.EventEmitter<void>();
  const all = (): readonly RememberedMapping[] => readStored(memento.get(key));
  const others = (shape: string): readonly RememberedMapping[] =>
    all().filter((known) => known.shape !== shape);
  const store = async (mappings: readonly RememberedMapping[]): Promise<void> => {
    await memento.update(key, mappings);
    changed.fire();
  };
  return {
    all,
    of: (shape) => all().find((known) => known.shape === shape)?.mapping ?? null,
    remember: (shape, mapping) =>
      store([{ shape, mapping }, ...others(shape)].slice(0, maxRemembered)),
    forget: (shape) => store(others(shape)),
    onDidChange: changed.event,
    dispose: () => {
      changed.dispose();
    },
  };
}

/** What an earlier version stored may be anything. */
function readStored(stored: unknown): readonly RememberedMapping[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((entry: unknown) => {
    if (!isRecord(entry) || typeof entry["shape"] !== "string") return [];
    const checked = checkMapping(entry["mapping"]);
    return "wrong" in checked ? [] : [{ shape: entry["shape"], mapping: checked.mapping }];
  });
}
