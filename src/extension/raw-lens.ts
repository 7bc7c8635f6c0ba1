import * as vscode from "vscode";
import type { Annotations } from "./annotations.ts";
import { Disposables } from "./disposables.ts";
import type { Documents } from "./documents.ts";
import type { RecordLens } from "../protocol/queries.ts";
import { plainLabel } from "./plain-text.ts";
import { annotates, onDidChangeSettings } from "./settings.ts";
import type { SharedDocument } from "./shared-document.ts";
import { throttle } from "../node/throttle.ts";

const refreshEveryMs = 1_000;
/** A lens for each line of a longer file would be hundreds of thousands. */
const maxLines = 5_000;

/** A CodeLens above each record of a raw file that is open in Derail. */
export function activateRawLens(documents: Documents, annotations: Annotations): vscode.Disposable {
  const store = new Disposables();
  const changed = store.add(new vscode.EventEmitter<void>());
  const refresh = store.add(
    throttle(refreshEveryMs, () => {
      changed.fire();
    }),
  );
  store.add(documents.onDidChange(refresh));
  store.add(documents.onDidChangeList(refresh));
  store.add(annotations.onDidChange(refresh));
  store.add(onDidChangeSettings("derail.annotations", refresh));
  store.add(
    vscode.languages.registerCodeLensProvider(
      { scheme: "file" },
      {
        onDidChangeCodeLenses: changed.event,
        async provideCodeLenses(text) {
          const document = documents.find(text.uri);
          if (!document || text.isDirty || !annotations.isShown(text.uri)) return [];
          if (!annotates("codeLens") || !annotates("rawFile")) return [];
          return (await recordsOf(document, Math.min(text.lineCount, maxLines))).map(
            ({ line, text: title, trajectory }) =>
              new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
                title: plainLabel(title),
                tooltip: "Show in the trajectory editor",
                command: "derail.internal.openPlace",
                arguments: [{ file: text.uri.toString(), trajectory, token: null }],
              }),
          );
        },
      },
    ),
  );
  return store;
}

/** The engine answers with some hundred records at a time. */
async function recordsOf(document: SharedDocument, toLine: number): Promise<readonly RecordLens[]> {
  const records: RecordLens[] = [];
  for (let fromLine = 0; fromLine <= toLine;) {
    // Each answer says where the next question begins.
    // oxlint-disable-next-line no-await-in-loop
    const some = await document.query("records", { fromLine, toLine });
    records.push(...some);
    const last = some.at(-1);
    if (!last || last.line < fromLine) break;
    fromLine = last.line + 1;
  }
  return records;
}
