import type { SearchQuery } from "../src/core/search/query.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import type { Frame } from "./frame.ts";
import type { Guard } from "./guard.ts";
import type { Model } from "./model.ts";

export interface FinderParts {
  readonly model: Model;
  readonly frame: Frame;
  readonly client: Client<ViewerHost>;
  readonly guard: Guard;
}

/** One way to find, behind the one bar. */
export interface Finder {
  /** What is looked for has changed. */
  typed(query: SearchQuery): void;
  /** Enter, or with Shift. */
  enter(by: 1 | -1): void;
  step(by: 1 | -1): void;
  /** The bar was closed, or looks elsewhere. */
  stop(): void;
  /** How far it is, in a few words. */
  status(): unknown;
  /** The arrow down in the field. */
  readonly focusResults?: () => void;
}
