import type { RememberedMapping } from "../../core/formats/mapping/remembered.ts";
import type { DocumentInfo, ScoringProgress } from "../../core/views/document.ts";
import type { EngineHost, EngineSettings } from "../../protocol/engine.ts";
import { RemoteError } from "../../protocol/rpc.ts";
import type { SearchQueries } from "../../protocol/search.ts";
import { startScorer, type Scorer } from "../policy/client.ts";
import { analyseFile, type ScoreSequence } from "./analyse-file.ts";
import { answerQueries } from "./document-queries.ts";
import { RolloutDocument } from "./document.ts";
import { throttle } from "../throttle.ts";
import { loadPolicyContext, type PolicyContext } from "./policy-context.ts";
import { createSearches, type DocumentSearches } from "./searches.ts";
import { noPolicy } from "./settings.ts";

export interface EngineOptions {
  /** dist/scorer.js. */
  readonly scorerPath: string;
  /** Node's arguments for the scorer; tests run its source. */
  readonly scorerArguments?: readonly string[];
  readonly changed: (document: number, revision: number) => void;
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
  /** Files may be written while they are open: looked at so often, in milliseconds; null or absent: as they are when opened. */
  readonly followEveryMs?: number | null;
}

interface Opened {
  readonly document: RolloutDocument;
  readonly queries: ReturnType<typeof answerQueries>;
  readonly searches: DocumentSearches;
  progress: ScoringProgress | null;
  problem: string | null;
  /** All that there was had been looked at. */
  wasAnalysed: boolean;
  /** Analyses that run, to be stopped when their policy is no longer the one. */
  readonly running: Set<AbortController>;
}

/** Redraws a person can follow. */
const tellEveryMs = 200;
/** Likely next after a candidate: five are what a hover shows. */
const topCount = 5;

/** Open files, one policy, one scoring process. The same in the editor's worker thread and in the command line. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #documents = new Map<number, Opened>();
  #nextId = 1;
  #settings: EngineSettings = noPolicy;
  #context: Promise<PolicyContext> | null = null;
  #scorer: Scorer | null = null;
  #onScored: (doneTokens: number) => void = () => undefined;
  /** The scorer holds one policy and works on one sequence at a time. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** The engine as a contract, to be served over a port. */
  host(): EngineHost {
    const of = (id: number): Opened["queries"] => this.#opened(id).queries;
    const searches = (id: number): SearchQueries => this.#opened(id).searches.queries;
    return {
      open: async ({ path, mappings }, signal) => ({
        document: await this.open(path, signal, mappings),
      }),
      look: async ({ document }) => this.document(document).look(),
      stopIndexing: async ({ document }) => {
        this.document(document).file.stopIndexing();
      },
      goOnIndexing: async ({ document }) => this.document(document).grow(),
      close: async ({ document }) => this.close(document),
      configure: async (settings) => this.configure(settings),
      analyse: async ({ document, first }, signal) => this.analyse(document, first, signal),
      info: async (params, signal) => of(params.document).info(params, signal),
      rows: async (params, signal) => of(params.document).rows(params, signal),
      trajectory: async (params, signal) => of(params.document).trajectory(params, signal),
      lines: async (params, signal) => of(params.document).lines(params, signal),
      card: async (params, signal) => of(params.document).card(params, signal),
      series: async (params, signal) => of(params.document).series(params, signal),
      marks: async (params, signal) => of(params.document).marks(params, signal),
      rawFindings: async (params, signal) => of(params.document).rawFindings(params, signal),
      locate: async (params, signal) => of(params.document).locate(params, signal),
      source: async (params, signal) => of(params.document).source(params, signal),
      records: async (params, signal) => of(params.document).records(params, signal),
      fields: async (params, signal) => of(params.document).fields(params, signal),
      startSearch: async (params, signal) => searches(params.document).startSearch(params, signal),
      searchResults: async (params, signal) =>
        searches(params.document).searchResults(params, signal),
      searchMore: async (params, signal) => searches(params.document).searchMore(params, signal),
      cancelSearch: async (params, signal) =>
        searches(params.document).cancelSearch(params, signal),
      searchPlace: async (params, signal) => searches(params.document).searchPlace(params, signal),
    };
  }

  /** `mappings`: for a file of no known format. */
  async open(
    path: string,
    signal: AbortSignal,
    mappings: readonly RememberedMapping[] = [],
  ): Promise<number> {
    const id = this.#nextId++;
    const context = await this.#policyContext();
    const tell = throttle(tellEveryMs, () => {
      this.#options.changed(id, this.#documents.get(id)?.document.revision ?? 0);
    });
    const environment = {
      context,
      settings: this.#settings,
      changed: tell,
      grown: () => {
        this.#analyseGrown(id);
      },
      followEveryMs: this.#options.followEveryMs ?? null,
      isFollowed: this.#options.followEveryMs !== undefined,
      mappings,
    };
    const document = await RolloutDocument.open(path, environment, signal);
    const opened: Opened = {
      document,
      queries: answerQueries(document, () => opened),
      searches: createSearches(document),
      progress: null,
      problem: null,
      wasAnalysed: false,
      running: new Set(),
    };
    this.#documents.set(id, opened);
    // Settings may have changed while the file was opening.
    const newest = await this.#policyContext();
    if (newest !== document.context || this.#settings !== document.settings)
      document.configure(newest, this.#settings);
    return id;
  }

  /** The open file, for those in the same process. */
  document(id: number): RolloutDocument {
    return this.#opened(id).document;
  }

  async info(id: number, signal: AbortSignal): Promise<DocumentInfo> {
    return this.#opened(id).queries.info({}, signal);
  }

  async close(id: number): Promise<void> {
    const opened = this.#documents.get(id);
    this.#documents.delete(id);
    for (const running of opened?.running ?? []) running.abort();
    opened?.searches.stopAll();
    await opened?.document.dispose();
  }

  /**
   * Another policy, tokenizer or threshold. Files that are open follow; an analysis with another policy stops. Called
   * again before it is done, only the last one counts.
   */
  async configure(settings: EngineSettings): Promise<void> {
    const samePolicy =
      settings.policyDirectory === this.#settings.policyDirectory &&
      settings.tokenizerFile === this.#settings.tokenizerFile &&
      settings.family === this.#settings.family;
    this.#settings = settings;
    if (!samePolicy) {
      this.#context = null;
      for (const { running } of this.#documents.values()) for (const each of running) each.abort();
    }
    const context = await this.#policyContext();
    if (this.#settings !== settings) return;
    if (context.problem !== null) this.#options.log("warn", context.problem);
    for (const opened of this.#documents.values()) {
      opened.problem = null;
      opened.document.configure(context, settings);
    }
  }

  /** Analyse a whole file, and score it where there is a policy. What stops scoring is said in `scoringProblem`. */
  async analyse(
    id: number,
    first: number,
    signal: AbortSignal,
    onProgress: (progress: ScoringProgress | null) => void = () => undefined,
  ): Promise<void> {
    const opened = this.#opened(id);
    const { context } = opened.document;
    const report = (progress: ScoringProgress | null): void => {
      opened.progress = progress;
      opened.document.change();
      onProgress(progress);
    };
    opened.problem = null;
    const running = new AbortController();
    const stop = (): void => {
      running.abort();
    };
    signal.addEventListener("abort", stop, { once: true });
    opened.running.add(running);
    const onUnscored = (message: string): void => {
      opened.problem = message;
    };
    try {
      signal.throwIfAborted();
      const score =
        context.directory === null ? null : this.#scoreWith(context.directory, running.signal);
      const options = { first, score, onProgress: report, onUnscored };
      await analyseFile(opened.document, options, running.signal);
      opened.wasAnalysed = true;
    } catch (error) {
      if (running.signal.aborted || !hasReason(error)) throw error;
      opened.problem = error.message;
      this.#options.log("error", error.message);
      opened.document.change();
    } finally {
      opened.running.delete(running);
      signal.removeEventListener("abort", stop);
    }
  }

  /** What was added to a file that was analysed is looked at as well; scores are made when they are asked for. */
  #analyseGrown(id: number): void {
    const opened = this.#documents.get(id);
    if (!opened?.wasAnalysed || opened.running.size > 0) return;
    const running = new AbortController();
    opened.running.add(running);
    const options = {
      first: 0,
      score: null,
      onProgress: () => undefined,
      onUnscored: () => undefined,
    };
    analyseFile(opened.document, options, running.signal)
      .catch((error: unknown) => {
        if (!running.signal.aborted) this.#options.log("warn", String(error));
      })
      .finally(() => opened.running.delete(running));
  }

  async dispose(): Promise<void> {
    for (const id of this.#documents.keys()) await this.close(id);
    this.#scorer?.dispose();
    this.#scorer = null;
  }

  #opened(id: number): Opened {
    const opened = this.#documents.get(id);
    if (!opened) throw new RemoteError("The file was closed", "closed");
    return opened;
  }

  /** Loaded once for the settings at hand, whoever asks first; never fails. */
  #policyContext(): Promise<PolicyContext> {
    return (this.#context ??= loadPolicyContext(this.#settings));
  }

  #scoreWith(directory: string, signal: AbortSignal): ScoreSequence {
    const scorer = (this.#scorer ??= startScorer({
      modulePath: this.#options.scorerPath,
      execArgv: this.#options.scorerArguments ?? [],
      log: this.#options.log,
      onProgress: (doneTokens) => {
        this.#onScored(doneTokens);
      },
    }));
    let loaded: Promise<unknown> | null = null;
    return (ids, controlIds, onProgress, aborting) =>
      this.#inTurn(async () => {
        loaded ??= scorer.load({ directory }, signal);
        await loaded;
        this.#onScored = onProgress;
        return scorer.score({ ids, controlIds, topCount }, aborting);
      });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function hasReason(error: unknown): error is Error & { readonly reason: string } {
  return error instanceof Error && "reason" in error && typeof error.reason === "string";
}
