import path from "node:path";
import * as vscode from "vscode";
import { UserError } from "./log.ts";
import { SharedDocument, type DocumentContext } from "./shared-document.ts";

/** A held document. Disposing gives it back; the last one closes it in the engine. */
export interface HeldDocument extends vscode.Disposable {
  readonly document: SharedDocument;
}

/** One engine document per file, shared by the trajectory editor, the raw file and the transcript. */
export class Documents implements vscode.Disposable {
  readonly #open = new Map<string, { readonly document: SharedDocument; users: number }>();
  readonly #changed = new vscode.EventEmitter<SharedDocument>();
  readonly #listChanged = new vscode.EventEmitter<void>();
  readonly #context: DocumentContext;

  /** Something of a document changed: ask again. */
  readonly onDidChange = this.#changed.event;
  /** A document was opened or closed. */
  readonly onDidChangeList = this.#listChanged.event;

  constructor(context: DocumentContext) {
    this.#context = context;
  }

  hold(uri: vscode.Uri): HeldDocument {
    const file = filePath(uri);
    let entry = this.#open.get(file);
    if (!entry) {
      const document = new SharedDocument(file, this.#context);
      document.onDidChange(() => {
        this.#changed.fire(document);
      });
      entry = { document, users: 0 };
      this.#open.set(file, entry);
      this.#listChanged.fire();
    }
    const held = entry;
    held.users++;
    let released = false;
    return {
      document: held.document,
      dispose: () => {
        if (released) return;
        released = true;
        held.users--;
        if (held.users > 0) return;
        this.#open.delete(file);
        held.document.dispose();
        this.#listChanged.fire();
      },
    };
  }

  /** The document of a file, if somebody holds it. */
  find(uri: vscode.Uri): SharedDocument | undefined {
    return uri.scheme === "file" ? this.#open.get(path.normalize(uri.fsPath))?.document : undefined;
  }

  all(): readonly SharedDocument[] {
    return [...this.#open.values()].map((entry) => entry.document);
  }

  dispose(): void {
    for (const { document } of this.#open.values()) document.dispose();
    this.#open.clear();
    this.#changed.dispose();
    this.#listChanged.dispose();
  }
}

function filePath(uri: vscode.Uri): string {
  if (uri.scheme !== "file") {
    throw new UserError(
      "not-a-file",
      `Derail reads files on disk; ${uri.scheme}: is not one. Save the rollout as a file and open that`,
    );
  }
  return path.normalize(uri.fsPath);
}
