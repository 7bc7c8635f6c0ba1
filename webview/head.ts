import { html, nothing, render, type TemplateResult } from "lit-html";
import { fidelityBadges } from "../src/core/views/fidelity.ts";
import type { Prose, TrajectoryView, Verdict } from "../src/core/views/trajectory.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import type { Frame } from "./frame.ts";
import { plain, shown } from "./glyphs.ts";
import type { Guard } from "./guard.ts";
import type { Model } from "./model.ts";
import { plural, reward } from "./numbers.ts";
import { stateLooks } from "./states.ts";

interface Parts {
  readonly root: HTMLElement;
  readonly model: Model;
  readonly frame: Frame;
  readonly client: Client<ViewerHost>;
  readonly guard: Guard;
}

/** The trajectory in one line of facts, and what happened to it in plain words. */
export function mountHead({ root, model, frame, client, guard }: Parts): void {
  frame.on(["view", "info"], () => {
    const { view } = model.state;
    render(
      view === null || view.problem !== null
        ? nothing
        : html`<p class="head-facts">${facts(view, chooseFamily)}</p>
            ${verdictBox(view.verdict)}`,
      root,
    );
  });

  function chooseFamily(): void {
    guard.run("chooseFamily", client.call("chooseFamily", {}));
  }
}

function facts(view: TrajectoryView, chooseFamily: () => void): TemplateResult {
  const parts: unknown[] = [];
  if (view.step !== null) parts.push(html`<b>step ${view.step}</b>`);
  if (view.group !== null) parts.push(`group ${plain(view.group)}`);
  if (view.sample !== null) parts.push(`sample ${String(view.sample)}`);
  if (parts.length === 0) parts.push(html`<b>${plain(view.id)}</b>`);
  if (view.reward !== null) parts.push(html`reward <b>${reward(view.reward)}</b>`);
  parts.push(plural(view.tokenCount, "token"));
  if (view.family !== null) parts.push(grammar(view.family, chooseFamily));
  parts.push(view.scoredBy === null ? "not scored" : `scored by ${plain(view.scoredBy)}`);
  return html`${parts.map(
    (part, at) => html`<span>${part}${at < parts.length - 1 ? " ·" : nothing}</span> `,
  )}
  ${badges(view)}`;
}

/** What may be claimed of this rollout, and what each of it means. */
function badges({ fidelity, specialTokens, tokensFrom }: TrajectoryView): TemplateResult {
  const list = fidelityBadges({ fidelity, specialTokens, tokens: tokensFrom });
  return html`<span class="head-badges" role="list" aria-label="What the file tells"
    >${list.map(
      ({ text, title }) => html`<span class="badge" role="listitem" title=${title}>${text}</span> `,
    )}</span
  >`;
}

const howSure: Readonly<Record<"high" | "medium" | "low", string>> = {
  high: "",
  medium: ", probably",
  low: ", assumed",
};

/** The grammar the turns are read in, how sure that is, and why; pressed, another can be chosen. */
function grammar(
  { title, confidence, reason }: NonNullable<TrajectoryView["family"]>,
  choose: () => void,
): TemplateResult {
  const why = `Tool-call grammar (confidence: ${confidence}): ${plain(reason)}. Press to choose another.`;
  return html`<button type="button" class="head-family" title=${why} @click=${choose}>
    ${plain(title)}${howSure[confidence]}
  </button>`;
}

function verdictBox(verdict: Verdict): TemplateResult {
  const look = lookOf(verdict.tone);
  return html`<section class="verdict ${look.css}" aria-label="Verdict">
    <span class="verdict-glyph" role="img" aria-label=${look.name}>${look.glyph}</span>
    <p>
      <strong>${prose(verdict.headline)}</strong>
      ${verdict.sentences.map((sentence) => html`${prose(sentence)} `)}
    </p>
  </section>`;
}

function lookOf(tone: Verdict["tone"]): { glyph: string; name: string; css: string } {
  if (tone === "latent") return { glyph: "◇", name: "latent spike", css: "state-latent" };
  if (tone === "unreadable") return { glyph: "!", name: "unreadable", css: "state-unreadable" };
  return stateLooks[tone];
}

export function prose(pieces: Prose): unknown {
  return pieces.map((piece) =>
    "code" in piece ? html`<code>${shown(piece.code)}</code>` : shown(piece.text),
  );
}
