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

  function noRollouts(info: DocumentInfo): TemplateResult {
    const why =
      info.sizeBytes === 0
        ? html`<p>The file is empty.</p>`
        : html`<p>${unreadReason(info)}</p>
            ${info.problemCount > 0 ? problemList(info) : nothing}`;
    const map = {
      content: "Map Fields…",
      press: () => {
        guard.run("mapFields", client.call("mapFields", {}));
      },
    };
    return notice(`No rollouts in ${plain(info.name)}`, why, isMappable(info) ? map : null);
  }

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
      const text = html`<p>${plain(view.problem)}</p>`;
      // What is packed has no text to show.
      if (info.packed) return notice("This record can't be read", text, null);
      return notice("This record can't be read", text, {
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

/** Text has no fields. */
function isMappable({ format, sizeBytes, container }: DocumentInfo): boolean {
  return format === null && sizeBytes > 0 && container !== "text";
}

function unreadReason(info: DocumentInfo): string {
  if (!isMappable(info)) return "Nothing that Derail knows as a rollout is in this file.";
  return "The first record tells the format, and this one is of none that Derail knows. If the file holds rollouts, say which field is the conversation, the reward, the step: the file opens with that, and others like it in this workspace too.";
}

function reading(info: DocumentInfo): TemplateResult {
  const share = info.sizeBytes === 0 ? 0 : info.indexedBytes / info.sizeBytes;
  return html`<div class="notice" role="status">
    <h2>Reading ${plain(info.name)}</h2>
    ${meter(share, "Reading the file")}
    <p>${readingNumbers(info)}</p>
  </div>`;
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
