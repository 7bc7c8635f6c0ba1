import { html, nothing, render } from "lit-html";
import { turnStates } from "../src/core/grammar/structure.ts";
import { notShown, packedWords } from "../src/core/records/packed.ts";
import type { DocumentInfo } from "../src/core/views/document.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import type { Entries } from "./entries.ts";
import type { Frame } from "./frame.ts";
import { plain } from "./glyphs.ts";
import type { Guard } from "./guard.ts";
import type { Model } from "./model.ts";
import { count, plural, whole } from "./numbers.ts";
import { stateLooks } from "./states.ts";
import { clearTextField, createTextField } from "./toolkit.ts";

interface Parts {
  readonly root: HTMLElement;
  readonly foot: HTMLElement;
  readonly model: Model;
  readonly entries: Entries;
  readonly frame: Frame;
  readonly client: Client<ViewerHost>;
  readonly guard: Guard;
}

/** Above the list: turns by state, which filter it. Below: how far the file has been looked at. */
export function mountListHead(parts: Parts): void {
  const { root, foot, model, entries, frame, client, guard } = parts;
  const field = createTextField({
    label: "Filter trajectories",
    placeholder: "Filter: step, group, finding",
    css: "list-filter",
    input: (text) => {
      entries.setText(text);
    },
  });

  frame.on(["info", "filter"], () => {
    const { info } = model.state;
    if (info === null) return;
    render(
      html`<div class="chips" role="group" aria-label="Filter by state of a turn">
          ${turnStates.map((state) => {
            const look = stateLooks[state];
            const many = info.turnsByState[state];
            const on = entries.filter.states.has(state);
            return html`<button
              class="chip ${look.css} ${many === 0 ? "none" : ""}"
              type="button"
              aria-pressed=${on ? "true" : "false"}
              aria-label="${whole(many)} turns ${look.name}"
              title="Trajectories with a ${look.name} turn"
              @click=${() => {
                entries.toggle(state);
              }}
            >
              <span class="chip-glyph" aria-hidden="true">${look.glyph}</span>
              ${count(many)} ${look.short}
            </button>`;
          })}
        </div>
        ${field}`,
      root,
    );
    render(footText(), foot);
  });

  function footText(): unknown {
    const { info } = model.state;
    if (info === null) return nothing;
    if (entries.filtered) {
      const done = entries.looked >= info.trajectoryCount;
      return html`<span role="status"
          >${count(entries.count())} of
          ${count(info.trajectoryCount)}${
            done ? nothing : ` (${count(entries.looked)} looked at)`
          }</span
        >
        <button
          class="link"
          type="button"
          @click=${() => {
            clearTextField(field);
            entries.clear();
          }}
        >
          Clear filter
        </button>`;
    }
    const total = plural(info.trajectoryCount, "trajectory").replace("trajectorys", "trajectories");
    if (info.indexing) return html`<span>${total} so far, reading…</span>`;
    const stopped =
      info.policy !== null &&
      info.scoring === null &&
      info.scoringProblem === null &&
      info.scoredCount < info.trajectoryCount;
    return html`<span title=${packedTitle(info)}
        >${total}${info.packed === null ? "" : ` · ${plain(packedWords(info.packed))}`}${info.scoredCount > 0 ? ` · ${count(info.scoredCount)} scored` : ""}</span
      >
      ${
        stopped
          ? html`<button
              class="link"
              type="button"
              @click=${() => {
                guard.run("startScoring", client.call("startScoring", {}));
              }}
            >
              Score ${info.scoredCount > 0 ? "the rest" : "all"}
            </button>`
          : nothing
      }`;
  }
}

function packedTitle({ packed }: DocumentInfo): string | typeof nothing {
  return packed === null ? nothing : `The file ${notShown(packed.kind)}`;
}
