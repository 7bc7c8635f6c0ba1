import * as vscode from "vscode";
import type { RememberedMapping } from "../core/formats/mapping/remembered.ts";
import type { DocumentInfo } from "../core/views/document.ts";
import type { EngineHost } from "../protocol/engine.ts";
import type { DocumentQueries, EditorQueries } from "../protocol/queries.ts";
import type { SearchQueries } from "../protocol/search.ts";
import { RemoteError, type Client } from "../protocol/rpc.ts";
import { AnalysisRun } from "./analysis-run.ts";
import { Disposables } from "./disposables.ts";
import type { Engine } from "./engine-client.ts";
import type { Log } from "./log.ts";
import { throttle } from "../node/throttle.ts";

type Queries = DocumentQueries & EditorQueries & SearchQueries;
export type QueryName = keyof Queries;

/** A file that is still being written changes many times a second. */
const fileSettleMs = 500;

/**
 * A larger file is analysed as a whole only when somebody asks for that: scoring it takes the processor for an hour
 * (some 15 million tokens), where a reader may want one trajectory. What is looked at gets its structure all the same.
 */
const analysedUnaskedBytes = 64 * 1024 * 1024;

/** What every document is opened with. */
export interface DocumentContext {
  readonly engine: Engine;
  readonly log: Log;
  /** For files of no known format. */
  readonly mappings: () => readonly RememberedMapping[];
}

/** One file as the engine sees it, through crashes of the engine and changes on disk. */
export class SharedDocument implements vscode.Disposable {
  readonly path: string;
  readonly uri: vscode.Uri;
  readonly #engine: Engine;
  readonly #log: Log;
  /** For a file of no known format. */
  readonly #mappings: () => readonly RememberedMapping[];
  readonly #store = new Disposables();
  readonly #changed = new vscode.EventEmitter<void>();
  #opened: { readonly life: number; readonly id: Promise<number> } | null = null;
  #knownId: { readonly life: number; readonly id: number } | null = null;
  /** Added to every revision, so that it counts up through crashes and changes on disk. */
  #revisionBase = 0;
  #lastRevision = 0;
  #analysis: AnalysisRun | null = null;
  /** The file could not be opened: it may appear. */
  #openingFailed = false;
  #analysisWanted = false;

  readonly onDidChange = this.#changed.event;

  constructor(file: string, { engine, log, mappings }: DocumentContext) {
    this.path = file;
    this.uri = vscode.Uri.file(file);
    this.#engine = engine;
    this.#log = log;
    this.#mappings = mappings;
    this.#store.add(engine.retain());
    this.#store.add(this.#changed);
    this.#store.add(
      engine.onDidChange(({ document, revision, life }) => {
        if (this.#knownId?.life !== life || this.#knownId.id !== document) return;
        this.#lastRevision = Math.max(this.#lastRevision, revision + this.#revisionBase);
        this.#changed.fire();
      }),
    );
    this.#store.add(
      engine.onDidCrash(() => {
        this.#startOver();
      }),
    );
    this.#watchFile();
  }

  /** The newest that is known of. */
  get revision(): number {
    return this.#lastRevision;
  }

  /** Ask the engine about this file. */
  async query<M extends QueryName>(
    method: M,
    params: Parameters<Queries[M]>[0],
    signal?: AbortSignal,
  ): Promise<Awaited<ReturnType<Queries[M]>>> {
    const { client, document } = await this.#connect();
    // The engine's contract is this one with `document` added; TypeScript can't see that through a generic M.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const full = { ...params, document } as Parameters<EngineHost[M]>[0];
    const reply = await client.call(method, full, signal);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return this.#withRevision(reply) as Awaited<ReturnType<Queries[M]>>;
  }

  /**
   * Analyse and score the whole file, beginning at a trajectory. Asked again while it runs, it begins again there, and
   * whoever waits for it waits on; so it does when settings or the file change. The promise ends when the analysis does,
   * and rejects when it fails or is cancelled.
   */
  async analyse(first: number): Promise<void> {
    if (this.#analysis) {
      this.#analysis.begin(first);
      return this.#analysis.done;
    }
    this.#analysisWanted = true;
    const analysis = new AnalysisRun(first, async (from, signal) => {
      const { client, document } = await this.#connect();
      signal.throwIfAborted();
      await client.call("analyse", { document, first: from }, signal);
    });
    this.#analysis = analysis;
    try {
      await analysis.done;
    } finally {
      if (this.#analysis === analysis) this.#analysis = null;
      if (!this.#store.ended) this.#changed.fire();
    }
  }

  /** Analyse in the background unless that is done, running or was stopped by the user, or the file is large. */
  ensureAnalysis(first: number, { sizeBytes }: Pick<DocumentInfo, "sizeBytes">): void {
    if (this.#analysisWanted || sizeBytes > analysedUnaskedBytes) return;
    this.#analyseQuietly(first);
  }

  /** Stop finding the records of a large file; those that were found stay. */
  async stopIndexing(): Promise<void> {
    const { client, document } = await this.#connect();
    await client.call("stopIndexing", { document });
  }

  async goOnIndexing(): Promise<void> {
    const { client, document } = await this.#connect();
    await client.call("goOnIndexing", { document });
  }

  /** Open the file again, where what is known of its format is what somebody said, or nothing. */
  async reopenUnknown(): Promise<void> {
    const { format } = await this.query("info", {});
    if (this.#store.ended || (format !== null && format !== "mapped")) return;
    this.#closeInEngine();
    this.#startOver();
  }

  cancelAnalysis(): void {
    this.#analysis?.cancel();
    this.#analysis = null;
  }

  /** Stop a running analysis until `repeatAnalysis`. */
  interruptAnalysis(): void {
    this.#analysis?.interrupt();
  }

  /** After a change of settings, what was analysed is analysed again. */
  repeatAnalysis(): void {
    if (this.#analysis) this.#analysis.begin();
    else if (this.#analysisWanted) this.#analyseQuietly(0);
  }

  dispose(): void {
    this.cancelAnalysis();
    this.#closeInEngine();
    this.#store.dispose();
  }

  #closeInEngine(): void {
    const opened = this.#opened;
    this.#opened = null;
    if (!opened || !this.#engine.isRunning) return;
    const { client, life } = this.#engine.connection();
    if (life !== opened.life) return;
    const close = this.#log.guard("Close a document", async () => {
      await client.call("close", { document: await opened.id });
    });
    close();
  }

  async #connect(): Promise<{ readonly client: Client<EngineHost>; readonly document: number }> {
    // Else a late question would open the file again, for nobody to close.
    if (this.#store.ended) throw new RemoteError(`${this.path} was closed`, "closed");
    const { client, life } = this.#engine.connection();
    if (this.#opened?.life !== life) {
      const id = client
        .call("open", { path: this.path, mappings: this.#mappings() })
        .then(({ document }) => document);
      const opened = { life, id };
      this.#opened = opened;
      id.then(
        (document) => {
          this.#knownId = { life, id: document };
          this.#openingFailed = false;
        },
        () => {
          // The caller gets the error; the next one tries again.
          if (this.#opened !== opened) return;
          this.#opened = null;
          this.#openingFailed = true;
        },
      );
    }
    return { client, document: await this.#opened.id };
  }

  #withRevision(reply: unknown): unknown {
    if (typeof reply !== "object" || reply === null || !("revision" in reply)) return reply;
    const revision = Number(reply.revision) + this.#revisionBase;
    this.#lastRevision = Math.max(this.#lastRevision, revision);
    return { ...reply, revision };
  }

  #analyseQuietly(first: number): void {
    const run = this.#log.guard("Analysis", () => this.analyse(first));
    run();
  }

  #watchFile(): void {
    const folder = vscode.Uri.joinPath(this.uri, "..");
    const name = this.uri.path.slice(this.uri.path.lastIndexOf("/") + 1);
    // A pattern has no way to quote its signs; `?` stands for each.
    const pattern = new vscode.RelativePattern(folder, name.replaceAll(/[*?{}[\]!]/g, "?"));
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher(pattern));
    const look = this.#store.add(
      throttle(fileSettleMs, () => {
        this.#lookAgain();
      }),
    );
    this.#store.add(watcher.onDidChange(look));
    this.#store.add(watcher.onDidCreate(look));
  }

  /** The engine reads on, or anew where the file was replaced; it looks by itself too, since events may be missing. */
  #lookAgain(): void {
    const opened = this.#opened;
    if (opened) {
      const look = this.#log.guard("Look at a changed file", async () => {
        const { client, life } = this.#engine.connection();
        if (opened.life === life) await client.call("look", { document: await opened.id });
      });
      look();
    }
    // Never asked for: whoever asks reads what is there then.
    else if (this.#openingFailed) this.#startOver();
  }

  #startOver(): void {
    this.interruptAnalysis();
    this.#opened = null;
    this.#knownId = null;
    this.#revisionBase = this.#lastRevision + 1;
    this.#changed.fire();
    this.repeatAnalysis();
  }
}
