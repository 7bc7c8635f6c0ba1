import { html, nothing, render, type TemplateResult } from "lit-html";
import { notShown } from "../src/core/records/packed.ts";
import type { Candidate, TokenCard } from "../src/core/views/card.ts";
import type { FindingView } from "../src/core/views/trajectory.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import type { Frame } from "./frame.ts";
import { plain, shown } from "./glyphs.ts";
import type { Guard } from "./guard.ts";
import type { Model } from "./model.ts";
import { probability, recordedValue, whole } from "./numbers.ts";
import { ruleTitle } from "./rule-title.ts";

interface Parts {
  readonly root: HTMLElement;
  readonly model: Model;
  readonly frame: Frame;
  readonly client: Client<ViewerHost>;
  readonly guard: Guard;
}

/** Everything known of the selected token, each number with its origin. */
export function mountCard({ root, model, frame, client, guard }: Parts): void {
  frame.on(["card", "view", "place"], () => {
    const { card, view, token } = model.state;
    if (view === null) {
      render(nothing, root);
      return;
    }
    if (card === null || token === null) {
      render(html`<p class="card-hint">${hint(view.tokenCount)}</p>`, root);
      return;
    }
    const findings = view.findings.filter((each) => card.findings.includes(each.index));
    render(
      html`
        <h2 class="card-title" tabindex="-1">
          <span class="chip-token"
            >${shown(card.text === "" ? "empty" : visibleBreaks(card.text))}</span
          >
          <span>token ${whole(card.token)}</span>
        </h2>
        ${facts(card, findings)} ${findings.map((finding) => findingBlock(finding, sourceOf()))}
        ${recorded(card)} ${alternatives(card)}
        ${bars("Most likely here", card.top.map(asBar(card)))}
        ${bars(
          "Control tokens",
          card.controls.map((each) => ({ ...each, hot: !each.legal && each.probability >= 0.05 })),
        )}
        ${usual(card)}
      `,
      root,
    );
  });

  function sourceOf(): Source {
    const packed = model.state.info?.packed ?? null;
    return {
      show: showSource,
      hidden: packed === null ? null : `This file ${notShown(packed.kind)}.`,
    };
  }

  function showSource(finding: FindingView): void {
    const trajectory = model.state.view?.index ?? 0;
    guard.run("openSource", client.call("openSource", { trajectory, finding: finding.index }));
  }
}

function hint(tokenCount: number): string {
  return tokenCount === 0
    ? "This trajectory has no tokens."
    : "Choose a token in the transcript or on the chart to see its state, what is legal there and what the policy expected.";
}

function facts(card: TokenCard, findings: readonly FindingView[]): TemplateResult {
  const isControlFinding = findings.some((finding) => finding.fired === true);
  const rows: (readonly [string, unknown])[] = [
    ["state", card.state.replaceAll(" > ", " › ")],
    ["legal here", legalText(card)],
    [
      "sampled",
      card.sampled
        ? html`yes${isControlFinding ? html`: <b class="bad">fired</b>` : nothing}`
        : "no",
    ],
  ];
  if (card.probability !== null) rows.push(["probability", probability(card.probability)]);
  if (card.illegalMass !== null) {
    const high = card.illegalMass >= 0.05;
    rows.push([
      "illegal mass",
      html`<span class=${high ? "bad" : ""}>${probability(card.illegalMass)}</span>`,
    ]);
  }
  if (card.entropy !== null) rows.push(["entropy", `${card.entropy.toFixed(2)} nats`]);
  rows.push(["origin", card.origin === null ? "not scored" : plain(card.origin)]);
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function legalText(card: TokenCard): unknown {
  if (card.legal.length === 0) return "no control token";
  return card.legal.map(
    (text, at) => html`${at > 0 ? " " : nothing}<code class="legal">${shown(text)}</code>`,
  );
}

interface Source {
  readonly show: (finding: FindingView) => void;
  /** Why the raw file can't be shown; null where it can. */
  readonly hidden: string | null;
}

function findingBlock(finding: FindingView, source: Source): TemplateResult {
  return html`<section class="card-finding severity-${finding.severity}">
    <strong>${ruleTitle(finding)}</strong> ${shown(finding.message)}
    ${
      finding.recovery === null
        ? nothing
        : html`<span class="recovery">${shown(finding.recovery)}</span>`
    }
    ${
      source.hidden === null
        ? html`<button
            type="button"
            class="link"
            @click=${() => {
              source.show(finding);
            }}
          >
            Show in file
          </button>`
        : html`<span class="dim">${source.hidden}</span>`
    }
  </section>`;
}

/** Each number that the file has of this token, with who recorded it and under which name. */
function recorded({ recorded: list }: TokenCard): unknown {
  if (list.length === 0) return nothing;
  return html`<h3 class="card-sub">Recorded in the file</h3>
    <dl class="facts card-recorded">
      ${list.map(
        ({ name, key, by, value, unit }) =>
          html`<dt title=${key === null ? nothing : plain(key)}>${name}</dt>
            <dd>
              ${recordedValue(value, unit)}
              <span class="dim">${by}${key === null ? "" : ` · ${plain(key)}`}</span>
            </dd>`,
      )}
    </dl>`;
}

function alternatives({ alternatives: found }: TokenCard): unknown {
  if (found === null) return nothing;
  const list = found.list.map((each) => ({
    ...each,
    hot: each.legal === false && each.probability >= 0.05,
  }));
  return bars(`Named by the file (${plain(found.key)})`, list);
}

interface Bar extends Candidate {
  readonly hot: boolean;
}

/** A likely token is hot when it is a control token that is not legal here. */
function asBar(card: TokenCard): (candidate: Candidate) => Bar {
  const illegal = new Set(card.controls.filter((each) => !each.legal).map((each) => each.text));
  return (candidate) => ({ ...candidate, hot: illegal.has(candidate.text) });
}

function bars(title: string, list: readonly Bar[]): unknown {
  if (list.length === 0) return nothing;
  return html`<h3 class="card-sub">${title}</h3>
    <ul class="bars">
      ${list.map(
        (bar) =>
          html`<li class=${bar.hot ? "hot" : ""}>
            <span class="bar-name" title=${plain(bar.text)}>${shown(visibleBreaks(bar.text))}</span>
            <span class="bar-track" aria-hidden="true"
              ><span class="bar" .style=${`width:${(bar.probability * 100).toFixed(2)}%`}></span
            ></span>
            <span class="bar-value">${probability(bar.probability)}</span>
          </li>`,
      )}
    </ul>`;
}

function usual(card: TokenCard): unknown {
  const { usual: found } = card;
  if (found === null) return nothing;
  const sigmas = Math.round(found.sigmasAbove);
  return html`<h3 class="card-sub">Same state over the file</h3>
    <p class="usual">
      illegal mass: median ${probability(found.median)} · 99th percentile
      ${probability(found.percentile99)}<br />
      this token:
      ${sigmas >= 1 ? html`<b>${whole(sigmas)} robust σ</b> above the median` : html`as usual here`}
      <span class="dim">(${whole(found.count)} tokens)</span>
    </p>`;
}

function visibleBreaks(text: string): string {
  return text.replaceAll("\n", "↵").replaceAll("\t", "⇥");
}
