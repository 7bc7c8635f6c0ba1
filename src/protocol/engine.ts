import type { RememberedMapping } from "../core/formats/mapping/remembered.ts";
import type { SearchQueries } from "./search.ts";
import type { DocumentQueries, EditorQueries } from "./queries.ts";

type ForDocument<Q> = {
  readonly [M in keyof Q]: Q[M] extends (params: infer P, signal: AbortSignal) => infer R
    ? (params: P & { readonly document: number }, signal: AbortSignal) => R
    : never;
};

/** Which policy scores and how a spike is told. Null policy: nothing is scored. */
export interface EngineSettings {
  /** A directory as Hugging Face exports it. */
  readonly policyDirectory: string | null;
  /** What to call it; null: the directory's own name. */
  readonly policyName: string | null;
  /** A `tokenizer.json` that wins over the policy's own. */
  readonly tokenizerFile: string | null;
  /** Id of the tool-call grammar that was chosen by hand; null: each trajectory says for itself. */
  readonly family: string | null;
  /** Floor of the spike threshold, a probability. */
  readonly thresholdFloor: number;
  /** Robust sigmas above the median. */
  readonly thresholdSigmas: number;
}

/** What the extension may ask of the engine, which runs in a worker thread. */
export type EngineHost = ForDocument<DocumentQueries & EditorQueries & SearchQueries> & {
  open(
    params: {
      readonly path: string;
      /** For a file of no known format; absent: none. */
      readonly mappings?: readonly RememberedMapping[];
    },
    signal: AbortSignal,
  ): Promise<{ readonly document: number }>;
  /** The file may have changed on disk: look now. */
  look(params: { readonly document: number }, signal: AbortSignal): Promise<void>;
  /** Stop finding records; those that were found stay. */
  stopIndexing(params: { readonly document: number }, signal: AbortSignal): Promise<void>;
  /** Go on where it stopped. Resolves when the index is complete, or stopped again. */
  goOnIndexing(params: { readonly document: number }, signal: AbortSignal): Promise<void>;
  close(params: { readonly document: number }, signal: AbortSignal): Promise<void>;
  configure(params: EngineSettings, signal: AbortSignal): Promise<void>;
  /** Analyse every trajectory of the file, and score them where there is a policy. Resolves when done; abort to stop. */
  analyse(
    params: { readonly document: number; readonly first: number },
    signal: AbortSignal,
  ): Promise<void>;
};

/** What the engine tells: that something changed, never what. */
export interface EngineListener {
  changed(
    params: { readonly document: number; readonly revision: number },
    signal: AbortSignal,
  ): Promise<void>;
  log(
    params: { readonly level: "info" | "warn" | "error"; readonly message: string },
    signal: AbortSignal,
  ): Promise<void>;
}
