import type { DocumentQueries } from "./queries.ts";
import type { SearchQueries } from "./search.ts";

/** What the page may ask of the extension. The page speaks first. */
export interface ViewerHost extends DocumentQueries, SearchQueries {
  /** Open the transcript document at a token; `beside` keeps the page in view. */
  openTranscript(
    params: {
      readonly trajectory: number;
      readonly token: number | null;
      readonly beside: boolean;
    },
    signal: AbortSignal,
  ): Promise<void>;
  /** Show the record in the raw file. */
  openSource(
    params: { readonly trajectory: number; readonly finding: number | null },
    signal: AbortSignal,
  ): Promise<void>;
  selectPolicy(params: object, signal: AbortSignal): Promise<void>;
  selectTokenizer(params: object, signal: AbortSignal): Promise<void>;
  /** Choose the tool-call grammar by hand. */
  chooseFamily(params: object, signal: AbortSignal): Promise<void>;
  /** Say which field is what in a file of no known format; forget what was said. */
  mapFields(params: object, signal: AbortSignal): Promise<void>;
  forgetMapping(params: object, signal: AbortSignal): Promise<void>;
  /** Stop scoring this file, or begin again. */
  cancelScoring(params: object, signal: AbortSignal): Promise<void>;
  startScoring(params: object, signal: AbortSignal): Promise<void>;
  /** Stop reading a large file, or go on where it stopped. */
  stopIndexing(params: object, signal: AbortSignal): Promise<void>;
  goOnIndexing(params: object, signal: AbortSignal): Promise<void>;
  setThreshold(params: { readonly floor: number }, signal: AbortSignal): Promise<void>;
  /** What the page shows now, so that commands (next spike, open transcript) know where they are. */
  at(
    params: { readonly trajectory: number; readonly token: number | null },
    signal: AbortSignal,
  ): Promise<void>;
  /** A security policy violation or an error in the page, for the log. */
  report(params: { readonly message: string }, signal: AbortSignal): Promise<void>;
}

/** What the extension may ask of the page. */
export interface ViewerPage {
  changed(params: { readonly revision: number }, signal: AbortSignal): Promise<void>;
  /** Go to a trajectory, and to a token of it. */
  reveal(
    params: { readonly trajectory: number; readonly token: number | null },
    signal: AbortSignal,
  ): Promise<void>;
  /** Go to the next or previous finding of a kind. */
  step(
    params: { readonly kind: "spike" | "break"; readonly direction: 1 | -1 },
    signal: AbortSignal,
  ): Promise<void>;
}
