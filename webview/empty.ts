import { html, nothing, render, type TemplateResult } from "lit-html";
import type { DocumentInfo } from "../src/core/views/document.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import { meter, problemList, readingNumbers } from "./banners.ts";
import type { Frame } from "./frame.ts";
import { plain } from "./glyphs.ts";
import type { Guard } from "./guard.ts";
import type { Model, State } from "./model.ts";
import { button, progressRing } from "./toolkit.ts";

interface Parts {
  readonly page: HTMLElement;
  readonly root: HTMLElement;
  readonly model: Model;
  readonly frame: Frame;
  readonly client: Client<ViewerHost>;
  readonly guard: Guard;
}

/** What stands where there is nothing to show: what happened, and what can be done. */
export function mountEmpty({ page, root, model, frame, client, guard }: Parts): void {
  frame.on(["info", "view", "place"], () => {
    const content = contentFor(model.state);
    // The whole page is replaced while there is no file; the transcript alone when a record can't be read.
    page.classList.toggle("page-empty", isFileEmpty(model.state));
    page.classList.toggle("view-empty", content !== nothing);
    render(content, root);
  });

  function contentFor(state: Readonly<State>): unknown {
    const { info, view, failure } = state;
    if (failure !== null) {
      return notice("This could not be shown", html`<p>${plain(failure)}</p>`, {
        content: "Try again",
        press: () => {
          guard.run("refresh", model.refresh());
        },
      });
    }
    if (info === null) return html`<div class="notice">${progressRing("Opening")}</div>`;
    if (info.trajectoryCount === 0) return info.indexing ? reading(info) : noRollouts(info);
    if (view !== null && view.problem !== null) {
      return notice("This record can't be read", html`<p>${plain(view.problem)}</p>`, {
        content: "Show in file",
        press: () => {
          guard.run(
            "openSource",
            client.call("openSource", { trajectory: view.index, finding: null }),
          );
        },
      });
    }
    if (view !== null && view.lineCount === 0) {
      return notice("This trajectory is empty", html`<p>The record has no turn to show.</p>`, null);
    }
    return nothing;
  }
}

function isFileEmpty({ info, failure }: Readonly<State>): boolean {
  return info === null ? failure !== null : info.trajectoryCount === 0;
}

function reading(info: DocumentInfo): TemplateResult {
  const share = info.sizeBytes === 0 ? 0 : info.indexedBytes / info.sizeBytes;
  return html`<div class="notice" role="status">
    <h2>Reading ${plain(info.name)}</h2>
    ${meter(share, "Reading the file")}
    <p>${readingNumbers(info)}</p>
  </div>`;
}

function noRollouts(info: DocumentInfo): TemplateResult {
  const why =
    info.sizeBytes === 0
      ? html`<p>The file is empty.</p>`
      : html`<p>
            Derail reads rollout dumps: veRL and verl-tool JSONL, chat messages (OpenAI shape) and
            NeMo-Gym rollouts. The first record tells the format.
          </p>
          ${info.problemCount > 0 ? problemList(info) : nothing}`;
  return notice(`No rollouts in ${plain(info.name)}`, why, null);
}

function notice(
  title: string,
  text: TemplateResult,
  action: { readonly content: string; readonly press: () => void } | null,
): TemplateResult {
  return html`<div class="notice" role="status">
    <h2>${title}</h2>
    ${text} ${action === null ? nothing : button({ ...action, look: "primary" })}
  </div>`;
}
