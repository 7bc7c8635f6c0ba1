import * as vscode from "vscode";
import type { RawFinding } from "../core/marks/marks.ts";
import { Disposables } from "./disposables.ts";
import type { Documents } from "./documents.ts";
import type { Log } from "./log.ts";
import type { SharedDocument } from "./shared-document.ts";
import { throttle, type Throttled } from "../node/throttle.ts";

/** The Problems view shows 1,000 entries a file at most. */
const maxFindings = 1_000;
const refreshEveryMs = 700;

/** Findings of the files that are open in Derail, at their places in the raw file. */
export interface RawFindings extends vscode.Disposable {
  get(document: SharedDocument): readonly RawFinding[];
  readonly onDidChange: vscode.Event<SharedDocument>;
}

export function activateRawFindings(documents: Documents, log: Log): RawFindings {
  const store = new Disposables();
  const found = new Map<SharedDocument, readonly RawFinding[]>();
  const refreshers = new Map<SharedDocument, Throttled>();
  const changed = store.add(new vscode.EventEmitter<SharedDocument>());

  store.add(
    documents.onDidChange((document) => {
      refresherOf(document)();
    }),
  );
  store.add(
    documents.onDidChangeList(() => {
      const open = new Set(documents.all());
      for (const document of refreshers.keys()) if (!open.has(document)) forget(document);
    }),
  );

  function refresherOf(document: SharedDocument): Throttled {
    let refresher = refreshers.get(document);
    if (!refresher) {
      const refresh = log.guard("Refresh findings", async () => {
        const findings = await document.query("rawFindings", { limit: maxFindings });
        if (refreshers.get(document) !== refresher) return;
        found.set(document, findings);
        changed.fire(document);
      });
      refresher = throttle(refreshEveryMs, refresh);
      refreshers.set(document, refresher);
    }
    return refresher;
  }

  function forget(document: SharedDocument): void {
    refreshers.get(document)?.dispose();
    refreshers.delete(document);
    found.delete(document);
    changed.fire(document);
  }

  return {
    get: (document) => found.get(document) ?? [],
    onDidChange: changed.event,
    dispose() {
      for (const refresher of refreshers.values()) refresher.dispose();
      store.dispose();
    },
  };
}
